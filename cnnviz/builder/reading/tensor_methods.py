"""Methods and functions of a tensor that lay it out anew: flatten, view, mean, and its sizes."""

from __future__ import annotations

from typing import Any

from cnnviz.builder.reading.values import BATCH, UNKNOWN, Symbol
from cnnviz.models.specs import AdaptiveAvgPool2d, Flatten, Layer

SIZES = (BATCH, UNKNOWN, UNKNOWN, UNKNOWN)  # what x.shape is
CHANGE_NOTHING = ("contiguous", "clone", "float")
HEIGHT_AND_WIDTH = ((2, 3), (3, 2), (-2, -1), (-1, -2))


def sizes_of(args: list[Any], kwargs: dict[str, Any]) -> tuple[Symbol, ...] | Symbol:
    """What x.size() gives: all sizes, or the one of a dimension."""
    places = [*args, *kwargs.values()]
    if not places:
        return SIZES
    return BATCH if places[0] == 0 else UNKNOWN


def layers_of_method(
    name: str, args: list[Any], kwargs: dict[str, Any]
) -> tuple[Layer, ...] | None:
    """The layers that do what a method of a tensor does; None if it is not read.

    Args:
        name: the method, or the function of torch that does the same.
        args: its arguments, the tensor left out.
        kwargs: its arguments by name.
    """
    match name:
        case "flatten":
            given = dict(zip(("start_dim", "end_dim"), args, strict=False)) | kwargs
            is_whole = given.get("start_dim") == 1 and given.get("end_dim", -1) in (-1, 3)
            return (Flatten(),) if is_whole and len(given) <= 2 else None
        case "view" | "reshape":
            return _view(args, kwargs)
        case "mean":
            return _mean(args, kwargs)
        case _ if name in CHANGE_NOTHING and not args:
            return ()
    return None


def _view(args: list[Any], kwargs: dict[str, Any]) -> tuple[Layer, ...] | None:
    """A view that keeps the pictures apart and lays each in a row."""
    shape = list(args[0]) if len(args) == 1 and isinstance(args[0], tuple | list) else args
    if kwargs or len(shape) != 2:
        return None
    pictures, row = shape
    keeps_pictures = pictures is BATCH or (pictures == -1 and row != -1)
    is_row = row is UNKNOWN or isinstance(row, int)
    return (Flatten(),) if keeps_pictures and is_row else None


def _mean(args: list[Any], kwargs: dict[str, Any]) -> tuple[Layer, ...] | None:
    """The mean over height and width, with or without the two sizes of 1 that are left."""
    given = dict(zip(("dim", "keepdim"), args, strict=False)) | kwargs
    dims = given.get("dim")
    if not isinstance(dims, tuple | list) or tuple(dims) not in HEIGHT_AND_WIDTH:
        return None
    return (AdaptiveAvgPool2d(1),) if given.get("keepdim") else (AdaptiveAvgPool2d(1), Flatten())
