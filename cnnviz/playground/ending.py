"""How a training ends: what stays of it when it is over, small enough to be kept."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from cnnviz.playground.surfaces import layers_at, places
from cnnviz.playground.training import BLOCK, Run, Setup, best_step
from cnnviz.progress import Progress, report


@dataclass(frozen=True)
class Ending:
    """A network after its training.

    Args:
        steps: how many it was trained for; fewer than asked for where its loss became no number.
        test_loss: of the points kept for the test, after the last step; may be no number.
        best: the step of the lowest test loss.
        best_loss: that loss.
        answer: p(red) of cells² places of the plane, rows from above, or the number guessed at
            `cells` places of the line.
        is_classes: whether it tells classes apart.
    """

    steps: int
    test_loss: float
    best: int
    best_loss: float
    answer: Tensor
    is_classes: bool

    @property
    def has_failed(self) -> bool:
        """True where the loss is no longer a number."""
        return not self.test_loss < float("inf")


def train_to_the_end(setup: Setup, steps: int, cells: int, progress: Progress) -> Ending:
    """Train a network for so many steps.

    Raises:
        StoppedError: `progress` said so.
    """
    run = Run(setup)
    while run.step < steps and not run.has_failed:
        report(progress, run.step / steps)
        run.advance(min(BLOCK, steps - run.step))
    test = run.now().test
    best = best_step(test)
    inputs = run.points.x.shape[1]
    found = layers_at(run.network, places(cells, inputs))
    is_classes = run.points.is_classes
    answer = found.red if is_classes else found.scores[:, 0]
    return Ending(run.step, test[-1], best, test[best], answer.clone(), is_classes)
