"""Numbers laid out as one per map, or stretched to the size of maps: to be multiplied with them.

As squeeze-and-excitation has it: `y.view(b, c, 1, 1)`, `y[:, :, None, None]`, `y.expand_as(x)`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.tensors.parts import channels_of
from cnnviz.builder.reading.values import BATCH, Extent, Flow
from cnnviz.models.specs import Activation, Conv2d, Dropout, Flatten, Linear


def laid_out(flow: Flow, name: str, args: list[Any], kwargs: dict[str, Any]) -> Flow | None:
    """The flow as one number per map; None where a method makes something else of it.

    Args:
        flow: a row of numbers, or maps.
        name: the method.
        args: its arguments.
        kwargs: those by name.
    """
    if kwargs or flow.averaged or flow.is_turned or flow.made_equal_to is not None:
        return None
    shape = list(args[0]) if len(args) == 1 and isinstance(args[0], tuple | list) else args
    match name:
        case "view" | "reshape" if _is_one_per_map(flow, shape):
            return flow if flow.rank == 4 and flow.is_one_pixel else as_factors(flow)
        case "unsqueeze":
            return _unsqueezed(flow, args)
        case "expand_as" if len(args) == 1 and isinstance(args[0], Flow):
            return _stretched(flow, args[0])
        case "expand":
            return _expanded(flow, shape)
    return None


def as_factors(flow: Flow) -> Flow | None:
    """A row of numbers as one for each map; None of maps."""
    return replace(flow, weighs=True, rank=4) if flow.rank == 2 else None


def _is_one_per_map(flow: Flow, shape: list[Any]) -> bool:
    """view(batch, channels, 1, 1) of as many numbers as there are channels."""
    is_row = flow.rank == 2 or (flow.rank == 4 and flow.is_one_pixel)
    if not is_row or len(shape) != 4 or [type(each) for each in shape[2:]] != [int, int]:
        return False
    pictures, channels, *sizes = shape
    if sizes != [1, 1] or (pictures is not BATCH and pictures != -1):
        return False
    if isinstance(channels, Extent):
        return has_as_many(flow, channels)
    if channels == -1:
        return pictures is BATCH
    return type(channels) is int and channels == numbers_in(flow)


def numbers_in(flow: Flow) -> int:
    """How many numbers a row surely has; 0 where that is not known."""
    while flow.before is not None and isinstance(flow.layer, Activation | Dropout):
        flow = flow.before
    match flow.layer, flow.before:
        case Linear(out_features=count), _:
            return count
        case Flatten(numbers=0), Flow(is_one_pixel=True) as maps:
            return channels_of(maps) or 0
        case Flatten(numbers=count), _:
            return count
    return 0


def has_as_many(flow: Flow, size: Any) -> bool:
    """Whether a size is that of channels, and a flow has as many, as far as the layers say it.

    A size that was taken of an earlier tensor may be another one than the flow has by now.
    """
    if not isinstance(size, Extent) or size.axis != 1:
        return False
    if flow.has_channels_of(size.flow):
        return True
    here = channels_of(flow) if flow.rank == 4 else numbers_in(flow) or None
    there = channels_of(size.flow) or numbers_in(size.flow) or _arriving(flow, size.flow)
    return here is None or there is None or here == there


def _arriving(flow: Flow, at: Flow) -> int | None:
    """The channels at an earlier place, as the convolution on the way that reads it says them."""
    for each in flow.chain():
        if each.before is not None and each.before.key is at.key:
            return each.layer.in_channels if isinstance(each.layer, Conv2d) else None
    return None


def _unsqueezed(flow: Flow, args: list[Any]) -> Flow | None:
    """The first of two unsqueezes at the end, or the second."""
    if len(args) != 1 or type(args[0]) is not int:
        return None
    if flow.rank == 2 and not flow.weighs and args[0] in (2, -1):
        return replace(flow, weighs=True, rank=3)
    if flow.rank == 3 and flow.weighs and args[0] in (2, 3, -1, -2):
        return replace(flow, rank=4)
    return None


def _stretched(flow: Flow, to: Flow) -> Flow | None:
    if flow.rank != 4 or to.rank != 4:
        return None
    return replace(flow, weighs=True, fills=to)


def _expanded(flow: Flow, shape: list[Any]) -> Flow | None:
    """expand(b, c, h, w) with the height and width of another tensor."""
    match shape:
        case [pictures, _, Extent(axis=2) as height, Extent(axis=3) as width] if (
            pictures is BATCH or pictures == -1
        ) and height.flow is width.flow:
            channels = shape[1]
            is_as_there = has_as_many(flow, channels)
            is_kept = type(channels) is int and channels == -1
            return _stretched(flow, height.flow) if is_as_there or is_kept else None
    return None
