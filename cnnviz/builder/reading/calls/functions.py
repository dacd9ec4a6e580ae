"""What a function or class gives that the code did not write itself: torch, torchvision, Python."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.calls.making import Making
from cnnviz.builder.reading.elsewhere.exported import HOME, Aligned
from cnnviz.builder.reading.elsewhere.torchvision_networks import network_called
from cnnviz.builder.reading.errors import ElsewhereError
from cnnviz.builder.reading.hints import shape_of
from cnnviz.builder.reading.machine import MAX_ITEMS, Given, line_of
from cnnviz.builder.reading.paths import padded
from cnnviz.builder.reading.tensors.parts import parts_of
from cnnviz.builder.reading.tensors.trials import UNKNOWN, behind_method, of_numbers
from cnnviz.builder.reading.torch_names import is_of_tensors, not_there
from cnnviz.builder.reading.values import (
    Extent,
    Flow,
    Known,
    Leaf,
    Learnt,
    Method,
    Noise,
    Partial,
    Picture,
    Row,
    Symbol,
)
from cnnviz.builder.reading.vocabulary import (
    FUNCTIONS,
    layer_named,
    layer_of_function,
    operation_named,
    padding_of,
)
from cnnviz.models.specs import AdaptiveAvgPool2d, AdaptiveMaxPool2d

HOMES_OF_FUNCTIONS = {"torch": "t", "torch.nn.functional": "f"}
MATH = ("math.prod", "math.sqrt", "math.ceil", "math.floor", "math.log2", "math.log", "math.pow",
        "numpy.prod", "math.gcd", "numpy.ceil", "numpy.floor", "numpy.sqrt",
        "numpy.log2")  # fmt: skip
SIGNS: dict[str, ast.operator] = {
    "add": ast.Add(), "mul": ast.Mult(), "multiply": ast.Mult(), "sub": ast.Sub(),
    "subtract": ast.Sub(), "div": ast.Div(),
}  # fmt: skip
NOISE = ("torch.randn_like", "torch.randn")
REDUCED = {"torch.mul": "product", "torch.sub": "difference", "torch.add": "sum"}
CATS = ("torch.cat", "torch.concat", "torch.concatenate")
# What torch says on a machine without a GPU, as the server is one.
NOT_HERE = {
    "torch.cuda.is_available": False, "torch.backends.mps.is_available": False,
    "torch.cuda.device_count": 0,
}  # fmt: skip
# Libraries whose functions make whole networks.
MODEL_LIBRARIES = (
    "timm", "transformers", "segmentation_models_pytorch", "monai", "efficientnet_pytorch",
    "pretrainedmodels", "ultralytics", "diffusers", "mmseg", "mmdet", "torch_geometric",
)  # fmt: skip
OF_DATA = ("torch.Tensor", "torch.FloatTensor")  # of a list they make its numbers, not its sizes
LINSPACE = ("torch.linspace", "numpy.linspace")
NOT_MINE = object()  # what a reader gives that does not know a name
LEARNT = ("torch.nn.Parameter", "torch.nn.parameter.Parameter")


class Functions(Making):
    """The part that knows what stands in libraries."""

    def known(self, path: str, given: Given) -> Any:
        """What a name of a library gives when it is called.

        Raises:
            CodeError: it is not read, or not with these arguments.
        """
        readers = (self._of_python, self._of_made_tensors, self._of_nn, self._of_torch)
        for read in readers:
            if (found := read(path, given)) is not NOT_MINE:
                return found
        return self._of_libraries(path, given)

    def _of_python(self, path: str, given: Given) -> Any:
        """What Python's own library gives, and what depends on the machine."""
        args = given.args
        if path == "functools.partial" and args:
            return Partial(args[0], tuple(args[1:]), given.kwargs)
        if path == "functools.reduce" and len(args) == 2 and isinstance(args[1], Aligned):
            how = REDUCED.get(args[0].path if isinstance(args[0], Known) else "")
            if how is not None:
                return self.joined(args[1], how, given.node)
        if path.rpartition(".")[2] == "OrderedDict":
            return self.ordered_dict(given)
        if path in MATH:
            return self.of_math(path, given)
        return NOT_HERE.get(path, NOT_MINE)

    def _of_made_tensors(self, path: str, given: Given) -> Any:
        """A tensor that the code makes of numbers, or of none."""
        args = given.args
        if path in NOISE and self.is_flowing:
            return Noise()
        if path in OF_DATA and len(args) == 1 and isinstance(args[0], list | tuple):
            return self.checked(given.node, of_numbers, args[0]) or UNKNOWN
        if (found := shape_of(path, args, given.kwargs)) is not None:
            name = path.rpartition(".")[2]
            return Picture(found, value=_value_of(name, args, given.kwargs))
        is_written = path in ("torch.tensor", "torch.as_tensor") and len(args) == 1
        if is_written and (made := of_numbers(args[0])) is not None:
            return made
        if path in LINSPACE:
            return self.checked(given.node, _evenly, *args)
        return NOT_MINE

    def _of_nn(self, path: str, given: Given) -> Any:
        """A module of torch.nn, or of the layers that exported code defines itself."""
        home, _, name = path.rpartition(".")
        node, args = given.node, given.args
        if path in ("torch.nn.Module.__init__", "torch.nn.Sequential.__init__"):
            return self.outer_init(args, node)
        if path in LEARNT:
            return self.learnt(given)
        if path == "torch.nn.ModuleDict":
            return self.module_dict(args, node)
        if path == "torch.nn.Sequential":
            row = self.row(args, node)
            if not self.is_in_library(given.scope):
                self.rows.append(row)
            return row
        if path == "torch.nn.ModuleList":
            children = self.items_of(args[0], node) if args else []
            return Row(self.row(children, node).children, is_list=True)
        if home == "torch.nn":
            return self._layer(name, given)
        if home == HOME:
            return Leaf(self.checked(node, operation_named, name, args, given.kwargs))
        return NOT_MINE

    def _layer(self, name: str, given: Given) -> Leaf:
        if any(isinstance(value, Flow) for value in (*given.args, *given.kwargs.values())):
            reason = (
                f"nn.{name[:40]}(…) makes a layer and is given a picture: make it in __init__, "
                f"or write nn.{name[:40]}()(…)."
            )
            raise self.refusal(given.node, reason)
        leaf = Leaf(self.checked(given.node, layer_named, name, given.args, given.kwargs))
        if self.is_flowing:
            self.late.add(id(leaf))
            self.kept.append(leaf)
        return leaf

    def _of_torch(self, path: str, given: Given) -> Any:
        """What a function of torch makes of a tensor, on its way or outside of the network."""
        home, _, name = path.rpartition(".")
        if home in HOMES_OF_FUNCTIONS and isinstance(given.kwargs.get("input"), Flow):
            rest = {key: value for key, value in given.kwargs.items() if key != "input"}
            given = replace(given, args=[given.kwargs["input"], *given.args], kwargs=rest)
        if path in CATS:
            return self._concatenated(given)
        match given.args:
            case [Flow() as flow, *more] if home in HOMES_OF_FUNCTIONS:
                if reason := not_there(name, HOMES_OF_FUNCTIONS[home]):
                    raise self.refusal(given.node, reason)
                return self._of_function(name, flow, replace(given, args=more))
            case [Learnt() as learnt, *more] if home in HOMES_OF_FUNCTIONS:
                return self.call_method(Method(learnt, name), replace(given, args=more))
            case [Picture() as made, *more] if home in HOMES_OF_FUNCTIONS:
                return self.checked(given.node, behind_method, made, name, more, given.kwargs)
        return NOT_MINE

    def _of_libraries(self, path: str, given: Given) -> Any:
        """What torchvision's networks, other libraries and built-in functions give."""
        if network := network_called(path, given.args):
            is_by_name = path.endswith(".get_model")
            return self.of_torchvision(
                network, replace(given, args=given.args[1:] if is_by_name else given.args)
            )
        if (read := self.of_other_libraries(path, given)) is not None:
            return read
        if "." in path:
            raise ElsewhereError(_unknown_path(path), line_of(given.node))
        return self.built_in(path, given)

    def _of_function(self, name: str, flow: Flow, given: Given) -> Any:
        if name == "layer_norm":
            return self._layer_norm(flow, given)
        if name in ("interpolate", "upsample"):
            return self._interpolated(flow, given)
        after = padded(flow, given.args[0]) if name == "pad" and len(given.args) == 1 else None
        if after is not None and not given.kwargs:
            if after.made_equal_by == "crop":
                self.notes[
                    f"Line {line_of(given.node)} cuts half of what is too much off each side: of "
                    "an odd number torch leaves one and refuses the join, which fits here."
                ] = None
            return after
        if name == "pad" and (sizes := _numbers_to_pad(given)) is not None:
            return self.applied(flow, self.checked(given.node, padding_of, *sizes), given)
        if name in SIGNS and len(given.args) == 1 and not given.kwargs:
            return self.combine(SIGNS[name], flow, given.args[0], given.node, given.scope)
        after = self.function_of_flow(name, flow, given)
        return self.call_method(Method(flow, name), given) if after is None else after

    def function_of_flow(self, name: str, flow: Flow, given: Given) -> Flow | None:
        """The flow behind a function that is a layer without weights; None if it is none."""
        if name not in FUNCTIONS and is_of_tensors(name):
            name = name.rstrip("_")  # what works in place is no other layer
        if name not in FUNCTIONS:
            return None
        if name in ("dropout", "dropout2d"):
            training = given.kwargs.get("training", (*given.args, True, True)[1])
            if training is False:
                self.notes[f"The {name} of line {line_of(given.node)} is off: training=False."] = (
                    None
                )
                return flow
            if training is True:
                self.notes[
                    f"The {name} of line {line_of(given.node)} also works when the network is "
                    "used: training=self.training is missing."
                ] = None
        if name in ("avg_pool2d", "max_pool2d"):
            sizes = given.kwargs.get("kernel_size", (*given.args, None)[0])
            is_alone = len(given.args) + len(given.kwargs) == 1
            if is_alone and (
                _is_whole_map(sizes, flow) or self._is_side_of_map(sizes, flow, given)
            ):
                pool = AdaptiveAvgPool2d if name == "avg_pool2d" else AdaptiveMaxPool2d
                return self.applied(flow, pool(1), given)
            if any(isinstance(size, Symbol) for size in (sizes, *_parts(sizes))):
                reason = "the window here depends on the size of the picture."
                raise self.refusal(given.node, reason)
        layer = self.checked(given.node, layer_of_function, name, given.args, given.kwargs)
        return self.applied(flow, layer, given)

    def _is_side_of_map(self, size: Any, flow: Flow, given: Given) -> bool:
        """Whether a window is as wide as the map is: the whole map, of a square picture."""
        if not isinstance(size, Extent) or size.axis not in (2, 3) or not flow.is_like(size.flow):
            return False
        self.notes[
            f"The window of line {line_of(given.node)} is read as the whole map, as it is for "
            "square pictures."
        ] = None
        return True

    def _parts(self, flow: Flow, name: str, given: Given) -> list[Flow]:
        """What chunk and split cut a tensor into."""
        layers = self.checked(given.node, parts_of, name, given.args, given.kwargs, flow)
        if layers is None:
            reason = f"{name} is read where it cuts the channels, by plain numbers: dim=1."
            raise self.refusal(given.node, reason)
        plain = replace(flow, is_turned=False)
        parts = [self.applied(plain, layer, given) for layer in layers]
        for part in parts:  # one that nothing reads was computed by nobody
            self.made.pop(part.key, None)
        return [replace(part, is_turned=flow.is_turned) for part in parts]

    def _layer_norm(self, flow: Flow, given: Given) -> Flow:
        """What F.layer_norm gives, with learnt numbers of the code or without."""
        names = ("normalized_shape", "weight", "bias", "eps")
        values = dict(zip(names, given.args, strict=False)) | given.kwargs
        learnt = [values.pop(name, None) for name in ("weight", "bias")]
        is_own = all(isinstance(each, Learnt) for each in learnt)
        if not is_own and any(each is not None for each in learnt):
            reason = "layer_norm is read with a weight and a bias by nn.Parameter, or without both."
            raise self.refusal(given.node, reason)
        values["elementwise_affine"] = is_own
        layer = self.checked(given.node, layer_named, "LayerNorm", [], values)
        for each in learnt:
            if isinstance(each, Learnt):
                self.take_learnt(each, given.node)
        after = self.applied(flow, layer, given)
        for each in learnt:
            if isinstance(each, Learnt):
                self.leaf_of[after.key] = each.leaf or each
        return after

    def _interpolated(self, flow: Flow, given: Given) -> Flow:
        """What `F.interpolate` gives: a number of times the size, or the size of another tensor."""
        names = ("size", "scale_factor", "mode", "align_corners")
        values = dict(zip(names, given.args, strict=False)) | given.kwargs
        size = values.pop("size", None)
        if size is None:
            return self.applied(
                flow, self.checked(given.node, layer_named, "Upsample", [], values), given
            )
        if values.pop("scale_factor", None) is not None:
            raise self.refusal(given.node, "interpolate takes a size or a scale_factor, not both.")
        if all(type(each) is int for each in (_parts(size) or (size,))):
            values["size"] = tuple(size) if isinstance(size, list | tuple) else size
            layer = self.checked(given.node, layer_named, "Upsample", [], values)
            return self.applied(flow, layer, given)
        values["scale_factor"] = 1.0  # not used: the size is that of another tensor
        layer = self.checked(given.node, layer_named, "Upsample", [], values)
        return self._as_large_as(flow, layer, size, given)

    def _concatenated(self, given: Given) -> Flow:
        """What `torch.cat` of several tensors gives: only channels are laid behind each other."""
        values = dict(zip(("tensors", "dim"), given.args, strict=False)) | given.kwargs
        flows, dim = values.pop("tensors", None), values.pop("dim", values.pop("axis", 0))
        is_list = isinstance(flows, list | tuple) and len(flows) > 0
        if values or not is_list or not all(isinstance(flow, Flow) for flow in flows):
            raise self.refusal(given.node, "torch.cat takes a list of tensors and their dim.")
        if type(dim) is not int or dim not in (1, 1 - flows[0].rank):
            reason = f"torch.cat along dim={dim} is not read: channels are dim=1."
            raise self.refusal(given.node, reason)
        return self.joined(flows, "cat", given.node)


def _value_of(name: str, args: list[Any], kwargs: dict[str, Any]) -> float | None:
    """The one number that a tensor of torch.ones, zeros or full holds."""
    if name in ("ones", "zeros"):
        return float(name == "ones")
    value = kwargs.get("fill_value", args[1] if name == "full" and len(args) > 1 else None)
    return float(value) if type(value) in (int, float) else None


def _evenly(start: Any, end: Any, count: Any) -> list[float]:
    """Numbers from start to end, all as far from the next.

    Raises:
        ValueError: they are none, or too many.
    """
    numbers = all(type(each) in (int, float) for each in (start, end))
    if not numbers or type(count) is not int or not 0 <= count <= MAX_ITEMS:
        raise ValueError("linspace is read with two numbers and how many there are")
    step = (end - start) / max(1, count - 1)
    return [start + step * place for place in range(count)]


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _is_whole_map(sizes: Any, flow: Flow) -> bool:
    """Whether a window is as high and as wide as the maps."""
    match _parts(sizes):
        case (Extent(axis=2) as height, Extent(axis=3) as width):
            return flow.is_like(height.flow) and flow.is_like(width.flow)
    return False


def _numbers_to_pad(given: Given) -> tuple[Any, Any, Any] | None:
    """The sizes, the mode and the value of a call of pad that is given plain numbers."""
    names = ("pad", "mode", "value")
    values = dict(zip(names, given.args, strict=False)) | given.kwargs
    sizes = values.get("pad")
    is_plain = isinstance(sizes, list | tuple) and all(type(size) is int for size in sizes)
    if not is_plain or len(given.args) > len(names) or set(values) - set(names):
        return None
    return sizes, values.get("mode", "constant"), values.get("value")


def _unknown_path(path: str) -> str:
    """Why a function or class of elsewhere is not read."""
    root, name = path.split(".")[0], path.rpartition(".")[2]
    if root == "super":
        return "super lacks its brackets: super().__init__()."
    if path == "torch.stack":
        return "torch.stack makes a new dimension, which is not read: torch.cat lays channels."
    if root in ("tensorflow", "keras", "jax", "flax", "mxnet", "paddle"):
        return f"{path[:60]} is of {root}: only PyTorch is read here."
    if root in ("torch", "math") and not path.startswith("torch.hub"):
        return f"{path[:60]} is not read here."
    if root == "torchvision" and ".models." in f".{path}.":
        return (
            f"{name[:40]} is torchvision's, and its code is not in this text: Inspect, under Start "
            "from, shows it layer by layer. With a head of your own bring it as a file (ONNX): A "
            "trained network, as a file."
        )
    if root in MODEL_LIBRARIES or path.startswith("torch.hub"):
        return (
            f"{name[:40]} comes from {path.rpartition('.')[0][:40]}, and its code is not in this "
            "text: bring the network as a file (ONNX): Your own, A trained network, as a file."
        )
    home = path.rpartition(".")[0][:40] or root
    return f"{name[:40]} comes from {home}, which is not in this text: paste its code as well."
