"""Edits of a network: each takes a spec and gives a new one.

A path names a layer: (7,) is the eighth layer, (7, 1) the second layer of the block at (7,). Where
something is put in, the path says where it will stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cnnviz.builder.fitting import fill_shortcut
from cnnviz.builder.shapes import Shape, shape_after
from cnnviz.models.specs import (
    INPUT,
    Enlarging,
    Join,
    Layer,
    NetworkSpec,
    Path,
    Residual,
    layer_at,
)

Layers = tuple[Layer, ...]


def add_layer(spec: NetworkSpec, path: Path, layer: Layer) -> NetworkSpec:
    """The network with one more layer, which stands at `path`.

    Raises:
        ValueError: there is no such place, or the network has as many layers as it may.
    """
    index = path[-1] if path else -1
    return _edit_siblings(
        spec, path, len_extra=1, edit=lambda layers: (*layers[:index], layer, *layers[index:])
    )


def remove_layer(spec: NetworkSpec, path: Path) -> NetworkSpec:
    """The network without the layer at `path`; a block goes with its layers.

    Who read what left it reads from then on what arrived there.

    Raises:
        ValueError: there is no layer at the path.
    """
    if len(path) == 1 and siblings_of(spec, path)[path[0]].mark:
        return _remove_place(spec, path[0])
    return _edit_siblings(spec, path, lambda layers: layers[: path[-1]] + layers[path[-1] + 1 :])


def _remove_place(spec: NetworkSpec, index: int) -> NetworkSpec:
    """The network without a place that others read: its name goes to the place before it."""
    name, before, rest = spec.layers[index].mark, spec.layers[:index], spec.layers[index + 1 :]
    if not before or before[-1].mark:
        new = before[-1].mark if before else INPUT
        rest = tuple(reading(layer, name, new) for layer in rest)
    else:
        before = (*before[:-1], replace(before[-1], mark=name))
    return replace(spec, layers=before + rest)


def reading(layer: Layer, old: str, new: str) -> Layer:
    """A layer that reads the place `new` where it read `old`."""
    if isinstance(layer, Join):
        return replace(layer, reads=tuple(new if name == old else name for name in layer.reads))
    if isinstance(layer, Enlarging) and layer.like == old:
        return replace(layer, like=new)
    return layer


def duplicate_layer(spec: NetworkSpec, path: Path) -> NetworkSpec:
    """The network with the layer at `path` twice.

    Raises:
        ValueError: there is no layer at the path, or the network has as many as it may.
    """
    again = replace(layer_at(spec, path), mark="")  # a name stays with one place
    return add_layer(spec, (*path[:-1], path[-1] + 1), again)


def move_layer(spec: NetworkSpec, path: Path, to: Path) -> NetworkSpec:
    """The network with the layer at `path` taken out and put in so that it stands at `to`.

    A layer can move into a block and out of it; `to` counts the layers as they stand in the end.

    Raises:
        ValueError: a path does not exist.
    """
    layer = layer_at(spec, path)
    if len(path) == len(to) == 1:
        rest = [*spec.layers[: path[0]], *spec.layers[path[0] + 1 :]]
        if not 0 <= to[0] <= len(rest):
            raise ValueError(f"there is no place {to[0] + 1} among {len(rest)} layers")
        rest.insert(to[0], layer)
        return replace(spec, layers=tuple(rest))
    return add_layer(remove_layer(spec, path), to, replace(layer, mark=""))


def replace_layer(spec: NetworkSpec, path: Path, layer: Layer) -> NetworkSpec:
    """The network with another layer at `path`, which is read by the same name.

    Raises:
        ValueError: there is no layer at the path.
    """
    mark = layer.mark or layer_at(spec, path).mark
    layer = replace(layer, mark=mark)
    return _edit_siblings(
        spec, path, lambda layers: (*layers[: path[-1]], layer, *layers[path[-1] + 1 :])
    )


def change_arguments(spec: NetworkSpec, path: Path, **arguments: Any) -> NetworkSpec:
    """The network with other values for arguments of the layer at `path`.

    A block whose shortcut is set to "conv" gets the channels and the stride that its layers need,
    where these are not given as well.

    Raises:
        ValueError: there is no such layer or argument, or a value is not allowed.
    """
    layer = layer_at(spec, path)
    if unknown := set(arguments) - set(layer.values):
        raise ValueError(f"{layer.kind} has no argument {', '.join(sorted(unknown))}")
    changed = replace(layer, **arguments)
    if isinstance(changed, Residual) and arguments.get("shortcut") == "conv":
        arriving = arriving_shape(spec, path)
        if arriving is not None:
            changed = replace(fill_shortcut(changed, arriving), **arguments)
    return replace_layer(spec, path, changed)


def change_input_shape(spec: NetworkSpec, input_shape: tuple[int, int, int]) -> NetworkSpec:
    """The network for pictures of another shape (channels, height, width).

    Raises:
        ValueError: the shape is not three whole numbers between 1 and 4,096.
    """
    guessed = tuple(word for word in spec.guessed if word != "size")
    return replace(spec, input_shape=input_shape, guessed=guessed)


def rename(spec: NetworkSpec, name: str) -> NetworkSpec:
    """The network under another name.

    Raises:
        ValueError: the name is empty, too long or has characters that code cannot hold.
    """
    return replace(spec, name=name)


def place_beside(spec: NetworkSpec, path: Path | None, side: str = "behind") -> Path:
    """Where a layer that is added next would stand, from the selected one.

    Args:
        spec: the network.
        path: the selected layer; () for the input, None for none.
        side: "behind" it; "inside", at the end of the block that it is; "outside", behind the block
            that it is in. Where it is in none, or is none, behind it.
    """
    if path is None:
        return (len(spec.layers),)
    if not path:
        return (0,)
    layer = layer_at(spec, path)
    if side == "inside" and isinstance(layer, Residual):
        return (*path, len(layer.layers))
    if side == "outside" and len(path) > 1:
        path = path[:-1]
    return (*path[:-1], path[-1] + 1)


def shifted(spec: NetworkSpec, path: Path, by: int) -> Path | None:
    """Where a layer comes to stand one step up or down; None where it cannot go further."""
    parent, index = path[:-1], path[-1]
    if 0 <= index + by < len(siblings_of(spec, path)):
        return (*parent, index + by)
    if not parent:
        return None
    return (*parent[:-1], parent[-1] + (1 if by == 1 else 0))


def dropped_at(path: Path, of: Path, where: str) -> Path:
    """Where a layer stands once it was taken out and dropped "before", "behind" or "inside" `of`.

    Raises:
        ValueError: a block would stand in itself.
    """
    if of[: len(path)] == path:
        raise ValueError("a block cannot be moved into itself")
    if not of:
        to: Path = (0,)
    elif where == "inside":
        to = (*of, 0)
    else:
        to = (*of[:-1], of[-1] + (where == "behind"))
    depth = len(path) - 1
    if len(to) > depth and to[:depth] == path[:depth] and to[depth] > path[depth]:
        to = (*to[:depth], to[depth] - 1, *to[depth + 1 :])
    return to


def arriving_shape(spec: NetworkSpec, path: Path) -> Shape | None:
    """The shape that arrives where `path` points, also one behind the last layer.

    None where a layer before it does not fit.

    Raises:
        ValueError: there is no such place.
    """
    siblings = siblings_of(spec, path, len_extra=1)
    parent = path[:-1]
    above = arriving_shape(spec, parent) if parent else spec.input_shape
    return None if above is None else shape_after(siblings[: path[-1]], above)


def siblings_of(spec: NetworkSpec, path: Path, len_extra: int = 0) -> Layers:
    """The row of layers in which a path ends: the network's own or those of a block.

    Raises:
        ValueError: there is no such place. `len_extra` of 1 allows the place behind the last.
    """
    if not path:
        raise ValueError("a path needs at least one number")
    layers = spec.layers
    if len(path) > 1:
        block = layer_at(spec, path[:-1])
        if not isinstance(block, Residual):
            raise ValueError(f"a {block.kind} holds no layers")
        layers = block.layers
    if not 0 <= path[-1] < len(layers) + len_extra:
        raise ValueError(f"there is no place {path[-1] + 1} among {len(layers)} layers")
    return layers


def _edit_siblings(
    spec: NetworkSpec, path: Path, edit: Callable[[Layers], Layers], len_extra: int = 0
) -> NetworkSpec:
    edited = edit(siblings_of(spec, path, len_extra))
    if len(path) == 1:
        return replace(spec, layers=edited)
    block = layer_at(spec, path[:-1])
    return replace_layer(spec, path[:-1], replace(block, layers=edited))
