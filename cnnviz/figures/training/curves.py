"""Loss and accuracy along a run: what each batch gave, its running mean, and the snapshots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.training.moments import Moment
from cnnviz.training.plain import Step

MOST_POINTS = 300  # of a line: a screen shows no more
WINDOW = 40  # the running mean is over this part of the run
MOST_LOSS = 3.0  # times that of guessing: what is above leaves the chart at its top


def curves(
    steps: Sequence[Step], moments: Sequence[Moment], num_steps: int, num_classes: int
) -> dict[str, Any]:
    """Both charts, for the component `training_live`: points are shares of the chart, from 0 to 1.

    Args:
        steps: done so far.
        moments: of the snapshots so far, at least that of step 0.
        num_steps: of the whole run.
        num_classes: whose logarithm is the loss of guessing.
    """
    top = _top(steps, moments, math.log(num_classes))
    places = np.array([step.step for step in steps]) / num_steps
    losses = np.array([step.loss for step in steps]) / top
    right = np.array([step.accuracy for step in steps])
    window = max(1, num_steps // WINDOW)
    return {
        "at": [moment.step / num_steps for moment in moments],
        "done": len(steps) / num_steps,
        "steps": f"{num_steps:,}",
        "step": f"{len(steps):,}",
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


def _top(steps: Sequence[Step], moments: Sequence[Moment], guess: float) -> float:
    seen = [*(step.loss for step in steps), *(moment.loss for moment in moments)]
    highest = max((loss for loss in seen if math.isfinite(loss)), default=guess)
    return 1.05 * min(max(highest, guess), MOST_LOSS * guess)


def _ticks(top: float) -> list[float]:
    step = next(size for size in (0.5, 1, 2, 5, 10) if top / size < 5)
    return [step * count for count in range(int(top / step) + 1)]


def _line(places: NDArray[np.float64], values: NDArray[np.float64]) -> list[list[float]]:
    """Points of a line, thinned; what is no number is left out."""
    every = max(1, -(-len(values) // MOST_POINTS))
    chosen = slice((len(values) - 1) % every, None, every)  # the last one always stays
    pairs = zip(places[chosen].tolist(), values[chosen].tolist(), strict=True)
    return [[round(x, 4), round(min(y, 1.2), 4)] for x, y in pairs if math.isfinite(y)]


def _shown(share: float) -> float:
    return round(min(share, 1.0), 4) if math.isfinite(share) else 1.0
