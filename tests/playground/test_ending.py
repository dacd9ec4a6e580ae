"""What stays of a training: what its run came to, and nothing of one that was stopped."""

from __future__ import annotations

import pytest
import torch

from cnnviz.playground.ending import train_to_the_end
from cnnviz.playground.surfaces import layers_at, places
from cnnviz.playground.training import Run, Setup
from cnnviz.progress import StoppedError, go_on


@pytest.mark.parametrize("setup", [Setup(hidden=(6,)), Setup(data="sine", hidden=(3, 3))])
def test_an_ending_is_what_the_run_came_to(setup):
    ending = train_to_the_end(setup, 75, 5, go_on)
    run = Run(setup)
    run.advance(75)
    losses = run.now().test
    assert (ending.steps, ending.test_loss) == (75, losses[-1])
    assert (ending.best_loss, losses[ending.best]) == (min(losses), min(losses))
    found = layers_at(run.network, places(5, run.points.x.shape[1]))
    expected = found.red if run.points.is_classes else found.scores[:, 0]
    assert torch.equal(ending.answer, expected)


def test_a_training_that_nobody_waits_for_stops():
    with pytest.raises(StoppedError):
        train_to_the_end(Setup(), 10_000, 5, lambda done: done < 0.01)


def test_a_loss_that_is_no_number_ends_it():
    setup = Setup(data="sine", hidden=(20, 20), activation="relu", optimizer="sgd",
                  learning_rate=10.0)  # fmt: skip
    ending = train_to_the_end(setup, 1_500, 5, go_on)
    assert ending.has_failed
    assert ending.steps < 1_500
