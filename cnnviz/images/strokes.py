"""Digits as pen strokes, drawn anew each time: ours, so that pictures of them can be bundled."""

from __future__ import annotations

import math

import torch
from torch import Tensor

CANVAS = 64  # pixels, side of the square that a digit is drawn on
PIECES = 8  # straight pieces between two points of a curve

# Points (x, y) of each stroke in the unit square, y downwards. A pen goes through them smoothly,
# except in strokes of two points, which are straight.
Stroke = tuple[tuple[float, float], ...]
STROKES: dict[int, tuple[Stroke, ...]] = {
    0: (
        (
            (0.50, 0.07), (0.30, 0.18), (0.23, 0.50), (0.30, 0.82), (0.50, 0.93), (0.70, 0.82),
            (0.77, 0.50), (0.70, 0.18), (0.50, 0.07),
        ),
    ),
    1: (((0.52, 0.07), (0.48, 0.93)),),
    2: (
        (
            (0.24, 0.26), (0.34, 0.11), (0.54, 0.07), (0.72, 0.18), (0.72, 0.38), (0.55, 0.62),
            (0.22, 0.91),
        ),
        ((0.22, 0.91), (0.80, 0.90)),
    ),
    3: (
        (
            (0.26, 0.14), (0.48, 0.07), (0.70, 0.15), (0.70, 0.34), (0.44, 0.47), (0.70, 0.56),
            (0.76, 0.76), (0.56, 0.92), (0.24, 0.86),
        ),
    ),
    4: (
        ((0.32, 0.08), (0.20, 0.55)),
        ((0.20, 0.55), (0.82, 0.54)),
        ((0.66, 0.10), (0.62, 0.94)),
    ),
    5: (
        ((0.76, 0.09), (0.34, 0.09)),
        ((0.34, 0.09), (0.29, 0.46)),
        (
            (0.29, 0.46), (0.52, 0.40), (0.74, 0.52), (0.75, 0.74), (0.56, 0.92), (0.24, 0.87),
        ),
    ),
    6: (
        (
            (0.64, 0.08), (0.42, 0.24), (0.28, 0.52), (0.29, 0.80), (0.50, 0.93), (0.71, 0.80),
            (0.68, 0.60), (0.48, 0.54), (0.30, 0.70),
        ),
    ),
    7: (((0.20, 0.10), (0.79, 0.10)), ((0.79, 0.10), (0.60, 0.45), (0.44, 0.94))),
    8: (
        (
            (0.68, 0.18), (0.50, 0.07), (0.31, 0.18), (0.36, 0.38), (0.62, 0.56), (0.72, 0.78),
            (0.50, 0.94), (0.28, 0.78), (0.38, 0.56), (0.64, 0.38), (0.68, 0.18),
        ),
    ),
    9: (
        (
            (0.70, 0.22), (0.52, 0.08), (0.30, 0.22), (0.32, 0.42), (0.52, 0.50), (0.70, 0.36),
            (0.71, 0.20),
        ),
        ((0.71, 0.20), (0.70, 0.55), (0.62, 0.94)),
    ),
}  # fmt: skip


def draw_digit(digit: int, generator: torch.Generator) -> Tensor:
    """One digit, drawn by a hand that never does it twice the same.

    Points tremble, the whole is slanted, turned, stretched and shifted, and the pen is thinner or
    thicker, as the generator wants it.

    Args:
        digit: 0 to 9.
        generator: of the chance; the same state gives the same picture.

    Returns:
        (64, 64), ink in [0, 255].

    Raises:
        ValueError: not a digit.
    """
    if digit not in STROKES:
        raise ValueError(f"a digit is one of 0 to 9, and not {digit!r}")
    tremble, pen = 0.015, _between(0.035, 0.060, generator)
    pieces = []
    for stroke in STROKES[digit]:
        points = torch.tensor(stroke)
        points = points + tremble * torch.randn(points.shape, generator=generator)
        curve = smooth(points)
        pieces.append(torch.stack([curve[:-1], curve[1:]], dim=1))  # (pieces, 2 ends, x and y)
    return ink(_by_hand(torch.cat(pieces), generator) * CANVAS, pen * CANVAS)


def _between(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * torch.rand((), generator=generator).item()


def _by_hand(pieces: Tensor, generator: torch.Generator) -> Tensor:
    """The strokes turned, slanted, stretched and shifted a little, about the centre."""
    angle, slant = _between(-0.12, 0.12, generator), _between(-0.05, 0.30, generator)
    wide, high = _between(0.75, 1.0, generator), _between(0.85, 1.0, generator)
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    lean = torch.tensor([[wide, -slant * high], [0.0, high]])
    shift = 0.06 * (torch.rand(2, generator=generator) - 0.5)
    return (pieces - 0.5) @ (turn @ lean).T + 0.5 + shift


def smooth(points: Tensor) -> Tensor:
    """A curve through the points (n, 2), (PIECES · (n − 1) + 1, 2): Catmull and Rom, 1974.

    Two points give a straight line.
    """
    before, after = 2 * points[:1] - points[1:2], 2 * points[-1:] - points[-2:-1]
    p = torch.cat([before, points, after])
    t = (torch.arange(PIECES) / PIECES)[:, None, None]  # (PIECES, 1, 1)
    p0, p1, p2, p3 = p[:-3], p[1:-2], p[2:-1], p[3:]
    curve = p1 + t * (
        (p2 - p0) + t * ((2 * p0 - 5 * p1 + 4 * p2 - p3) + t * (3 * (p1 - p2) + p3 - p0))
    ) / 2  # fmt: skip
    return torch.cat([curve.transpose(0, 1).flatten(0, 1), points[-1:]])


def ink(pieces: Tensor, pen: float, side: int = CANVAS) -> Tensor:
    """What a round pen leaves: (side, side) in [0, 255], with soft edges one pixel wide.

    Args:
        pieces: (n, 2 ends, x and y) of straight lines, in pixels.
        pen: radius of the pen in pixels.
        side: of the square sheet.
    """
    centres = torch.arange(side) + 0.5
    start = pieces[:, 0, :, None, None]  # (n, x and y, 1, 1)
    along = pieces[:, 1, :, None, None] - start
    x, y = centres - start[:, 0], centres[:, None] - start[:, 1]  # (n, 1, side), (n, side, 1)
    right, down = along[:, 0], along[:, 1]
    length = (along**2).sum(dim=1).clamp(min=1e-9)
    share = ((x * right + y * down) / length).clamp_(0, 1)  # (n, side, side)
    squares = (x - share * right).square_() + (y - share * down).square_()
    return 255 * (pen + 0.5 - squares.amin(dim=0).sqrt_()).clamp(0, 1)
