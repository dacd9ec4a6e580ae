"""Tensors that the code makes itself and sends through layers, to learn what size comes out."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from cnnviz.builder.formulas import NoFormulaError, shape_by_formula
from cnnviz.builder.reading.values import Picture
from cnnviz.builder.reading.vocabulary import FUNCTIONS, FromTheEnd, layer_of_function
from cnnviz.models.specs import Flatten, Layer

UNKNOWN = Picture((), is_made=False)  # its shape is not computed here
STAYS = ("contiguous", "clone", "detach", "float", "to", "cuda", "cpu", "double", "half",
         "requires_grad_")  # fmt: skip
Shape = tuple[int, ...]


def of_numbers(values: Any) -> Picture | None:
    """The tensor of numbers that code writes out, as torch.tensor makes it; None of others."""
    shape: list[int] = []
    level = values
    while isinstance(level, list | tuple) and level:
        shape.append(len(level))
        level = level[0]
    if not isinstance(level, int | float):
        return None
    value = float(level) if prod(shape) == 1 else None
    return Picture(tuple(shape), words=str(values)[:60], value=value)


def behind_layer(picture: Picture, layer: Layer) -> Picture:
    """A tensor behind a layer.

    Raises:
        ValueError: the layer does not take it, or only torch could say what comes out.
    """
    shape = _whole(picture)
    has_batch = len(shape) != 3
    if isinstance(layer, FromTheEnd):
        return picture
    if not has_batch and isinstance(layer, Flatten):
        raise NoFormulaError("a Flatten of one picture without its batch is not computed here")
    after = shape_by_formula(layer, shape[1:] if has_batch else shape)
    if after is None or min(after) < 1:
        raise ValueError(f"this {layer.kind} does not take a tensor of shape {shape}")
    return Picture((*shape[:1], *after) if has_batch else after, is_made=False)


def behind_method(picture: Picture, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """What a method of such a tensor, or torch's function of that name, gives.

    Raises:
        ValueError: it is not known here, or not with these arguments.
    """
    if name in STAYS:
        return picture
    shape = _whole(picture)
    match name, args:
        case "size", []:
            return shape
        case "size", [int() as axis] if -len(shape) <= axis < len(shape):
            return shape[axis]
        case "numel" | "nelement", []:
            return prod(shape)
        case "dim" | "ndimension", []:
            return len(shape)
        case "view" | "reshape", _:
            return replace(picture, shape=_viewed(shape, args))
        case "flatten", _:
            given = dict(zip(("start_dim", "end_dim"), args, strict=False)) | kwargs
            start, end = given.get("start_dim", 0), given.get("end_dim", -1)
            if type(start) is int and end in (-1, len(shape) - 1) and 0 <= start < len(shape):
                return Picture((*shape[:start], prod(shape[start:])), is_made=False)
        case "unsqueeze", [0]:
            return replace(picture, shape=(1, *shape))
    if name in FUNCTIONS:
        return behind_layer(picture, layer_of_function(name, args, kwargs))
    raise ValueError(f"{name[:40]} of a tensor made here is not read")


def _whole(picture: Picture) -> Shape:
    if not picture.shape or not all(type(size) is int for size in picture.shape):
        raise ValueError("the shape of this tensor is not computed here")
    return picture.shape


def _viewed(shape: Shape, args: list[Any]) -> Shape:
    sizes = list(args[0]) if len(args) == 1 and isinstance(args[0], list | tuple) else args
    if not sizes or not all(type(size) is int for size in sizes) or sizes.count(-1) > 1:
        raise ValueError("a view is read with plain numbers")
    known = prod(size for size in sizes if size != -1)
    rest, left = divmod(prod(shape), known) if known > 0 else (0, 1)
    if left or (-1 not in sizes and rest != 1):
        raise ValueError(f"{prod(shape):,} numbers are not laid out as {tuple(sizes)}")
    return tuple(rest if size == -1 else size for size in sizes)
