"""Places of a network that others read: named, read by a join, and found for a new one."""

from __future__ import annotations

from dataclasses import replace

from cnnviz.builder.edits import add_layer, reading, replace_layer
from cnnviz.builder.names import layer_names
from cnnviz.builder.shapes import Shape, forward_shapes
from cnnviz.models.spec_arguments import shown
from cnnviz.models.specs import (
    ARRIVING,
    INPUT,
    LAYER_CLASSES,
    Conv2d,
    ConvTranspose2d,
    Enlarging,
    Identity,
    Join,
    NetworkSpec,
    Path,
    Residual,
    layer_at,
)

BEFORE = "before"  # how what arrives is called where places are typed


def marks_before(spec: NetworkSpec, path: Path) -> tuple[str, ...]:
    """The names of the places that a layer of the network's own row can read."""
    return (INPUT, *(layer.mark for layer in spec.layers[: path[0]] if layer.mark))


def set_reads(spec: NetworkSpec, path: Path, text: str) -> NetworkSpec:
    """The network whose join at `path` reads the places that are typed, in that order.

    A place is the name that it has, the name or the number of a layer, "input", or "before". A
    layer that is read for the first time gets a name.

    Raises:
        ValueError: there is no such place before the join.
    """
    reads: list[str] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        spec, name = _place(spec, path[0], word)
        reads.append(name)
    join = layer_at(spec, path)
    if not isinstance(join, Join):
        raise ValueError(f"a {join.kind} reads only what arrives")
    return replace_layer(spec, path, replace(join, reads=tuple(reads)))


def set_like(spec: NetworkSpec, path: Path, text: str) -> NetworkSpec:
    """The network whose layer at `path` makes maps of the size of a place; "" for its own size.

    Raises:
        ValueError: there is no such place before it.
    """
    layer, word = layer_at(spec, path), text.strip()
    if not isinstance(layer, Enlarging):
        raise ValueError(f"a {layer.kind} cannot take the size of another place")
    if not word:
        return replace_layer(spec, path, replace(layer, like=""))
    spec, name = _place(spec, path[0], word)
    return replace_layer(spec, path, replace(layer, like=name))


def rename_place(spec: NetworkSpec, path: Path, text: str) -> NetworkSpec:
    """The network in which what leaves the layer at `path` has another name, wherever it is read.

    Raises:
        ValueError: the name is taken, no name at all, or "" for a place that is read.
    """
    old, new = layer_at(spec, path).mark, text.strip()
    if not new and any(old in layer.places for layer in spec.layers):
        raise ValueError(f"{old} is read by another layer and needs a name")
    layers = [reading(layer, old, new) if old else layer for layer in spec.layers]
    layers[path[0]] = replace(layers[path[0]], mark=new)
    return replace(spec, layers=tuple(layers))


def add_join(spec: NetworkSpec, path: Path) -> NetworkSpec:
    """The network with a join of what arrives at `path` and the likeliest earlier place.

    Raises:
        ValueError: the path is in a block.
    """
    if len(path) > 1:
        raise ValueError(
            "inside a block no places are joined: take the block apart first, with the button "
            "under its arguments"
        )
    partner = _likely_partner(spec, path[0])
    spec, name = (spec, INPUT) if partner is None else _marked(spec, partner)
    return add_layer(spec, path, Join((name, ARRIVING)))


def taken_apart(spec: NetworkSpec, path: Path) -> tuple[NetworkSpec, Path]:
    """The network whose block at `path` is the layers in it, a sum of places, and its activation.

    It computes the same, and its layers can be named and joined as all others can.

    Returns:
        The network, and the path of the sum.

    Raises:
        ValueError: there is no block, it is in a block itself, or there are too many layers then.
    """
    block = layer_at(spec, path)
    if not isinstance(block, Residual):
        raise ValueError(f"a {block.kind} has no layers to take out")
    if len(path) > 1:
        raise ValueError("this block is in another one: take that apart first")
    (index,) = path
    spec, start = _marked(spec, index - 1) if index else (spec, INPUT)
    layers = [*block.layers]
    end = ""  # how the sum reads what the layers made: what arrives, where it stands behind them
    if block.shortcut_layers:
        layers = layers or [Identity()]
        end = _new_mark(spec)
        layers[-1] = replace(layers[-1], mark=end)
        layers += [Join((start,)), *block.shortcut_layers]
    reads = (end, ARRIVING) if block.shortcut_layers else (ARRIVING, start)
    layers.append(Join(reads, "sum"))
    to = (index + len(layers) - 1,)
    if block.activation != "none":
        layers.append(LAYER_CLASSES[block.activation]())
    layers[-1] = replace(layers[-1], mark=block.mark)
    row = (*spec.layers[:index], *layers, *spec.layers[index + 1 :])
    return replace(spec, layers=row), to


def _likely_partner(spec: NetworkSpec, index: int) -> int | None:
    """The last place before the size changed for the last time, else before a convolution."""
    shapes: list[Shape | None] = [spec.input_shape] + [None] * len(spec.layers)
    for row in forward_shapes(spec):
        if len(row.path) == 1:
            shapes[row.path[0] + 1] = row.output_shape
    arriving = shapes[index]
    same = [
        place for place in range(index - 1) if arriving and _size(shapes[place + 1]) == arriving[1:]
    ]
    leaves = (
        [place for place in same if _size(shapes[place + 2]) != arriving[1:]] if arriving else []
    )
    makers = [place for place in same
              if isinstance(spec.layers[place + 1], Conv2d | ConvTranspose2d)]  # fmt: skip
    return next(iter([*leaves[-1:], *makers[-1:], *same[-1:]]), None)


def _size(shape: Shape | None) -> Shape:
    return shape[1:] if shape else (0,)


def _place(spec: NetworkSpec, before: int, word: str) -> tuple[NetworkSpec, str]:
    """The network in which the place that is meant has a name, and the name."""
    if word == BEFORE:
        return spec, ARRIVING
    if word in marks_before(spec, (before,)):
        return spec, word
    names = layer_names(spec.layers)[:before]
    numbers = [str(index + 1) for index in range(before)]
    for known in (names, numbers):
        if word in known:
            return _marked(spec, known.index(word))
    raise ValueError(
        f"there is no place {shown(word)} before it: type a layer's number or name, “{INPUT}” or "
        f"“{BEFORE}”, with commas between them"
    )


def _marked(spec: NetworkSpec, index: int) -> tuple[NetworkSpec, str]:
    """The network in which the layer has a name for what leaves it, and that name."""
    layer = spec.layers[index]
    if layer.mark:
        return spec, layer.mark
    name = _new_mark(spec)
    return replace_layer(spec, (index,), replace(layer, mark=name)), name


def _new_mark(spec: NetworkSpec) -> str:
    taken = {layer.mark for layer in spec.layers}
    return next(name for n in range(1, 999) if (name := f"place{n}") not in taken)
