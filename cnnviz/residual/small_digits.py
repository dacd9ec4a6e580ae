"""Small real tasks that a deep, narrow network learns in seconds: digits at 14×14."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz.images.ten_digits import STROKES, digit
from cnnviz.models.shipped import SHIPPED
from cnnviz.training.beforehand import check_pictures
from cnnviz.training.data import LabelledPictures, read_data

SIDE = 14
MEAN, STD = 0.13, 0.28  # of MNIST's digits at 14×14, in [0, 1]
BEND = 0.11  # standard deviation of a bent pen's places, in halves of the picture


@dataclass(frozen=True)
class SmallDigits:
    """Pictures (N, 1, 14, 14), normalised, and the index of each one's class (N)."""

    pictures: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def some(self, count: int) -> SmallDigits:
        """The first `count` of them."""
        return SmallDigits(self.pictures[:count], self.labels[:count])


def mnist(path: Path, part: str, count: int) -> SmallDigits:
    """`count` of MNIST's digits of one part ("train" or "test"), spread evenly over it.

    Raises:
        ValueError: the file or folder `path` does not hold so much of MNIST (see `read_data`).
    """
    data = read_data("MNIST", path, part)
    check_pictures(data, SHIPPED["lenet-mnist"], least=count)
    return at_half_size(data.some(count))


def pen(count: int, seed: int) -> SmallDigits:
    """`count` digits of our own pen, each turned, stretched, bent, moved and noisy by chance."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(len(STROKES), (count,), generator=generator)
    plain = torch.stack([torch.tensor(digit(name)) for name in STROKES])  # (10, 28, 28)
    sheets = plain[labels].unsqueeze(1).float()
    bent = F.grid_sample(sheets, _bent_grids(count, generator), align_corners=False)
    noise = 20 * torch.randn(bent.shape, generator=generator)
    pictures = (bent + noise).clamp(0, 255).to(torch.uint8)
    return at_half_size(LabelledPictures(pictures, labels))


def at_half_size(data: LabelledPictures) -> SmallDigits:
    """Grey pictures (N, 1, 28, 28) at 14×14: each pixel the mean of four."""
    small = F.avg_pool2d(data.pictures.float() / 255, 2)
    return SmallDigits((small - MEAN) / STD, data.labels)


def _bent_grids(count: int, generator: torch.Generator) -> Tensor:
    """Where each pixel (N, 28, 28, 2) looks: an affine map near the identity, and a smooth bend."""
    affine = torch.eye(2, 3).repeat(count, 1, 1)
    affine += torch.randn(affine.shape, generator=generator) * torch.tensor([0.18, 0.18, 0.12])
    grid = F.affine_grid(affine, [count, 1, 28, 28], align_corners=False)
    coarse = BEND * torch.randn(count, 2, 4, 4, generator=generator)
    bend = F.interpolate(coarse, size=(28, 28), mode="bicubic", align_corners=True)
    return grid + bend.permute(0, 2, 3, 1)
