"""A layer as people write it: `Conv2d(3, 6, kernel_size=5)`."""

from __future__ import annotations

from cnnviz.models.specs import (
    Channels,
    Chunk,
    Join,
    Layer,
    Residual,
    Scale,
    Shift,
    Upsample,
    Value,
    arguments_of,
)


def call_text(layer: Layer) -> str:
    """The call that makes a layer, without the "nn." and without what has its default.

    A block is written with its own arguments only, for a label.
    """
    return f"{layer.kind}({', '.join(call_arguments(layer))})"


def call_arguments(layer: Layer) -> list[str]:
    """The arguments of the call, each as Python text."""
    written: list[str] = []
    is_by_place = True
    for name, argument in arguments_of(type(layer)).items():
        value = getattr(layer, name)
        is_idle = isinstance(layer, Upsample) and layer.size and name == "scale_factor"
        if is_idle or (not argument.is_required and value == argument.default):
            is_by_place = False  # what follows a left out argument needs its name
            continue
        is_by_place = is_by_place and argument.is_positional
        written.append(value_text(value) if is_by_place else f"{name}={value_text(value)}")
    return written


def short_text(layer: Layer) -> str:
    """What a table says of a layer behind its kind: "6, kernel 5", "2", "120"."""
    words: list[str] = []
    for name, argument in arguments_of(type(layer)).items():
        value = getattr(layer, name)
        is_default = not argument.is_required and value == argument.default
        if argument.fills or is_default or argument.low == argument.high:
            continue
        bare = name in ("out_channels", "out_features", "output_size") or argument.is_positional
        label = name.removesuffix("_size").replace("_", " ")
        words.append(_plain(value) if bare else f"{label} {_plain(value)}")
    if isinstance(layer, Scale | Shift):
        number = layer.factor if isinstance(layer, Scale) else layer.addend
        count = layer.num_parameters
        words = [f"{number:g}" + f", {count:,} learnt" * bool(count)]
    if isinstance(layer, Chunk):
        words = [f"part {layer.index + 1} of {layer.chunks}"]
    if isinstance(layer, Channels):
        words = [f"{layer.start} to {layer.stop - 1}" if layer.stop else f"from {layer.start}"]
    if isinstance(layer, Residual):
        words = [f"{len(layer.layers)} layers", f"{layer.shortcut} shortcut"]
    if isinstance(layer, Join):
        sizes = [] if layer.sizes == "equal" else [f"sizes {layer.sizes}"]
        words = [reads_text(layer), *sizes]
    elif layer.places:
        words.append(f"as large as {layer.places[0]}")
    return (", ".join(words) + f" → {layer.mark}" * bool(layer.mark)).strip()


def kind_text(layer: Layer) -> str:
    """What a table calls a layer: its name in torch.nn, or what a join does."""
    if not isinstance(layer, Join):
        return layer.kind
    return "from" if layer.is_way_back else layer.how


def reads_text(join: Join) -> str:
    """The places that a join reads: "enc1, before"."""
    return ", ".join(name or "before" for name in join.reads)


def value_text(value: Value) -> str:
    """A value as Python text, strings in double quotes."""
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _plain(value: Value) -> str:
    match value:
        case (_, _, _, _):  # left, right, top, bottom
            return ",".join(map(str, value))
        case tuple():
            return "×".join(f"{number:,}" for number in value)
        case bool():
            return "on" if value else "off"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:g}"
    return str(value)
