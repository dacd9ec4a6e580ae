"""Moving a grey picture: by whole pixels exactly, and turned, scaled and noisy beside that."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

import torch
import torch.nn.functional as F
from torch import Tensor

FARTHEST = 10  # pixels, both ways
NOISE_SEED = 0  # the same grain at every place: only the digit moves


@dataclass(frozen=True)
class Move:
    """What is done to a picture.

    Args:
        dx: pixels to the right, negative to the left.
        dy: pixels down, negative up.
        rotation: degrees, clockwise.
        scale: how many times as large.
        noise: standard deviation of what is added, in grey values of 255.
    """

    dx: int = 0
    dy: int = 0
    rotation: float = 0.0
    scale: float = 1.0
    noise: float = 0.0

    @property
    def is_shift(self) -> bool:
        """True if only whole pixels move: no value of the picture changes."""
        return self.rotation == 0 and self.scale == 1 and self.noise == 0


def shifted(pictures: Tensor, dx: int, dy: int, fill: float = 0.0) -> Tensor:
    """Pictures (…, H, W) moved by whole pixels; what leaves is lost, `fill` comes in."""
    height, width = pictures.shape[-2:]
    moved = torch.full_like(pictures, fill)
    to_y, from_y = _overlap(height, dy)
    to_x, from_x = _overlap(width, dx)
    moved[..., to_y, to_x] = pictures[..., from_y, from_x]
    return moved


def _overlap(size: int, by: int) -> tuple[slice, slice]:
    """Where the part that stays comes to lie, and where it lay."""
    by = max(-size, min(size, by))
    return slice(max(0, by), size + min(0, by)), slice(max(0, -by), size - max(0, by))


def moved(picture: Tensor, move: Move) -> Tensor:
    """The picture (H, W) in [0, 255] scaled, turned, shifted and made noisy, in this order.

    Scaling and turning are about the middle, bilinear, with black around the picture.
    """
    turned = picture if move.rotation == 0 and move.scale == 1 else _turned(picture, move)
    placed = shifted(turned, move.dx, move.dy)
    if move.noise == 0:
        return placed
    generator = torch.Generator().manual_seed(NOISE_SEED)
    grain = torch.randn(picture.shape, generator=generator) * move.noise
    return (placed + grain).clamp(0, 255)


def _turned(picture: Tensor, move: Move) -> Tensor:
    """The inverse map of each pixel looked up, as torch.nn.functional.grid_sample wants it."""
    angle = radians(move.rotation)
    c, s = cos(angle) / move.scale, sin(angle) / move.scale
    affine = torch.tensor([[[c, s, 0.0], [-s, c, 0.0]]])
    grid = F.affine_grid(affine, [1, 1, *picture.shape], align_corners=False)
    return F.grid_sample(picture[None, None], grid, align_corners=False)[0, 0]


def ink_lost(picture: Tensor, move: Move) -> float:
    """The share in [0, 1] of the ink that the shift moves out of the picture."""
    turned = _turned(picture, move) if move.rotation or move.scale != 1 else picture
    before = float(turned.sum())
    return 1 - float(shifted(turned, move.dx, move.dy).sum()) / before if before else 0.0


def all_shifts(picture: Tensor, farthest: int = FARTHEST) -> Tensor:
    """The picture (H, W) at every place: (n · n, H, W), n = 2 · farthest + 1, rows from the top."""
    span = range(-farthest, farthest + 1)
    return torch.stack([shifted(picture, dx, dy) for dy in span for dx in span])
