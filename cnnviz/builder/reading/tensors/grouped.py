"""Channels laid out in groups, whose places are changed: a ChannelShuffle that is written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.tensors.parts import channels_of
from cnnviz.builder.reading.tensors.weighing import has_as_many
from cnnviz.builder.reading.values import BATCH, Extent, Flow
from cnnviz.models.specs import ChannelShuffle

SWAPS = ([1, 2], [2, 1])


def shuffled(
    flow: Flow, name: str, args: list[Any], kwargs: dict[str, Any]
) -> Flow | ChannelShuffle | None:
    """What a method makes of maps whose channels are, or become, laid out in groups.

    As `x.view(b, g, c // g, h, w).transpose(1, 2).contiguous().view(b, -1, h, w)`.

    Returns:
        The flow after a step, which nothing but the next one takes; the layer that all are
        together; None where it is neither.
    """
    shape = list(args[0]) if len(args) == 1 and isinstance(args[0], tuple | list) else list(args)
    if kwargs or flow.is_turned:
        return None
    if flow.grouped is None:
        is_view = name in ("view", "reshape") and len(shape) == 5 and flow.rank == 4
        return _in_groups(flow, shape) if is_view else None
    groups, is_swapped = flow.grouped
    if name in ("contiguous", "clone"):
        return flow
    if not is_swapped and (
        (name == "transpose" and args in SWAPS) or (name == "permute" and shape == [0, 2, 1, 3, 4])
    ):
        return replace(flow, grouped=(groups, True))
    is_whole = name == "flatten" and args == [1, 2]
    is_whole = is_whole or (name in ("view", "reshape") and _is_as_before(flow, shape))
    return ChannelShuffle(groups) if is_swapped and is_whole else None


def _in_groups(flow: Flow, shape: list[Any]) -> Flow | None:
    pictures, groups, each, height, width = shape
    is_batch = pictures is BATCH or (pictures == -1 and each != -1)
    if not is_batch or type(groups) is not int or groups < 1 or not _are_sides(flow, height, width):
        return None
    channels = channels_of(flow)
    if type(each) is int and each != -1 and channels is not None and groups * each != channels:
        return None
    return replace(flow, grouped=(groups, False))


def _is_as_before(flow: Flow, shape: list[Any]) -> bool:
    if len(shape) != 4 or not (shape[0] is BATCH or shape[0] == -1):
        return False
    channels = shape[1]
    is_all = channels == -1 or channels == channels_of(flow)
    is_all = is_all or has_as_many(flow, channels)
    return is_all and _are_sides(flow, *shape[2:])


def _are_sides(flow: Flow, height: Any, width: Any) -> bool:
    return (
        isinstance(height, Extent)
        and isinstance(width, Extent)
        and (height.axis, width.axis) == (2, 3)
        and flow.is_like(height.flow)
        and flow.is_like(width.flow)
    )
