"""Methods and functions of a tensor that lay it out anew: flatten, view, mean, squeeze."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.tensors.weighing import has_as_many
from cnnviz.builder.reading.values import BATCH, Extent, Flow, Product
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    ChannelPool,
    Flatten,
    Hardtanh,
    Layer,
    ReLU,
    ReLU6,
    Unflatten,
)

CHANGE_NOTHING = ("contiguous", "clone", "float", "to", "cuda", "cpu")
HEIGHT_AND_WIDTH = ((2, 3), (3, 2), (-2, -1), (-1, -2), (2, -1), (-1, 2), (-2, 3), (3, -2))
GLOBAL_MEAN: tuple[Layer, ...] = (AdaptiveAvgPool2d(1), Flatten())
GLOBAL_MAXIMUM: tuple[Layer, ...] = (AdaptiveMaxPool2d(1), Flatten())


def layers_of_method(
    name: str, args: list[Any], kwargs: dict[str, Any], flow: Flow
) -> tuple[Layer, ...] | None:
    """The layers that do what a method of a tensor does; None if it is not read.

    Args:
        name: the method, or the function of torch that does the same.
        args: its arguments, the tensor left out.
        kwargs: its arguments by name.
        flow: the tensor.
    """
    match name:
        case "flatten":
            return _flatten(args, kwargs, flow)
        case "view" | "reshape":
            return _view(args, kwargs, flow)
        case "mean":
            return _over_pixels(args, kwargs, GLOBAL_MEAN)
        case "amax":
            return _over_pixels(args, kwargs, GLOBAL_MAXIMUM)
        case "clamp" | "clip" | "clamp_":
            return _clamp(args, kwargs)
        case "unflatten":
            return _unflatten(args, kwargs, flow)
        case "squeeze" if not args and not kwargs and flow.is_one_pixel:
            return (Flatten(),)
        case _ if name in CHANGE_NOTHING and (not args or name == "to"):
            return ()
    return None


def _flatten(args: list[Any], kwargs: dict[str, Any], flow: Flow) -> tuple[Layer, ...] | None:
    given = dict(zip(("start_dim", "end_dim"), args, strict=False)) | kwargs
    start, end = given.pop("start_dim", 0), given.pop("end_dim", -1)
    ends = (-1, flow.rank - 1)
    is_whole = start in (1, 1 - flow.rank) and type(start) is int and end in ends
    return (Flatten(),) if is_whole and not given and len(args) <= 2 else None


def _view(args: list[Any], kwargs: dict[str, Any], flow: Flow) -> tuple[Layer, ...] | None:
    """A view that keeps the pictures apart and lays each in a row."""
    shape = list(args[0]) if len(args) == 1 and isinstance(args[0], tuple | list) else args
    if set(kwargs) == {"shape"} and not args and isinstance(kwargs["shape"], tuple | list):
        shape, kwargs = list(kwargs["shape"]), {}
    if kwargs or len(shape) not in (2, 4) or (shape[0] is not BATCH and shape[0] != -1):
        return None
    if len(shape) == 4:
        maps = _as_maps(shape[1:])
        return maps if maps is None or flow.rank == 2 else (Flatten(), *maps)
    pictures, row = shape
    match row:
        case int() if row == -1:
            return (Flatten(),) if pictures is BATCH else None
        case int() if not isinstance(row, bool) and row > 0:
            return (Flatten(numbers=row),)
        case Product() if flow.is_like(row.flow) and sorted(row.axes) == [*range(1, flow.rank)]:
            return (Flatten(),)
        case Extent() if flow.is_one_pixel and row.axis == 1 and flow.has_channels_of(row.flow):
            return (Flatten(),)
        case Extent() if flow.rank == 2 and has_as_many(flow, row):
            return (Flatten(),)
    return None


def _clamp(args: list[Any], kwargs: dict[str, Any]) -> tuple[Layer, ...] | None:
    """The activation that cuts off below one number and above another."""
    given = dict(zip(("min", "max"), args, strict=False)) | kwargs
    low, high = given.pop("min", None), given.pop("max", None)
    if given or any(each is not None and type(each) not in (int, float) for each in (low, high)):
        return None
    if low == 0 and high in (None, 6):
        return (ReLU(),) if high is None else (ReLU6(),)
    is_both = low is not None and high is not None and low < high
    return (Hardtanh(float(low), float(high)),) if is_both else None


def _unflatten(args: list[Any], kwargs: dict[str, Any], flow: Flow) -> tuple[Layer, ...] | None:
    """A row of numbers taken apart into channels, height and width."""
    given = dict(zip(("dim", "sizes"), args, strict=False)) | kwargs
    dim, sizes = given.pop("dim", None), given.pop("sizes", None)
    is_row = flow.rank == 2 and dim in (1, -1) and type(dim) is int and not given
    return _as_maps(list(sizes)) if is_row and isinstance(sizes, list | tuple) else None


def _as_maps(sizes: list[Any]) -> tuple[Layer, ...] | None:
    is_plain = len(sizes) == 3 and all(type(size) is int and size > 0 for size in sizes)
    return (Unflatten(1, tuple(sizes)),) if is_plain else None


def _over_pixels(
    args: list[Any], kwargs: dict[str, Any], layers: tuple[Layer, ...]
) -> tuple[Layer, ...] | None:
    """One number for each map, with or without the two sizes of 1 that are left."""
    given = dict(zip(("dim", "keepdim"), args, strict=False)) | kwargs
    dims, keepdim = given.pop("dim", None), given.pop("keepdim", False)
    if given or not isinstance(dims, tuple | list) or tuple(dims) not in HEIGHT_AND_WIDTH:
        return None
    return layers[:1] if keepdim else layers


def over_channels(
    name: str, args: list[Any], kwargs: dict[str, Any], flow: Flow
) -> ChannelPool | None:
    """The layer that makes one map of all channels, as `x.mean(1, keepdim=True)`; else None."""
    given = dict(zip(("dim", "keepdim"), args, strict=False)) | kwargs
    dim, keepdim = given.pop("dim", None), given.pop("keepdim", False)
    dim = dim[0] if isinstance(dim, list | tuple) and len(dim) == 1 else dim
    is_channels = type(dim) is int and dim in (1, -3) and flow.rank == 4 and not flow.averaged
    if name not in ("mean", "max", "amax") or given or not is_channels or keepdim is not True:
        return None
    return None if flow.is_turned else ChannelPool("mean" if name == "mean" else "max")


def between(
    flow: Flow, name: str, args: list[Any], kwargs: dict[str, Any]
) -> Flow | tuple[Layer, ...] | None:
    """A mean over all pixels, or a squeeze of both sizes, that is written in two steps.

    Returns:
        The flow after the first step, which nothing else takes; the layers that both steps are
        together; None where it is neither.
    """
    given = dict(zip(("dim", "keepdim"), args, strict=False)) | kwargs
    first = flow.averaged
    if name in ("mean", "squeeze"):
        dim, keepdim = given.pop("dim", None), given.pop("keepdim", False)
        if isinstance(dim, tuple | list) and len(dim) == 1:
            (dim,) = dim
        if given or type(dim) is not int:
            return None
        return _second(name, dim, keepdim, first) if first else _first(flow, name, dim, keepdim)
    if flow.rank == 4 and not first and _joins_pixels(name, args, kwargs, flow):
        return replace(flow, averaged=("pixels",), rank=3)
    is_flat = name == "flatten" and first and first[0] == "squeeze" and args == [1]
    return (Flatten(),) if is_flat else None


def _first(flow: Flow, name: str, dim: int, keepdim: bool) -> Flow | None:
    if dim not in (2, 3, -1, -2) or flow.rank != 4:
        return None
    if name == "squeeze" and not flow.is_one_pixel:
        return None
    return replace(flow, averaged=(name, dim % 4, keepdim), rank=4 if keepdim else 3)


def _second(name: str, dim: int, keepdim: bool, first: tuple[Any, ...]) -> tuple[Layer, ...] | None:
    if first == ("pixels",):
        return GLOBAL_MEAN if name == "mean" and dim in (2, -1) and not keepdim else None
    before, done, kept = first
    if before != name or kept != keepdim:
        return None
    if keepdim:
        return (AdaptiveAvgPool2d(1),) if dim % 4 == 5 - done else None
    if dim not in (2, -1):
        return None
    return GLOBAL_MEAN if name == "mean" else (Flatten(),)


def _joins_pixels(name: str, args: list[Any], kwargs: dict[str, Any], flow: Flow) -> bool:
    """flatten(2), view(batch, channels, -1)."""
    if kwargs:
        return False
    if name == "flatten":
        return args in ([2], [-2], [2, -1], [2, 3])
    shape = list(args[0]) if len(args) == 1 and isinstance(args[0], tuple | list) else args
    match shape:
        case [pictures, Extent(axis=1) as channels, rest] if pictures is BATCH:
            if not has_as_many(flow, channels):
                return False
            if isinstance(rest, Product):
                return sorted(rest.axes) == [2, 3] and flow.is_like(rest.flow)
            return rest == -1
    return False
