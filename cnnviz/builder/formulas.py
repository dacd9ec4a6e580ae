"""Shapes by the formulas, without torch: for many sizes of one network, and where torch is not.

Tests hold the formulas against torch for random layers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import floor, prod

from cnnviz import arithmetic
from cnnviz.models.specs import (
    ACTIVATIONS,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Dropout2d,
    Flatten,
    Identity,
    Layer,
    Linear,
    LogSoftmax,
    MaxPool2d,
    PReLU,
    Size,
    Softmax,
    Upsample,
    ZeroPad2d,
)

Shape = tuple[int, ...]
MOST_NUMBERS = (2**63 - 1) // 4  # of four bytes: torch counts the bytes of a tensor in 64 bits
KEEP = tuple({*ACTIVATIONS, Dropout, Dropout2d, Identity} - {Softmax, LogSoftmax, PReLU})


class NoFormulaError(ValueError):
    """A layer, or what arrives at it, for which only torch itself can say what leaves."""


def shape_by_formula(layer: Layer, arriving: Shape) -> Shape | None:
    """What leaves a layer that reads no earlier place, without the batch; None where it misfits.

    Args:
        layer: the layer.
        arriving: what arrives at it, without the batch.

    Raises:
        NoFormulaError: there is no formula for it here.
    """
    leaving = _by_formula(layer, arriving)
    return leaving if leaving is None or prod(leaving) <= MOST_NUMBERS else None


def _by_formula(layer: Layer, arriving: Shape) -> Shape | None:
    if isinstance(layer, KEEP):
        return arriving
    if isinstance(layer, Flatten) and not layer.numbers:
        return (prod(arriving),)
    if isinstance(layer, Linear):
        is_right = arriving[-1] == layer.in_features
        return (*arriving[:-1], layer.out_features) if is_right else None
    if len(arriving) == 3 and not layer.places:
        match layer:
            case BatchNorm2d():
                return arriving if layer.num_features == arriving[0] else None
            case Conv2d() if layer.padding_mode == "zeros":
                return _convolved(layer, arriving)
            case ConvTranspose2d():
                return transposed(layer, arriving)
            case MaxPool2d() | AvgPool2d():
                return _pooled(layer, arriving)
            case AdaptiveAvgPool2d() | AdaptiveMaxPool2d():
                return (arriving[0], side(layer.output_size, 0), side(layer.output_size, 1))
            case ZeroPad2d():
                left, right, top, bottom = layer.sides
                return (arriving[0], arriving[1] + top + bottom, arriving[2] + left + right)
            case Upsample():
                return _upsampled(layer, arriving)
    raise NoFormulaError(f"there is no formula for a {layer.kind} here")


def side(size: Size, axis: int) -> int:
    """The number of a size for one axis: 0 is the height, 1 the width."""
    return size if isinstance(size, int) else size[axis]


def transposed(
    layer: ConvTranspose2d, arriving: Shape, output_padding: int | None = None
) -> Shape | None:
    """What leaves a transposed convolution; with another output_padding where one is given."""
    if not _fits_channels(layer, arriving[0]):
        return None
    return _sized(layer.out_channels, partial(_transposed, layer, arriving, given=output_padding))


def _fits_channels(layer: Conv2d | ConvTranspose2d, channels: int) -> bool:
    is_split = layer.in_channels % layer.groups or layer.out_channels % layer.groups
    return layer.in_channels == channels and not is_split


def _convolved(layer: Conv2d, arriving: Shape) -> Shape | None:
    if not _fits_channels(layer, arriving[0]):
        return None
    if layer.padding == "same":
        return (layer.out_channels, *arriving[1:]) if layer.stride == 1 else None
    padding = 0 if isinstance(layer.padding, str) else layer.padding
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


def _upsampled(layer: Upsample, arriving: Shape) -> Shape | None:
    if layer.size is not None:
        return (arriving[0], side(layer.size, 0), side(layer.size, 1))
    height, width = (floor(one * layer.scale_factor) for one in arriving[1:])
    return (arriving[0], height, width) if min(height, width) else None


def _sized(channels: int, size: Callable[[int], int]) -> Shape | None:
    """So many maps of the height and width that `size` gives for the axes 0 and 1."""
    try:
        return channels, size(0), size(1)
    except ValueError:
        return None
