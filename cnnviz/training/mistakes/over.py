"""A picture that is drawn over, stroke by stroke, as the network gets it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz.changing import Stroke, covered

FINE = 4  # parts of a pixel's side that the pen covers or not: the edge of a stroke is grey
WHITE = 255.0


def drawn_over(picture: Tensor, strokes: Sequence[Stroke]) -> Tensor:
    """A picture before the first stroke and after each: (strokes + 1, channels, H, W) of uint8.

    A stroke is white ink; one that brings back lays the picture's ground over what is there. A
    pixel that the pen covers in part comes nearer to its colour by that part.

    Args:
        picture: (channels, H, W) of uint8.
        strokes: in order.
    """
    white = torch.full((len(picture), 1, 1), WHITE)
    pens = {False: white, True: ground(picture).float()}

    def draw(before: Tensor, stroke: Stroke) -> Tensor:
        share = _share(stroke, *picture.shape[1:])
        return before + share * (pens[stroke.brings_back] - before)

    after = accumulate(strokes, draw, initial=picture.float())
    return torch.stack(list(after)).round().to(torch.uint8)


def ground(picture: Tensor) -> Tensor:
    """What stands where ink is taken away, (channels, 1, 1): black, of colours their mean."""
    if len(picture) == 1:
        return torch.zeros(1, 1, 1, dtype=torch.uint8)
    return picture.float().mean((1, 2), keepdim=True).round().to(torch.uint8)


def _share(stroke: Stroke, height: int, width: int) -> Tensor:
    """How much of each pixel the pen covers: (1, H, W) in [0, 1]."""
    fine = covered(stroke, FINE * height, FINE * width)
    return F.avg_pool2d(fine.float()[None], FINE)
