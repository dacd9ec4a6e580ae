"""What a backward pass amounts to, in a word and in a factor, worked out from its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cnnviz.gradients.flow import LayerFlow

FEW, MANY = 1 / 100, 100  # norms between which an ordinary learning rate does something sensible


class Fate(StrEnum):
    """What becomes of a gradient on its way from the loss to the first layer."""

    DIES = "dies"
    EXPLODES = "explodes"
    STAYS = "stays"


def fate(rows: Sequence[LayerFlow]) -> Fate:
    """The word for a run: it dies if the first layer's norm is below 0.01, explodes above 100."""
    first = rows[0].gradient_norm
    if first < FEW:
        return Fate.DIES
    return Fate.STAYS if first <= MANY else Fate.EXPLODES  # nan explodes too


def mean_factor(rows: Sequence[LayerFlow]) -> float:
    """What a layer multiplies the gradient by on its way back, on (geometric) average.

    Its power of the number of steps is the ratio of first and last norm; 0 or infinity where one
    of them is 0.
    """
    first, last = rows[0].gradient_norm, rows[-1].gradient_norm
    return (first / last) ** (1 / (len(rows) - 1)) if last else float("inf")


def unchanged(rows: Sequence[LayerFlow]) -> int:
    """How many layers one step leaves exactly as they are."""
    return sum(row.changed == 0 for row in rows)
