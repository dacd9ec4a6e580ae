"""One large kernel against small ones behind each other that see as far (VGG's argument)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.layer import numbers
from cnnviz.convolution.responses import picture_settings, respond
from cnnviz.convolution.settings import ConvSettings

SMALL = 3


@dataclass(frozen=True)
class Stack:
    """So many equal layers behind each other, and what they come to.

    Attributes:
        layers: how many.
        kernel_size: of each.
        sees: input cells along an axis behind one output.
        output_shape: of the last, (pictures, channels, height, width).
        num_params: weights and biases of all.
        macs: multiply-adds of all for one picture.
    """

    layers: int
    kernel_size: int
    sees: int
    output_shape: tuple[int, ...]
    num_params: int
    macs: int


def against_small(settings: ConvSettings) -> tuple[Stack, Stack] | None:
    """The layer, and layers of 3 × 3 that see as far and give the same shape (Simonyan and
    Zisserman, 2015); None where there are none: for a small, even or oblong kernel, a stride,
    groups, a transposed layer, or padding that cannot be shared out.

    F = 3 + 2·(n − 1) for n layers, whatever the dilation: each adds D·2 cells.
    """
    chain = _small_layers(settings)
    if chain is None:
        return None
    found = [numbers(layer) for layer in chain]
    one = numbers(settings)
    sees = settings.dilation[0] * (settings.kernel_size[0] - 1) + 1
    return (
        Stack(1, settings.kernel_size[0], sees, one.output_shape, one.num_params, one.macs),
        Stack(
            len(chain),
            SMALL,
            sum(settings.dilation[0] * (SMALL - 1) for _ in chain) + 1,
            found[-1].output_shape,
            sum(layer.num_params for layer in found),
            sum(layer.macs for layer in found),
        ),
    )


@dataclass(frozen=True)
class Responses:
    """What a large kernel and its chain of small ones make of a picture, (height, width) each.

    Attributes:
        one: of the large kernel.
        chain: of the small ones, one behind the other, with nothing between.
        difference: the largest between both, away from the border.
    """

    one: Tensor
    chain: Tensor
    difference: float


def stacked_responses(
    picture: Tensor, settings: ConvSettings, large: Tensor, small: Tensor
) -> Responses | None:
    """Both responses of a picture (channels, height, width); None where there is no chain.

    The chain is `small` (3, 3) and then blurs: [1, 2, 1] widens a kernel by one cell a side, as
    5 × 5 Sobel kernels and binomial blurs are made from 3 × 3 ones.
    """
    layer = picture_settings(picture, settings)
    if (chain := _small_layers(layer)) is None:
        return None
    one = respond(picture, large, layer)
    found = respond(picture, small, chain[0])
    for following in chain[1:]:
        found = respond(found, KERNELS["gaussian_blur"].weights((SMALL, SMALL)), following)
    rim = layer.dilation[0] * layer.kernel_size[0]
    apart = (one - found)[0, rim:-rim, rim:-rim].abs()
    return Responses(one[0], found[0], float(apart.max()) if apart.numel() else 0.0)


def _small_layers(settings: ConvSettings) -> list[ConvSettings] | None:
    size, padding = settings.kernel_size[0], settings.padding
    count, rest = divmod(size - 1, SMALL - 1)
    is_plain = settings.stride == (1, 1) and settings.groups == 1 and not settings.transposed
    is_square = len({*settings.kernel_size}) == len({*settings.dilation}) == 1
    is_shared = isinstance(padding, str) or all(side % max(count, 1) == 0 for side in padding)
    if rest or count < 2 or not (is_plain and is_square and is_shared):
        return None
    layer = replace(
        settings,
        kernel_size=(SMALL, SMALL),
        padding=padding if isinstance(padding, str) else (padding[0] // count, padding[1] // count),
    )
    layers = [layer]
    for _ in range(count - 1):
        height, width = numbers(layers[-1]).output_shape[2:]
        layers.append(replace(layer, height=height, width=width, in_channels=settings.out_channels))
    return layers
