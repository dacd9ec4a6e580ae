"""Lines of equal height on a grid of numbers, by marching squares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Point = tuple[float, float]  # column and row
Segment = tuple[Point, Point]


def contour_segments(values: ArrayLike, level: float) -> list[Segment]:
    """The pieces of the line on which a surface has the height `level`.

    Between neighbouring points the surface is taken as straight. Where all four corners of a cell
    alternate (a saddle), the mean of the four decides which pairs are joined.

    Args:
        values: (rows, columns), finite.

    Returns:
        From point to point, in columns and rows of the grid.
    """
    array = np.asarray(values, float)
    rows, columns = array.shape
    return [
        segment
        for row in range(rows - 1)
        for column in range(columns - 1)
        for segment in _cell_segments(array, row, column, level)
    ]


def svg_path(segments: Sequence[Segment]) -> str:
    """Segments as the `d` of an SVG path, with two digits behind the point."""
    return "".join(f"M{a:.2f} {b:.2f}L{c:.2f} {d:.2f}" for (a, b), (c, d) in segments)


def _cell_segments(
    array: NDArray[np.float64], row: int, column: int, level: float
) -> Iterator[Segment]:
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    heights = [float(array[y, x]) for x, y in corners]
    crossed = [
        _crossing(corners[i], corners[(i + 1) % 4], heights[i], heights[(i + 1) % 4], level)
        for i in range(4)
        if (heights[i] > level) != (heights[(i + 1) % 4] > level)
    ]
    if len(crossed) == 2:
        yield crossed[0], crossed[1]
    elif len(crossed) == 4:
        is_joined = (sum(heights) / 4 > level) == (heights[0] > level)
        first, second, third, fourth = crossed
        pairs = (
            ((first, second), (third, fourth)) if is_joined else ((fourth, first), (second, third))
        )
        yield from pairs


def _crossing(a: Point, b: Point, low: float, high: float, level: float) -> Point:
    """Where a straight line from one corner to the next has the height `level`."""
    share = (level - low) / (high - low)
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
