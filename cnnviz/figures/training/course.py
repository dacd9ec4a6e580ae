"""The steps of a run as columns that grow with it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from cnnviz.training.plain import Step


class Course:
    """What each step of a run gave, one column a number: a frame reads only the steps that are new.

    A run has tens of thousands of steps and is drawn again several times a second, perhaps in two
    of its visitor's tabs at once.

    Args:
        steps: done so far.
    """

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self._losses, self._right = array("d"), array("d")
        self._growing = Lock()
        self.take(steps)

    def take(self, steps: Sequence[Step]) -> None:
        """Read those of all steps so far, from the first on, that were not there before."""
        with self._growing:
            for step in steps[len(self._losses) :]:
                self._losses.append(step.loss)
                self._right.append(step.accuracy)

    @property
    def columns(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The loss of each step so far and its share of right answers, as equally long copies."""
        with self._growing:
            return np.array(self._losses), np.array(self._right)
