"""Some of the channels of a tensor: chunk, split, slices; and how many channels there are."""

from __future__ import annotations

from typing import Any

from cnnviz.builder.reading.values import KEEPS_CHANNELS, Flow
from cnnviz.models.specs import (
    GLU,
    BatchNorm2d,
    ChannelPool,
    Channels,
    ChannelShuffle,
    Chunk,
    Conv2d,
    ConvTranspose2d,
    GroupNorm,
    Join,
    Layer,
    LayerNorm2d,
    PixelShuffle,
    PixelUnshuffle,
    Residual,
    Unflatten,
    Upsample,
)

MAX_PARTS = 64


def channels_of(flow: Flow) -> int | None:
    """How many channels a flow of maps surely has; None where that follows from the picture."""
    match flow.layer:
        case Conv2d() | ConvTranspose2d():
            return flow.layer.out_channels
        case BatchNorm2d():
            return flow.layer.num_features
        case GroupNorm():
            return flow.layer.num_channels
        case LayerNorm2d():
            return flow.layer.normalized_shape
        case Unflatten():
            return flow.layer.unflattened_size[0]
        case ChannelPool():
            return 1
        case Residual() if flow.layer.shortcut == "conv":
            return flow.layer.out_channels
        case Join():
            return _of_join(flow, flow.layer)
    before = channels_of(flow.before) if flow.before and _follows(flow.layer) else None
    return None if before is None else _behind(flow.layer, before)


def _follows(layer: Layer | None) -> bool:
    is_known = isinstance(layer, Residual | Upsample | ChannelShuffle | PixelShuffle | GLU)
    return is_known or isinstance(layer, (*KEEPS_CHANNELS, PixelUnshuffle, Chunk, Channels))


def _behind(layer: Layer | None, channels: int) -> int:
    match layer:
        case PixelShuffle():
            return channels // layer.upscale_factor**2
        case PixelUnshuffle():
            return channels * layer.downscale_factor**2
        case GLU(dim=1):
            return channels // 2
        case Chunk():
            size = -(-channels // layer.chunks)
            return max(0, min(size, channels - layer.index * size))
        case Channels():
            return len(range(channels)[layer.start : layer.stop or None])
    return channels


def _of_join(flow: Flow, join: Join) -> int | None:
    counts = [channels_of(other) for other in flow.others]
    known = [count for count in counts if count is not None]
    if join.how != "cat":
        return max(known, default=None)  # one channel may weigh all
    return sum(known) if len(known) == len(counts) else None


def parts_of(name: str, args: list[Any], kwargs: dict[str, Any], flow: Flow) -> list[Layer] | None:
    """The layers that each take a part of the channels, as chunk and split cut them.

    Returns:
        None where it cuts along another axis, or not by plain numbers.

    Raises:
        ValueError: the channels are not known, or the sizes are not all of them.
    """
    names = {"chunk": "chunks", "split": "split_size_or_sections"}
    values = dict(zip((names[name], "dim"), args, strict=False))
    values |= {"split_size_or_sections" if key == "split_size" else key: value
               for key, value in kwargs.items()}  # fmt: skip
    sizes, dim = values.pop(names[name], None), values.pop("dim", 0)
    if values or type(dim) is not int or dim not in _channel_axes(flow):
        return None
    if name == "chunk":
        is_plain = type(sizes) is int and 1 <= sizes <= MAX_PARTS
        return [Chunk(sizes, place) for place in range(sizes)] if is_plain else None
    channels = channels_of(flow)
    if isinstance(sizes, list | tuple) and all(type(size) is int for size in sizes):
        if channels is not None and sum(sizes) != channels:
            total = " + ".join(map(str, sizes))
            raise ValueError(f"split takes {total} = {sum(sizes)} channels, and {channels} arrive")
        return _pieces(list(sizes))
    if type(sizes) is not int or sizes < 1:
        return None
    if channels is None:
        raise ValueError(
            f"into how many parts split({sizes}) cuts is not known here: chunk says it"
        )
    whole, rest = divmod(channels, sizes)
    if whole + bool(rest) > MAX_PARTS:
        return None
    if not rest:
        return [Chunk(whole, place) for place in range(whole)]
    return _pieces([sizes] * whole + [rest])


def _channel_axes(flow: Flow) -> tuple[int, ...]:
    if flow.is_turned:
        return (3, -1)
    return (1, 1 - flow.rank)


def _pieces(sizes: list[int]) -> list[Layer]:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return [Channels(start, start + size) for start, size in zip(starts, sizes, strict=True)]


def channels_between(flow: Flow, start: Any, stop: Any) -> tuple[Layer, ...] | None:
    """The layer that takes the channels of `x[:, start:stop]`; none where it takes all.

    Returns:
        None where the ends are no plain numbers, or count from the end of what is not known.
    """
    if any(end is not None and type(end) is not int for end in (start, stop)):
        return None
    channels = channels_of(flow)
    if channels is not None:
        start, stop, _ = slice(start, stop).indices(channels)
        stop = None if stop >= channels else stop
    start = start or 0
    if start < 0 or (stop is not None and stop <= start):
        return None
    return () if start == 0 and stop is None else (Channels(start, stop or 0),)
