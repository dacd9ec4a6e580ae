"""Parameters and multiply-adds of a layer from its arguments: no module is made."""

from __future__ import annotations

from math import prod

from cnnviz.models.specs import (
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    GroupNorm,
    Layer,
    Linear,
    PReLU,
    Residual,
)


def count_params(layer: Layer) -> int:
    """Learnt numbers of a layer, those of the layers in a block counted.

    A convolution has out_channels · in_channels / groups · kernel weights, and a bias per kernel.
    """
    match layer:
        case Conv2d() | ConvTranspose2d():
            weights = layer.in_channels * layer.out_channels // layer.groups
            return weights * _kernel_cells(layer) + layer.bias * layer.out_channels
        case Linear():
            return (layer.in_features + layer.bias) * layer.out_features
        case BatchNorm1d() | BatchNorm2d():
            return 2 * layer.num_features * layer.affine
        case GroupNorm():
            return 2 * layer.num_channels * layer.affine
        case PReLU():
            return layer.num_parameters
        case Residual():
            return sum(map(count_params, (*layer.layers, *layer.shortcut_layers)))
    return 0


def count_macs(layer: Layer, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> int:
    """Multiply-adds of a convolution or Linear layer for one picture; 0 for any other layer.

    Each output number of a convolution takes in_channels / groups · kernel of them; in a
    transposed one, each input number takes out_channels / groups · kernel. FLOPs are twice that.
    """
    match layer:
        case Conv2d():
            return prod(output_shape) * (layer.in_channels // layer.groups) * _kernel_cells(layer)
        case ConvTranspose2d():
            return prod(input_shape) * (layer.out_channels // layer.groups) * _kernel_cells(layer)
        case Linear():
            return prod(output_shape) * layer.in_features
    return 0


def _kernel_cells(layer: Conv2d | ConvTranspose2d) -> int:
    size = layer.kernel_size
    return size * size if isinstance(size, int) else prod(size)
