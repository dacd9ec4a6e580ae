"""What an output sees through operators that read windows: convolutions, poolings, resizing.

Each rule takes the call, the reach of the map that the windows lie on, and the shapes of that map
and of the result. Along each spatial axis it says which positions `taps(i)` of the map output `i`
reads; `Extent.gathered` turns that into pixels of the network's input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor

from cnnviz.arithmetic import same_padding
from cnnviz.summary.calls import Call
from cnnviz.summary.extent import Extent
from cnnviz.summary.reach import Dim, Places, Reach

Shape = Sequence[int]
AxisRule = Callable[[Extent, int], Extent | None]  # extent of the map, number of the axis


def convolution(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Output `i` reads `i * stride - padding + dilation * k` for k = 0 ... kernel_size - 1."""
    kernel = call["weight"].shape[2:]
    stride, dilation = (call.numbers(name, len(kernel)) for name in ("stride", "dilation"))
    padding = _convolution_padding(call, kernel, dilation)

    def along(extent: Extent, axis: int) -> Extent | None:
        return windows(extent, kernel[axis], stride[axis], padding[axis], dilation[axis])

    return _along_axes(_mixed(reach, len(kernel), call["groups"] == 1), len(kernel), along)


def transposed_convolution(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Input `k` writes to `k * stride - padding + dilation * t`, so output `i` reads those `k`."""
    kernel = call["weight"].shape[2:]
    names = ("stride", "padding", "dilation")
    stride, padding, dilation = (call.numbers(name, len(kernel)) for name in names)

    def along(extent: Extent, axis: int) -> Extent | None:
        return _stamped(extent, kernel[axis], stride[axis], padding[axis], dilation[axis])

    return _along_axes(_mixed(reach, len(kernel), call["groups"] == 1), len(kernel), along)


def unfolded(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """`F.unfold`: the windows of a map one after the other, (N, C · kernel, windows)."""
    rows, columns = (_row_or_column(call, axis) for axis in range(2))
    sizes = tuple(
        (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        for size, (kernel, stride, padding, dilation) in zip(
            shape[-2:], (rows, columns), strict=True
        )
    )
    parts = tuple(
        windows(extent, *axis) if isinstance(extent, Extent) else None
        for extent, axis in zip(reach.dims[-2:], (rows, columns), strict=True)
    )
    places = Places(parts, sizes) if any(parts) else None
    return reach.moved([*reach.dims[:-3], None, places])


def folded(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """`F.fold`: windows laid over each other and added up, as a transposed convolution does."""
    places = reach.dims[-1]
    if not isinstance(places, Places) or len(places.parts) != 2:
        return reach.moved([*reach.dims[:-2], None, None, None])
    rows, columns = (
        _stamped(part, *_row_or_column(call, axis)) if part else None
        for axis, part in enumerate(places.parts)
    )
    return reach.moved([*reach.dims[:-2], None, rows, columns])


def along_a_dimension(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """`Tensor.unfold`: windows along a dimension, what they hold in a new last one."""
    dim = call["dimension"] % len(shape)
    extent = reach.dims[dim]
    is_followed = isinstance(extent, Extent)
    walked = windows(extent, call["size"], call["step"]) if is_followed else None
    return reach.moved([*reach.dims[:dim], walked, *reach.dims[dim + 1 :], None])


def _row_or_column(call: Call, axis: int) -> tuple[int, int, int, int]:
    """Kernel size, stride, padding and dilation of fold and unfold along one axis."""
    kernel, stride, padding, dilation = (
        call.numbers(name, 2)[axis] for name in ("kernel_size", "stride", "padding", "dilation")
    )
    return kernel, stride, padding, dilation


def _stamped(
    extent: Extent, kernel_size: int, stride: int, padding: int, dilation: int
) -> Extent | None:
    """The extent of a map that windows write into, each position as often as they meet."""

    def taps(i: int) -> list[int]:
        offsets = (i + padding - dilation * tap for tap in range(kernel_size))
        return sorted(offset // stride for offset in offsets if offset % stride == 0)

    return extent.gathered(taps, period=stride)


def pooling(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """As a convolution; `ceil_mode` adds a last window but moves none."""
    num_axes = int(call.op.split("pool")[1][0])
    kernel = call.numbers("kernel_size", num_axes)
    stride = call.numbers("stride", num_axes) if call["stride"] else kernel
    padding = call.numbers("padding", num_axes)
    dilation = call.numbers("dilation", num_axes) if call.get("dilation") else [1] * num_axes

    def along(extent: Extent, axis: int) -> Extent | None:
        return windows(extent, kernel[axis], stride[axis], padding[axis], dilation[axis])

    return _along_axes(reach, num_axes, along)


def adaptive_pooling(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Output `i` of n reads `floor(i * size / n)` to `ceil((i + 1) * size / n) - 1`.

    A single output sees everything there is, whatever the size: its extent is the whole axis.
    """
    num_axes = int(call.op.split("pool")[1][0])
    for dim in range(-num_axes, 0):
        if result[dim] == 1 and isinstance(places := reach.dims[dim], Places):
            reach = reach.with_context(places.axes)

    def along(extent: Extent, axis: int) -> Extent | None:
        size, new_size = shape[axis - num_axes], result[axis - num_axes]
        if new_size == 0:
            return None
        if new_size == 1 and size > 1:
            return extent.everything()
        scale = Fraction(size, new_size)

        def taps(i: int) -> range:
            return range(floor(i * scale), ceil((i + 1) * scale))

        return extent.gathered(taps, period=scale.denominator, shift=scale.numerator)

    return _along_axes(reach, num_axes, along)


def resizing(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Interpolation: the pixels around the place in the map that an output pixel comes from."""
    num_axes = len(shape) - 2
    factors = call.get("scale_factors") or [0.0] * num_axes
    is_aligned = bool(call.get("align_corners"))

    def along(extent: Extent, axis: int) -> Extent | None:
        size, new_size = shape[axis + 2], result[axis + 2]
        if extent.is_whole or size == new_size:
            return extent
        if size == 1 or new_size == 1:
            return None  # one position for all, or one for a corner: no regular pattern
        scale = Fraction(size, new_size)
        if is_aligned:
            scale = Fraction(size - 1, new_size - 1)
        elif factor := factors[axis]:
            scale = 1 / Fraction(factor).limit_denominator(1000)
        taps = _resizing_taps(call.op, scale, is_aligned)
        return extent.gathered(taps, period=scale.denominator, shift=scale.numerator)

    return _along_axes(reach, num_axes, along)


def pixel_shuffle(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Channels become `upscale_factor` times as many rows and columns."""
    factor = call["upscale_factor"]
    return _along_axes(
        _mixed(reach, 2, reads_all=False),
        2,
        lambda extent, axis: extent.gathered(lambda i: [i // factor], period=factor),
    )


def pixel_unshuffle(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Each block of `downscale_factor` rows and columns becomes channels."""
    factor = call["downscale_factor"]
    moved = _mixed(reach, 2, reads_all=False)
    return _along_axes(moved, 2, lambda extent, axis: windows(extent, factor, stride=factor))


def padding(call: Call, reach: Reach, shape: Shape, result: Shape) -> Reach:
    """Everything moves on by what is added before it; `pad` lists the last axis first."""
    for number, before in enumerate(call["pad"][::2]):
        dim = len(shape) - 1 - number
        extent = reach.dims[dim]
        if isinstance(extent, Extent):
            reach = reach.replaced(dim, windows(extent, 1, padding=before))
        elif shape[dim] != result[dim]:
            reach = reach.replaced(dim, None)
    return reach


def attention_in_windows(
    reach: Reach, shape: Shape, window: Sequence[int], shift: Sequence[int]
) -> Reach:
    """Attention among the positions of one window of a map (N, H, W, C).

    The windows lie side by side; shifted ones are masked where the map's border goes through them
    (Liu et al., 2021, arxiv.org/abs/2103.14030, section 3.2).
    """
    dims: list[Dim] = list(reach.dims)
    for axis, (size, moved) in enumerate(zip(window, shift, strict=True), start=1):
        extent = dims[axis]
        if isinstance(extent, Extent):
            dims[axis] = _in_windows(extent, size, moved if size < shape[axis] else 0)
    return reach.moved(dims)


def _in_windows(extent: Extent, size: int, shift: int) -> Extent | None:
    """Every position sees what all positions of its window see."""

    def taps(i: int) -> range:
        first = (i - shift) // size * size + shift
        return range(first, first + size)

    return extent.gathered(taps, period=size, shift=size)


def windows(
    extent: Extent, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Extent | None:
    """The extent of windows that slide over a map along one axis."""
    span = dilation * (kernel_size - 1) + 1

    def taps(i: int) -> range:
        start = i * stride - padding
        return range(start, start + span, dilation)

    return extent.gathered(taps, shift=stride)


def _mixed(reach: Reach, num_axes: int, reads_all: bool) -> Reach:
    """What is read of the channels, where these walk along an axis: of rows as channels, say."""
    dim = len(reach.dims) - num_axes - 1
    walked = reach.dims[dim]
    if walked is None:
        return reach
    return (reach.with_context(walked.axes) if reads_all else reach).replaced(dim, None)


def _along_axes(reach: Reach, num_axes: int, along: AxisRule) -> Reach:
    """The reach after a rule was applied to each of the last `num_axes` dimensions."""
    dims: list[Dim] = list(reach.dims)
    for axis in range(num_axes):
        extent = dims[axis - num_axes]
        dims[axis - num_axes] = along(extent, axis) if isinstance(extent, Extent) else None
    return reach.moved(dims)


def _convolution_padding(call: Call, kernel: Shape, dilation: Shape) -> Sequence[int]:
    """Rows or columns added before the map, as numbers also where the call says "same"."""
    if call["padding"] == "valid":
        return [0] * len(kernel)
    if call["padding"] == "same":
        return [same_padding(size, step)[0] for size, step in zip(kernel, dilation, strict=True)]
    return call.numbers("padding", len(kernel))


def _resizing_taps(op: str, scale: Fraction, is_aligned: bool) -> Callable[[int], Sequence[int]]:
    """Positions that output `i` of an interpolation reads; `scale` is old size over new size."""
    half = Fraction(0) if is_aligned else Fraction(1, 2)

    def nearest(i: int) -> Sequence[int]:
        return [floor((i + half) * scale if "exact" in op else i * scale)]

    def smooth(i: int) -> Sequence[int]:
        place = (i + half) * scale - half
        before, after = (1, 2) if "bicubic" in op else (0, 1)
        exact = place.denominator == 1  # the other weights are zero
        return [int(place)] if exact else range(floor(place) - before, floor(place) + after + 1)

    def antialiased(i: int) -> Sequence[int]:
        place, support = (i + half) * scale, max(scale, 1) * (2 if "bicubic" in op else 1)
        return range(floor(place - support + half), floor(place + support + half))

    return nearest if "nearest" in op else antialiased if op.endswith("_aa") else smooth
