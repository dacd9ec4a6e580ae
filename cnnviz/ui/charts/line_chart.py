"""A small chart of a few named lines, drawn by the browser: names stand at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.ui.components import register

_mount = register("line_chart")


@dataclass(frozen=True)
class Line:
    """One line: its name, its colour (blue, green, violet, red, amber, grey), its points."""

    name: str
    role: str
    points: Sequence[tuple[float, float]]
    is_dashed: bool = False
    has_dots: bool = False
    named_at: int = -1  # the point whose height the name has


@dataclass(frozen=True)
class Chart:
    """Lines on two axes with the ticks that are written; `mark` is a place on x that is shaded."""

    title: str
    note: str
    lines: Sequence[Line]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    alt: str
    mark: float | None = None
    names_width: int = 84
    height: int = 150  # in pixels; it is as wide as its place


def line_chart(chart: Chart, *, key: str) -> None:
    """Show the chart."""
    _mount(data=_data(chart), key=key, height="content")


def _data(chart: Chart) -> dict[str, Any]:
    xs = [x for line in chart.lines for x, _ in line.points]
    ys = [*(y for line in chart.lines for _, y in line.points), *(y for y, _ in chart.y_ticks)]
    spec: dict[str, Any] = {
        "first": min(xs),
        "last": max(xs),
        "low": min(ys),
        "high": max(ys),
        "ticks": {"x": [list(t) for t in chart.x_ticks], "y": [list(t) for t in chart.y_ticks]},
        "lines": [
            {
                "name": line.name,
                "role": line.role,
                "points": [list(point) for point in line.points],
                "dashed": line.is_dashed,
                "dots": line.has_dots,
                "named": line.named_at,
            }
            for line in chart.lines
        ],
        "alt": chart.alt,
        "box": {"right": chart.names_width, "height": chart.height},
    }
    if chart.mark is not None:
        spec["mark"] = chart.mark
    return {"title": chart.title, "note": chart.note, "spec": spec}
