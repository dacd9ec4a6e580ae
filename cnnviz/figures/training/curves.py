"""Loss and accuracy along a run: what each batch gave, its running mean, and the snapshots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures.training.course import Course
from cnnviz.training.moments import Moment

MOST_POINTS = 300  # of a line: a screen shows no more
WINDOW = 40  # the running mean is over this part of the run
MOST_LOSS = 3.0  # times that of guessing: what is above leaves the chart at its top


def curves(
    course: Course, moments: Sequence[Moment], num_steps: int, num_classes: int
) -> dict[str, Any]:
    """Both charts, for the component `training_live`: points are shares of the chart, from 0 to 1.

    Args:
        course: of the run so far.
        moments: of the snapshots so far, at least that of step 0.
        num_steps: of the whole run.
        num_classes: whose logarithm is the loss of guessing.
    """
    losses, right = course.columns
    top, done = _top(losses, moments, math.log(num_classes)), len(losses)
    places, losses = np.arange(1, done + 1) / num_steps, losses / top
    window = max(1, num_steps // WINDOW)
    return {
        "at": [moment.step / num_steps for moment in moments],
        "done": done / num_steps,
        "steps": f"{num_steps:,}",
        "step": f"{done:,}",
        "loss": {
            "ticks": [[tick / top, f"{tick:g}"] for tick in _ticks(top)],
            "batches": _line(places, losses),
            "mean": _line(places, running_mean(losses, window)),
            "dots": [_shown(moment.loss / top) for moment in moments],
            "guess": [math.log(num_classes) / top, f"guessing: {math.log(num_classes):.2f}"],
        },
        "right": {
            "ticks": [[0.0, "0"], [0.5, "50"], [1.0, "100"]],
            "batches": _line(places, right),
            "mean": _line(places, running_mean(right, window)),
            "dots": [moment.accuracy for moment in moments],
            "guess": [1 / num_classes, f"guessing: {100 / num_classes:.3g}"],
        },
        "window": f"mean of {window} batches" if window > 1 else "each batch",
    }


def running_mean(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """The mean of each value and those before it, at most `window` of them."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


def _top(losses: NDArray[np.float64], moments: Sequence[Moment], guess: float) -> float:
    seen = np.concatenate([losses, [moment.loss for moment in moments]])
    highest = float(seen.max(initial=guess, where=np.isfinite(seen)))
    return 1.05 * min(highest, MOST_LOSS * guess)


def _ticks(top: float) -> list[float]:
    step = next(size for size in (0.5, 1, 2, 5, 10) if top / size < 5)
    return [step * count for count in range(int(top / step) + 1)]


def _line(places: NDArray[np.float64], values: NDArray[np.float64]) -> list[list[float]]:
    """Points of a line, thinned; what is no number is left out."""
    every = max(1, -(-len(values) // MOST_POINTS))
    chosen = slice((len(values) - 1) % every, None, every)  # the last one always stays
    points = np.column_stack([places[chosen], values[chosen].clip(max=1.2)])
    return points[np.isfinite(values[chosen])].round(4).tolist()


def _shown(share: float) -> float:
    return round(min(share, 1.0), 4) if math.isfinite(share) else 1.0
