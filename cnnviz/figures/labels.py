"""Where the names of some points of a chart stand, so that they meet neither each other nor points.

The chart has no fixed width: a phone shows it at less than half of a projector's. A name keeps its
distance from its point in pixels, so a place is judged at several widths at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTHS = (270, 420, 640, 900)  # pixels between a chart's axes, from phone to projector
CHARACTER_PX, LINE_PX = 7.0, 15.0  # of a name, in the app's font at 12 pixels
ANGLES = np.arange(16) * np.pi / 8
DISTANCES = (18, 28, 40, 54, 72, 90)  # pixels, edge of a point to the middle of its name
# What a pixel of each costs against one of distance.
OVERLAP, COVERED, CROSSED, OUTSIDE = 48.0, 12.0, 0.5, 20.0


@dataclass(frozen=True)
class Point:
    """A point of a chart.

    Attributes:
        x: 0 at the left end of the axis, 1 at the right.
        y: 0 at the lower end, 1 at the upper.
        radius: of its marker, in pixels.
    """

    x: float
    y: float
    radius: float


def name_shifts(
    named: Sequence[Point], names: Sequence[str], points: Sequence[Point], height: int
) -> list[tuple[int, int]]:
    """Pixels (right, up) from each named point to the middle of its name.

    Each name in turn takes the cheapest of 96 places round its point: one that is near, lies on
    the chart, and covers as little as possible of the points and of the names before it; nor
    should the line to it cross other points.

    Args:
        named: the points that bear a name.
        names: these names.
        points: all points, the named ones included.
        height: pixels between the lower and the upper end of the axis.
    """
    shifts: list[tuple[int, int]] = []
    placed: list[NDArray[np.float64]] = []
    for point, name in zip(named, names, strict=True):
        offsets = _offsets(point)
        boxes = _boxes(point, name, offsets, height)  # (places, widths, 4)
        cost = np.hypot(*offsets.T) + _outside(boxes, height) * OUTSIDE
        cost += sum(_overlap(boxes, other) for other in placed) * OVERLAP
        cost += _covered(boxes, points, height) * COVERED
        others = [other for other in points if other != point]
        for part in (0.35, 0.6, 0.85):  # of the way from the point to its name
            way = _boxes(point, " ", offsets * part, height)
            cost += _covered(way, others, height) * CROSSED
        best = int(np.argmin(cost))
        placed.append(boxes[best])
        shifts.append((round(offsets[best, 0]), round(offsets[best, 1])))
    return shifts


def _offsets(point: Point) -> NDArray[np.float64]:
    """All places round a point, as pixels (right, up); shape (places, 2)."""
    away = np.array([point.radius + distance for distance in DISTANCES])[:, None]
    return np.stack([away * np.cos(ANGLES) * 1.4, away * np.sin(ANGLES)], axis=-1).reshape(-1, 2)


def _boxes(
    point: Point, name: str, offsets: NDArray[np.float64], height: int
) -> NDArray[np.float64]:
    """Left, lower, right and upper edge of the name at each place and chart width."""
    half = np.array([len(name) * CHARACTER_PX / 2, LINE_PX / 2])
    anchors = np.array([[point.x * width, point.y * height] for width in WIDTHS])
    middles = anchors[None] + offsets[:, None]  # (places, widths, 2)
    return np.concatenate([middles - half, middles + half], axis=-1)


def _overlap(boxes: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the names of each place reach into another box, in pixels, over all widths."""
    shared = np.minimum(boxes[..., 2:], other[..., 2:]) - np.maximum(boxes[..., :2], other[..., :2])
    return shared.clip(min=0).min(axis=-1).sum(axis=-1)


def _covered(
    boxes: NDArray[np.float64], points: Sequence[Point], height: int
) -> NDArray[np.float64]:
    """How much of the points lies under the name of each place, in pixels, over all widths."""
    if not points:
        return np.zeros(len(boxes))
    places = np.array([[point.x, point.y, point.radius] for point in points])[:, None]
    scale = np.array([[width, height] for width in WIDTHS], dtype=float)
    middles, radii = places[..., :2] * scale, places[..., 2:]  # (points, widths, 2)
    edges = np.concatenate([middles - radii, middles + radii], axis=-1)
    return _overlap(boxes[:, None], edges).sum(axis=-1)


def _outside(boxes: NDArray[np.float64], height: int) -> NDArray[np.float64]:
    """How far the name of each place sticks out of the chart, in pixels, over all widths."""
    upper = np.array([[width, height] for width in WIDTHS], dtype=float)
    beyond = np.maximum(-boxes[..., :2], boxes[..., 2:] - upper)
    return beyond.clip(min=0).sum(axis=(-1, -2))
