"""Moving and scaling pictures a little, at random: a trick of single pixels does not survive it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

FARTHEST = 0.06  # of the side that pictures are moved by, at most
SMALLEST, LARGEST = 0.9, 1.1  # times that they are scaled


def moved(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (N, C, side, side), all moved and scaled alike; sizes differ from call to call."""
    side = pictures.shape[-1]
    reach = max(1, round(side * FARTHEST))
    down, along = torch.randint(0, 2 * reach + 1, (2,), generator=generator).tolist()
    scale = SMALLEST + (LARGEST - SMALLEST) * float(torch.rand((), generator=generator))
    wide = F.pad(pictures, [reach] * 4, mode="reflect")
    cut = wide[:, :, down : down + side, along : along + side]
    size = max(8, round(side * scale))
    return F.interpolate(cut, size=(size, size), mode="bilinear", antialias=False)
