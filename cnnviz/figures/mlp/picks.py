"""Small pictures to choose by: sets of points, and what networks answer at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnnviz.figures.mlp.playground import marks, packed_levels
from cnnviz.playground.ending import Ending
from cnnviz.playground.points import EDGE, Points
from cnnviz.playground.surfaces import PICTURE_EDGE

HIGHEST = 2.0  # a number's picture goes from −2 to 2
OUTSIDE = 150.0  # of 100: as far out as a line is drawn


def points_picture(points: Points) -> dict[str, Any]:
    """The points, in a square of 100 × 100; a set of numbers has marks of its own."""
    edge, high = (PICTURE_EDGE, PICTURE_EDGE) if points.is_classes else (EDGE, HIGHEST)
    return _picture(
        marks=[
            [round(50 + 50 * x / edge, 1), round(50 - 50 * y / high, 1), kind]
            for x, y, kind in _kinds(points)
        ]
    )


def _kinds(points: Points) -> list[tuple[float, float, float]]:
    """Each point with its class, or −1 where it has a number."""
    return [(x, y, kind if points.is_classes else -1) for x, y, kind, _ in marks(points)]


def ending_picture(ending: Ending, cells: int) -> dict[str, Any]:
    """The answer everywhere: a surface from blue to red, or a curve in a square of 100 × 100."""
    if ending.is_classes:
        return _picture(levels=packed_levels(2 * ending.answer - 1, 1.0), cells=cells)
    return _picture(curve=_line(ending.answer.tolist()))


def _line(values: Sequence[float]) -> str:
    downs = [min(OUTSIDE, max(-50.0, 50 - 50 * value / HIGHEST)) for value in values]
    return " ".join(
        f"{100 * (at + 0.5) / len(downs):.1f},{down:.1f}" for at, down in enumerate(downs)
    )


def _picture(
    cells: int = 0, levels: str = "", curve: str = "", marks: Sequence[object] = ()
) -> dict[str, Any]:
    return {"cells": cells, "levels": levels, "curve": curve, "marks": list(marks)}


def ending_lines(ending: Ending | None) -> list[str]:
    """The test loss at the end, and the step from which the losses part."""
    if ending is None:
        return ["…", ""]
    if ending.has_failed:
        return ["no number", f"at {ending.steps:,}"]
    return [f"{ending.test_loss:.2f}", f"at {ending.best:,}"]


def ending_words(hidden: str, ending: Ending | None) -> str:
    """The same as a sentence."""
    name = f"{hidden} hidden neurons"
    if ending is None:
        return f"{name}: not trained yet"
    if ending.has_failed:
        return f"{name}: at step {ending.steps:,} the loss is no longer a number"
    words = f"{name}: test loss {ending.test_loss:.3f} after {ending.steps:,} steps"
    if ending.best == ending.steps:
        return f"{words}, its lowest"
    return f"{words}; the losses part at step {ending.best:,}, where it was {ending.best_loss:.3f}"
