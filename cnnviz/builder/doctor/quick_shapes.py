"""Shapes by the formulas, for many input sizes of one network: torch is asked where none is here.

A module on torch's `meta` device takes 0.1 to 4 ms to say what leaves it, a formula a thousandth of
that. Tests hold the formulas against torch for random layers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import floor

from cnnviz import arithmetic
from cnnviz.builder.shapes import Shape, outcome_at, read_shapes, side
from cnnviz.models.specs import (
    ACTIVATIONS,
    INPUT,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Dropout2d,
    Identity,
    Join,
    Layer,
    LogSoftmax,
    MaxPool2d,
    NetworkSpec,
    PReLU,
    Softmax,
    Upsample,
)

KEEP = tuple({*ACTIVATIONS, Dropout, Dropout2d, Identity} - {Softmax, LogSoftmax, PReLU})
Marks = Mapping[str, Shape]


def quick_output_shape(spec: NetworkSpec, size: int) -> Shape | None:
    """What leaves the network for a square picture of `size` pixels; None where a layer misfits."""
    shape: Shape = (spec.input_shape[0], size, size)
    marks = {INPUT: shape}
    for layer in spec.layers:
        after = quick_shape(layer, shape, marks)
        if after is None:
            return None
        shape = after
        if layer.mark:
            marks[layer.mark] = shape
    return shape


def quick_shape(layer: Layer, arriving: Shape, marks: Marks) -> Shape | None:
    """What leaves a layer, without the batch; None where it does not fit.

    Args:
        layer: the layer.
        arriving: what arrives at it, without the batch.
        marks: what leaves the places that it may read.
    """
    if isinstance(layer, KEEP):
        return arriving
    if isinstance(layer, Join):
        return _joined(layer, arriving, marks)
    if len(arriving) == 3:
        match layer:
            case BatchNorm2d():
                return arriving if layer.num_features == arriving[0] else None
            case Conv2d() if layer.padding_mode == "zeros" and not isinstance(layer.padding, str):
                return _convolved(layer, layer.padding, arriving)
            case ConvTranspose2d():
                return _enlarged(layer, arriving, marks)
            case MaxPool2d() | AvgPool2d():
                return _pooled(layer, arriving)
            case Upsample():
                return _upsampled(layer, arriving, marks)
    return _by_torch(layer, arriving, marks)


def _by_torch(layer: Layer, arriving: Shape, marks: Marks) -> Shape | None:
    return outcome_at(layer, arriving, marks).output_shape


def _joined(join: Join, arriving: Shape, marks: Marks) -> Shape | None:
    shapes = read_shapes(join, arriving, marks)
    if len(shapes) == 1:
        return shapes[0]
    if {len(shape) for shape in shapes} != {3}:
        return _by_torch(join, arriving, marks)
    sizes, channels = {shape[1:] for shape in shapes}, {shape[0] for shape in shapes}
    is_uneven = join.sizes == "equal" and len(sizes) > 1
    if join.how != "cat" and (is_uneven or len(channels) > 1):
        return _by_torch(join, arriving, marks)  # torch stretches what is 1
    if is_uneven:
        return None
    most = min if join.sizes == "crop" else max
    height, width = (most(axis) for axis in zip(*sizes, strict=True))
    made = sum(shape[0] for shape in shapes) if join.how == "cat" else shapes[0][0]
    return made, height, width


def _fits_channels(layer: Conv2d | ConvTranspose2d, channels: int) -> bool:
    is_split = layer.in_channels % layer.groups or layer.out_channels % layer.groups
    return layer.in_channels == channels and not is_split


def _convolved(layer: Conv2d, padding: int | tuple[int, int], arriving: Shape) -> Shape | None:
    if not _fits_channels(layer, arriving[0]):
        return None
    return _sized(
        layer.out_channels,
        lambda axis: arithmetic.conv_output_size(
            arriving[axis + 1],
            side(layer.kernel_size, axis),
            side(layer.stride, axis),
            side(padding, axis),
            side(layer.dilation, axis),
        ),
    )


def _enlarged(layer: ConvTranspose2d, arriving: Shape, marks: Marks) -> Shape | None:
    if not _fits_channels(layer, arriving[0]):
        return None
    size = partial(_transposed, layer, arriving)
    if not layer.like:
        return _sized(layer.out_channels, size)
    wanted = marks[layer.like]
    if len(wanted) != 3 or (least := _sized(layer.out_channels, partial(size, given=0))) is None:
        return _by_torch(layer, arriving, marks)
    extra = [wanted[axis + 1] - least[axis + 1] for axis in (0, 1)]
    can = all(0 <= more < side(layer.stride, axis) for axis, more in enumerate(extra))
    return (layer.out_channels, *wanted[1:]) if can else None


def _transposed(
    layer: ConvTranspose2d, arriving: Shape, axis: int, given: int | None = None
) -> int:
    return arithmetic.conv_transpose_output_size(
        arriving[axis + 1],
        side(layer.kernel_size, axis),
        side(layer.stride, axis),
        side(layer.padding, axis),
        side(layer.output_padding, axis) if given is None else given,
        side(layer.dilation, axis),
    )


def _pooled(layer: MaxPool2d | AvgPool2d, arriving: Shape) -> Shape | None:
    stride = layer.kernel_size if layer.stride is None else layer.stride
    dilation = layer.dilation if isinstance(layer, MaxPool2d) else 1
    return _sized(
        arriving[0],
        lambda axis: arithmetic.pool_output_size(
            arriving[axis + 1],
            side(layer.kernel_size, axis),
            side(stride, axis),
            side(layer.padding, axis),
            side(dilation, axis),
            layer.ceil_mode,
        ),
    )


def _upsampled(layer: Upsample, arriving: Shape, marks: Marks) -> Shape | None:
    if layer.like:
        wanted = marks[layer.like]
        is_map = len(wanted) == 3
        return (arriving[0], *wanted[1:]) if is_map else _by_torch(layer, arriving, marks)
    height, width = (floor(one * layer.scale_factor) for one in arriving[1:])
    return (arriving[0], height, width) if min(height, width) else None


def _sized(channels: int, size: Callable[[int], int]) -> Shape | None:
    """So many maps of the height and width that `size` gives for the axes 0 and 1."""
    try:
        return channels, size(0), size(1)
    except ValueError:
        return None
