"""What a round brush covers of a picture: strokes as lists of points, a mask as their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

SIDE = 1_000  # coordinates are thousandths of the picture's side


@dataclass(frozen=True)
class Stroke:
    """A line drawn by a round brush over a square picture.

    Attributes:
        points: (x, y) in thousandths of the side, from the upper left corner; at least one.
        radius: of the brush, in the same unit.
        brings_back: whether it shows again what was erased before, instead of erasing.
    """

    points: tuple[tuple[int, int], ...]
    radius: int
    brings_back: bool = False

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what the brush covers."""
        xs, ys = zip(*self.points, strict=True)
        reach = self.radius
        return min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach

    def moved(self, right: int, down: int) -> Stroke:
        """The same stroke at another place."""
        return replace(self, points=tuple((x + right, y + down) for x, y in self.points))


def covered(stroke: Stroke, height: int, width: int) -> Tensor:
    """Whether the brush covers the middle of each pixel, (height, width) of bool."""
    down = ((torch.arange(height) + 0.5) * SIDE / height)[:, None]
    along = ((torch.arange(width) + 0.5) * SIDE / width)[None, :]
    nearest = torch.full((height, width), torch.inf)
    for (x, y), (to_x, to_y) in zip(stroke.points, _ends(stroke.points), strict=True):
        step_x, step_y = to_x - x, to_y - y
        length = step_x**2 + step_y**2
        at = ((along - x) * step_x + (down - y) * step_y) / length if length else along * 0
        at = at.clamp(0, 1)
        apart = (along - x - at * step_x) ** 2 + (down - y - at * step_y) ** 2
        nearest = torch.minimum(nearest, apart)
    return nearest <= stroke.radius**2


def _ends(points: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Where the line goes from each point; a single one goes nowhere."""
    return [*points[1:], points[-1]]


def mask(strokes: Sequence[Stroke], height: int, width: int) -> Tensor:
    """What is gone after these strokes, in order, (height, width) of bool."""
    gone = torch.zeros(height, width, dtype=torch.bool)
    for stroke in strokes:
        inside = covered(stroke, height, width)
        gone = gone & ~inside if stroke.brings_back else gone | inside
    return gone
