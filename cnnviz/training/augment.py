"""From stored pictures to what enters the network: resized, moved, mirrored, normalised."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz.models.transforms import resized
from cnnviz.training.recipes import Augmentation


def random_views(
    batch: Tensor, size: int, augmentation: Augmentation, generator: torch.Generator
) -> Tensor:
    """Each picture shifted, zoomed and mirrored by chance, with height and width `size`.

    One bilinear look-up does all of it; what lies outside a picture is its mirror image.
    """
    if augmentation == Augmentation():
        return resized(batch, size)
    count, channels, height, _ = batch.shape
    uniform = torch.rand(count, 4, generator=generator) * 2 - 1  # (N, 4) in [-1, 1)
    scale = torch.exp(uniform[:, 0] * math.log(augmentation.zoom))
    shift = (uniform[:, 1:3] * (augmentation.shift + 0.5)).round() * 2 / height
    mirror = torch.where((uniform[:, 3] < 0) & augmentation.flip, -1.0, 1.0)
    affine = torch.zeros(count, 2, 3)
    affine[:, 0, 0] = scale * mirror
    affine[:, 1, 1] = scale
    affine[:, :, 2] = shift
    grid = F.affine_grid(affine, [count, channels, size, size], align_corners=False)
    return F.grid_sample(
        batch, grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )
