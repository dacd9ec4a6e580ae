"""What networks are written with beside torch: einops, and torchvision's crops and resizes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.elsewhere.command_line import Parser, namespace
from cnnviz.builder.reading.expressions import Expressions
from cnnviz.builder.reading.machine import Given, line_of
from cnnviz.builder.reading.paths import as_large_as, cropped_to, flow_of_size
from cnnviz.builder.reading.tensors.methods import GLOBAL_MEAN
from cnnviz.builder.reading.values import Flow, Known, Leaf, Partial, Row
from cnnviz.models.specs import AdaptiveAvgPool2d, Flatten, Layer, Upsample

TORCHVISION = ("torchvision.transforms", "torchvision.transforms.v2")
BILINEAR = ("bilinear", "InterpolationMode.BILINEAR")
EINOPS = "einops."


class Libraries(Expressions):
    """The part that reads what other libraries do with a tensor on its way."""

    def of_other_libraries(self, path: str, given: Given) -> Any:
        """What a function or class of einops or torchvision gives; None if it is not read.

        Raises:
            CodeError: it is known, and read with other arguments only.
        """
        home, _, name = path.rpartition(".")
        if path == "argparse.ArgumentParser":
            self.notes["The options of the command line have their defaults here."] = None
            return Parser()
        if path == "argparse.Namespace":
            return namespace(given.kwargs)
        if path == "dataclasses.field":
            return self._field(given)
        if path.startswith(EINOPS) and name in ("rearrange", "reduce", "Rearrange", "Reduce"):
            return self._of_einops(name, given)
        if home in TORCHVISION and name == "CenterCrop":
            return Partial(Known(f"{home}.functional.center_crop"), tuple(given.args), given.kwargs)
        if home.removesuffix(".functional") not in TORCHVISION:
            return None
        flows = [value for value in given.args if isinstance(value, Flow)]
        rest = [value for value in given.args if not isinstance(value, Flow)]
        match name, flows:
            case "center_crop", [flow]:
                return self._center_crop(flow, replace(given, args=rest))
            case "resize", [flow]:
                return self._resized(flow, replace(given, args=rest))
        return None

    def _field(self, given: Given) -> Any:
        """The default of a dataclass's field."""
        factory = given.kwargs.get("default_factory")
        if factory is not None:
            return self.call(factory, Given(given.node, self.globals.inner()))
        if "default" in given.kwargs:
            return given.kwargs["default"]
        raise self.refusal(given.node, "a field is read with its default.")

    def _of_einops(self, name: str, given: Given) -> Any:
        is_layer, texts = name[0].isupper(), [arg for arg in given.args if isinstance(arg, str)]
        operation = texts[1] if len(texts) > 1 else given.kwargs.get("reduction", "")
        layers = _rearranged(texts[0] if texts else given.kwargs.get("pattern", ""), operation)
        if layers is None:
            reason = f"{name} is read where it lays maps in a row, or takes the mean of each map."
            raise self.refusal(given.node, reason)
        if is_layer:
            return Row([(str(place), Leaf(layer)) for place, layer in enumerate(layers)])
        flow = given.args[0] if given.args else None
        if not isinstance(flow, Flow):
            raise self.refusal(given.node, f"{name} is read of a tensor on its way.")
        for layer in layers:
            flow = self.applied(flow, layer, given)
        return flow

    def _center_crop(self, flow: Flow, given: Given) -> Flow:
        sizes = given.args[0] if given.args else given.kwargs.get("output_size")
        other = flow_of_size(sizes)
        if other is None:
            reason = (
                "center_crop is read where it crops to the size of another map: skip.shape[2:]."
            )
            raise self.refusal(given.node, reason)
        self.notes[
            f"center_crop of line {line_of(given.node)} is read as the middle; of an odd number of "
            "rows too many torchvision may leave out the other one."
        ] = None
        return cropped_to(flow, other)

    def _resized(self, flow: Flow, given: Given) -> Flow:
        """torchvision's resize of a tensor: bilinear, smoothed only where it makes smaller."""
        sizes = given.args[0] if given.args else given.kwargs.get("size")
        mode = given.kwargs.get("interpolation")
        is_usual = mode is None or (isinstance(mode, Known) and mode.path.endswith(BILINEAR[1]))
        layer = Upsample(1.0, "bilinear")
        after = as_large_as(flow, layer, sizes) if is_usual and len(given.args) < 2 else None
        if after is None:
            reason = "resize is read where it makes the size of another map: skip.shape[2:]."
            raise self.refusal(given.node, reason)
        self.made[after.key] = line_of(given.node)
        return after


def _rearranged(pattern: object, operation: object) -> tuple[Layer, ...] | None:
    """The layers that do what a pattern of einops does; None where none do."""
    before, arrow, after = pattern.partition("->") if isinstance(pattern, str) else ("", "", "")
    names = before.split()
    if (
        not arrow
        or len(names) != 4
        or len(set(names)) != 4
        or not all(map(str.isidentifier, names))
    ):
        return None
    batch, channels, height, width = names
    plain = " ".join(after.replace("(", " ( ").replace(")", " ) ").split())
    if not operation and plain == f"{batch} ( {channels} {height} {width} )":
        return (Flatten(),)
    if operation == "mean" and plain == f"{batch} {channels}":
        return GLOBAL_MEAN
    if operation == "mean" and plain in (f"{batch} {channels} 1 1", f"{batch} {channels} ( ) ( )"):
        return (AdaptiveAvgPool2d(1),)
    return None
