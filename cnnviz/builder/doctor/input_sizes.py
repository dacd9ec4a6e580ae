"""The input sizes for which a network would fit as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, prod

from cnnviz.builder.doctor.case import Case, progress
from cnnviz.builder.shapes import forward_shapes, output_shape
from cnnviz.models.specs import AvgPool2d, MaxPool2d, NetworkSpec, Path

# Sizes of CIFAR-10, MNIST, ImageNet and its usual crops: of those that fit, the first is offered.
COMMON_SIZES = (32, 28, 64, 224, 96, 128, 256, 299, 227, 384, 512)
LARGEST = 1024


@dataclass(frozen=True)
class FittingSizes:
    """The square inputs for which a layer would fit.

    Attributes:
        low: the smallest height and width.
        high: the largest; None where every larger one fits as well.
        best: the size to offer: a common one if there is one.
        channels: channels of the input.
    """

    low: int
    high: int | None
    best: int
    channels: int


def with_size(spec: NetworkSpec, size: int, channels: int | None = None) -> NetworkSpec:
    """The network for square pictures of another size, and of other channels if given."""
    return replace(spec, input_shape=(channels or spec.input_shape[0], size, size))


def fitting_sizes(case: Case) -> FittingSizes | None:
    """The square inputs with which the layer that does not fit would fit; None if none.

    What a layer receives never shrinks when the input grows, so they are found by bisection.
    Grey and colour pictures are tried where the channels of the input allow no size.
    """
    if case.symptom.kind == "kernel":
        return _sizes_for_kernel(case)
    if case.symptom.kind in ("features", "view"):
        tried = (_sizes_for_features(case, channels) for channels in _channels_to_try(case))
        return next((sizes for sizes in tried if sizes is not None), None)
    return None


def channels_expected(case: Case) -> int | None:
    """The channels that would have to reach the Flatten for as many numbers as are expected."""
    if case.flatten is None or len(case.flatten.input_shape) != 3:
        return None
    channels, height, width = case.flatten.input_shape
    expected, rest = divmod(case.symptom.expected or 0, height * width)
    return expected if expected and not rest and expected != channels else None


def _channels_to_try(case: Case) -> tuple[int, ...]:
    here = case.spec.input_shape[0]
    return (here, *(channels for channels in (1, 3) if channels != here))


def _sizes_for_features(case: Case, channels: int) -> FittingSizes | None:
    expected = case.symptom.expected or 0
    low = _first_size(lambda size: _arriving(case, size, channels) >= expected)
    if low is None or _arriving(case, low, channels) != expected:
        return None
    beyond = _first_size(lambda size: _arriving(case, size, channels) > expected)
    common = (size for size in COMMON_SIZES if low <= size < (beyond or inf))
    return FittingSizes(low, beyond and beyond - 1, next(common, low), channels)


def _sizes_for_kernel(case: Case) -> FittingSizes | None:
    here, channels = progress(case.spec), case.spec.input_shape[0]
    low = _first_size(lambda size: progress(with_size(case.spec, size)) > here)
    if low is None:
        return None
    larger = sorted(size for size in COMMON_SIZES if size >= low)
    whole = (size for size in (*larger, low) if output_shape(with_size(case.spec, size)))
    return FittingSizes(low, None, next(whole, low), channels)


def _arriving(case: Case, size: int, channels: int) -> int:
    """Numbers that arrive at the layer for an input of another size; 0 where none do."""
    return _numbers_at(with_size(case.spec, size, channels), case.path)


def _numbers_at(spec: NetworkSpec, path: Path) -> int:
    row = next((row for row in forward_shapes(spec) if row.path == path), None)
    return 0 if row is None else prod(row.input_shape)


def _first_size(is_enough: Callable[[int], bool]) -> int | None:
    low, high = 1, LARGEST
    if not is_enough(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return low


def halved_maps(case: Case) -> tuple[int, int] | None:
    """Height and width that one more pooling of 2 would leave, where exactly that is expected."""
    flatten = case.flatten
    if case.symptom.kind != "features" or flatten is None or len(flatten.input_shape) != 3:
        return None
    maps, height, width = flatten.input_shape
    halved = height // 2, width // 2
    pools = any(isinstance(layer, MaxPool2d | AvgPool2d) for layer in case.spec.layers)
    is_exact = min(halved) > 0 and case.symptom.expected == maps * prod(halved)
    return halved if pools and is_exact else None
