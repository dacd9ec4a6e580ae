"""Parameters and multiply-adds of a layer from its arguments: no module is made."""

from __future__ import annotations

from math import prod

from cnnviz.arithmetic import conv_macs, conv_num_params
from cnnviz.models.specs import (
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    GroupNorm,
    InstanceNorm2d,
    Layer,
    LayerNorm,
    LayerNorm2d,
    Linear,
    LocalResponseNorm,
    LPPool2d,
    MaxPool2d,
    PReLU,
    Residual,
    Scale,
    Shift,
    Size,
)


def count_params(layer: Layer) -> int:
    """Learnt numbers of a layer, those of the layers in a block counted.

    A convolution that torch cannot make, because of its groups, has none.
    """
    match layer:
        case Conv2d() | ConvTranspose2d():
            return conv_num_params(*_convolution(layer), layer.bias) if _has_groups(layer) else 0
        case Linear():
            return (layer.in_features + layer.bias) * layer.out_features
        case BatchNorm1d() | BatchNorm2d() | InstanceNorm2d():
            return 2 * layer.num_features * layer.affine
        case GroupNorm():
            return 2 * layer.num_channels * layer.affine
        case LayerNorm():
            return prod(layer.sizes) * layer.elementwise_affine * (1 + layer.bias)
        case LayerNorm2d():
            return 2 * layer.normalized_shape * layer.elementwise_affine
        case PReLU() | Scale() | Shift():
            return layer.num_parameters
        case Residual():
            return sum(map(count_params, (*layer.layers, *layer.shortcut_layers)))
    return 0


def count_macs(layer: Layer, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> int:
    """Multiply-adds of a convolution or Linear layer for one picture; 0 for any other layer.

    FLOPs are twice that. The shapes are those before and after the layer, which fits.
    """
    match layer:
        case Conv2d() | ConvTranspose2d():
            placed = output_shape if isinstance(layer, Conv2d) else input_shape
            in_channels, out_channels, kernel_size, groups = _convolution(layer)
            size = (placed[1], placed[2])
            return conv_macs(in_channels, out_channels, kernel_size, size, groups)
        case Linear():
            return prod(output_shape) * layer.in_features
    return 0


def count_looks(layer: Layer, output_shape: tuple[int, ...]) -> int:
    """Numbers that the windows of a layer without kernels look at for one picture.

    A pooling layer looks at a whole window for each number that leaves, and LocalResponseNorm at
    its neighbour channels: no multiply-adds, and yet as long a wait where windows are large.
    """
    match layer:
        case MaxPool2d() | AvgPool2d() | LPPool2d():
            size = layer.kernel_size
            return prod(output_shape) * (size**2 if isinstance(size, int) else prod(size))
        case LocalResponseNorm():
            return prod(output_shape) * layer.size
    return 0


def _convolution(layer: Conv2d | ConvTranspose2d) -> tuple[int, int, Size, int]:
    return layer.in_channels, layer.out_channels, layer.kernel_size, layer.groups


def _has_groups(layer: Conv2d | ConvTranspose2d) -> bool:
    return layer.in_channels % layer.groups == 0 == layer.out_channels % layer.groups
