"""Loss surfaces on one scale: their colours, and the picture from above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np

from cnnviz.figures.pictures import Encoded, sequential_levels, sequential_png
from cnnviz.figures.style import SEQUENTIAL

Rows = Sequence[Sequence[float]]

FINE = 12  # pixels of a picture for each point of the grid


@dataclass(frozen=True)
class LossScale:
    """The smallest and the largest loss of all surfaces; colours follow its logarithm."""

    low: float
    high: float

    def share(self, loss: float) -> float:
        """Where a loss stands among the colours, in [0, 1]."""
        return (log10(loss) - log10(self.low)) / (log10(self.high) - log10(self.low))


def loss_scale(*surfaces: Rows) -> LossScale:
    """One scale for some surfaces; losses below 0.001 are shown as that."""
    losses = [loss for rows in surfaces for row in rows for loss in row]
    low = max(1e-3, min(losses))
    return LossScale(low, max(max(losses), low * 1.01))


def loss_picture(rows: Rows, scale: LossScale) -> Encoded:
    """A surface from above: the first row at the bottom, points in between by straight lines."""
    logs = np.log10(np.maximum(np.asarray(rows, float), scale.low))
    fine = _refined(_refined(logs).T).T[::-1]
    png = sequential_png(fine, log10(scale.low), log10(scale.high))
    return Encoded(png, "image/png")


def _refined(values: np.ndarray) -> np.ndarray:
    """Along the first axis `FINE` values for each, at the places of pixels around its own."""
    count = len(values)
    places = (np.arange(count * FINE) + 0.5) / FINE - 0.5
    return np.stack([np.interp(places, np.arange(count), column) for column in values.T], axis=1)


def patch_colours(rows: Rows, scale: LossScale) -> list[str]:
    """The colours of the patches between the points of a surface, row after row.

    A patch has the colour of the mean logarithm of its four corners.

    Args:
        rows: n rows of n losses.
        scale: of the colours.

    Returns:
        (n − 1)² colours as `#rrggbb`.
    """
    logs = np.log10(np.maximum(np.asarray(rows, float), scale.low))
    means = (logs[:-1, :-1] + logs[:-1, 1:] + logs[1:, :-1] + logs[1:, 1:]) / 4
    levels = sequential_levels(means, log10(scale.low), log10(scale.high))
    return ["#" + bytes(SEQUENTIAL[level]).hex() for level in levels.flatten()]
