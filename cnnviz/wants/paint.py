"""Pictures as numbers to be optimised: pixels or waves, colours as they are or decorrelated."""

from __future__ import annotations

import torch
from torch import Tensor

# How colours vary together over ImageNet: a root of their covariance, red, green and blue by rows,
# as Lucid has it (github.com/tensorflow/lucid, Apache-2.0); its first column is brightness.
COLOURS = torch.tensor([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
NOISE = 0.01  # standard deviation of the numbers that it begins with


class Paint:
    """Pictures (count, channels, side, side) in [0, 1], made of numbers that are optimised.

    Args:
        count: how many.
        channels: 1 or 3.
        side: pixels.
        has_waves: whether the numbers are amplitudes of waves, each divided by its frequency: as
            large a step then for coarse shapes as for fine grain. Otherwise they are the pixels.
        has_colours: whether colours are mixed as they vary together in photographs.
        generator: of the noise that it begins with.
    """

    def __init__(
        self,
        count: int,
        channels: int,
        side: int,
        has_waves: bool,
        has_colours: bool,
        generator: torch.Generator,
    ) -> None:
        self.side, self.has_waves = side, has_waves
        self.colours = _mixing() if has_colours and channels == len(COLOURS) else None
        size = (side, side // 2 + 1, 2) if has_waves else (side, side)
        noise = torch.randn(count, channels, *size, generator=generator) * NOISE
        self.numbers = noise.requires_grad_()

    def pictures(self) -> Tensor:
        """The pictures, with a gradient to the numbers."""
        values = self._from_waves() if self.has_waves else self.numbers
        if self.colours is not None:
            values = torch.einsum("cd,ndhw->nchw", self.colours, values)
        return values.sigmoid()

    def _from_waves(self) -> Tensor:
        spectrum = torch.view_as_complex(self.numbers) * _amplitudes(self.side)
        return torch.fft.irfft2(spectrum, s=(self.side, self.side)) / 4


def _mixing() -> Tensor:
    """The root of the covariance, its largest column of length 1."""
    return COLOURS / COLOURS.norm(dim=0).max()


def _amplitudes(side: int) -> Tensor:
    """1 / frequency, (side, side // 2 + 1); the mean counts as the lowest wave."""
    down, along = torch.fft.fftfreq(side)[:, None], torch.fft.rfftfreq(side)[None]
    return side / (down**2 + along**2).sqrt().clamp(min=1 / side)
