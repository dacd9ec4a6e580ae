"""A convolution written as a matrix: shared weights, and many that are not there.

The rows are the outputs, the columns the pixels, both row by row. Dumoulin and Visin, 2016
(arxiv.org/abs/1603.07285), section 4.1, write the same matrix down for a 4×4 picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

import torch
from torch import Tensor, nn

from cnnviz.arithmetic import conv_output_size


@dataclass(frozen=True)
class MatrixSettings:
    """One channel in, one out, no bias; everything square.

    Args:
        size: pixels a side of the picture.
    """

    size: int = 6
    kernel_size: int = 3
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def output_size(self) -> int:
        """Outputs a side.

        Raises:
            ValueError: no position of the kernel fits.
        """
        return conv_output_size(
            self.size, self.kernel_size, self.stride, self.padding, self.dilation
        )


@dataclass(frozen=True)
class ConvolutionMatrix:
    """The matrix of a convolution.

    Args:
        settings: of the layer.
        kernel: (kernel_size, kernel_size).
        places: (outputs, pixels), which kernel weight stands at an entry, counted row by row;
            −1 where there is no connection.
    """

    settings: MatrixSettings
    kernel: Tensor
    places: Tensor

    @cached_property
    def values(self) -> Tensor:
        """M (outputs, pixels): the kernel's weights in their places, 0 elsewhere."""
        found = self.kernel.flatten()[self.places.clamp(min=0)]
        return torch.where(self.places >= 0, found, torch.zeros_like(found))

    @property
    def num_entries(self) -> int:
        """Entries of the matrix: weights of a Linear layer between the same neurons."""
        return self.places.numel()

    @property
    def num_connections(self) -> int:
        """Entries where a kernel weight stands, whatever its value."""
        return int((self.places >= 0).sum())

    @property
    def num_nonzero(self) -> int:
        """Entries that are not zero: fewer where the kernel has zeros."""
        return int((self.values != 0).sum())

    def multiplied(self, picture: Tensor) -> Tensor:
        """M · x for a picture (size, size), as (output_size, output_size)."""
        side = self.settings.output_size
        return (self.values @ picture.flatten()).view(side, side)

    def convolved(self, picture: Tensor) -> Tensor:
        """What torch's own layer makes of the picture (size, size)."""
        layer = layer_of(self.settings, self.kernel)
        with torch.inference_mode():
            return layer(picture[None, None])[0, 0]

    def difference(self, picture: Tensor) -> float:
        """The largest difference between M · x and the layer's answer."""
        return float((self.multiplied(picture) - self.convolved(picture)).abs().max())


def layer_of(settings: MatrixSettings, kernel: Tensor) -> nn.Conv2d:
    """The Conv2d without a bias that has this kernel, in its number type."""
    layer = nn.Conv2d(
        1,
        1,
        settings.kernel_size,
        stride=settings.stride,
        padding=settings.padding,
        dilation=settings.dilation,
        bias=False,
        dtype=kernel.dtype,
    )
    with torch.no_grad():
        layer.weight.copy_(kernel[None, None])
    return layer.requires_grad_(False)


def matrix_of(settings: MatrixSettings, kernel: Tensor) -> ConvolutionMatrix:
    """The matrix of the layer with this kernel (kernel_size, kernel_size).

    Found from the layer itself: with one weight of 1 and the others 0, its answer to a picture
    with one pixel of 1 says whether that weight joins that pixel to an output.

    Raises:
        ValueError: no position of the kernel fits.
    """
    side, pixels = settings.output_size, settings.size**2
    places = torch.full((side * side, pixels), -1)
    pictures = torch.eye(pixels).view(pixels, 1, settings.size, settings.size)
    for index in range(prod(kernel.shape)):
        one = torch.zeros(kernel.numel())
        one[index] = 1
        with torch.inference_mode():
            answers = layer_of(settings, one.view_as(kernel))(pictures).flatten(1)
        places[answers.T > 0] = index
    return ConvolutionMatrix(settings, kernel, places)
