"""A network without Linear layers: each becomes the convolution that does the same."""

from __future__ import annotations

from dataclasses import replace
from math import isqrt

from cnnviz.builder.shapes import Shape, shape_after
from cnnviz.models.specs import (
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Layer,
    Linear,
    NetworkSpec,
)


def without_linear(spec: NetworkSpec) -> NetworkSpec:
    """The network with its Flatten removed and its Linear layers as convolutions.

    The first Linear layer becomes a convolution whose kernel is as large as the feature maps it
    was made for, every other one a 1×1 convolution (Long et al., 2015, arxiv.org/abs/1411.4038,
    section 3.1). The parameters stay the same in number, and the pictures may be larger.

    Raises:
        ValueError: no Linear layer stands in the network's own row of layers, or no kernel has
            the size that its numbers need.
    """
    first = next((i for i, layer in enumerate(spec.layers) if isinstance(layer, Linear)), None)
    if first is None:
        raise ValueError("the network has no Linear layer to turn into a convolution")
    before, after = spec.layers[:first], spec.layers[first:]
    body = tuple(layer for layer in before if not isinstance(layer, Flatten))
    volume = shape_after(body, spec.input_shape)
    head = [_as_convolution(layer, 1) for layer in after]
    head[0] = _as_convolution(after[0], _kernel_size(after[0], volume))
    return replace(spec, layers=body + tuple(head))


def _as_convolution(layer: Layer, kernel_size: int | tuple[int, int]) -> Layer:
    match layer:
        case Linear():
            cells = (
                kernel_size**2 if isinstance(kernel_size, int) else kernel_size[0] * kernel_size[1]
            )
            channels = layer.in_features // cells
            return Conv2d(
                channels, layer.out_features, kernel_size, bias=layer.bias, mark=layer.mark
            )
        case BatchNorm1d():
            return BatchNorm2d(**layer.values, mark=layer.mark)
    return layer


def _kernel_size(layer: Layer, volume: Shape | None) -> int | tuple[int, int]:
    """The kernel that reads as many numbers as a Linear layer, all channels of it."""
    if not isinstance(layer, Linear) or volume is None or len(volume) != 3:
        raise ValueError("no volume arrives where the Linear layers begin")
    channels, height, width = volume
    if channels * height * width == layer.in_features:
        return height, width
    edge = isqrt(layer.in_features // channels)
    if not edge or channels * edge * edge != layer.in_features:
        raise ValueError(f"{layer.in_features:,} numbers are no square for {channels:,} channels")
    return edge
