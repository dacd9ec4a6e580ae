"""The training of one visitor: whether it goes on, and what earlier ones came to."""

from __future__ import annotations

from cnnviz.playground.training import Run, Setup
from cnnviz.ui.mlp.address import Values
from cnnviz.ui.mlp.training import Training, is_busy, others


def test_it_trains_while_it_plays_or_has_not_come_to_the_steps_of_the_address():
    training = Training(Run(Setup()))
    assert not is_busy(training, Values())
    assert is_busy(training, Values(steps=5))
    training.run.advance(5)
    assert not is_busy(training, Values(steps=5))
    training.is_playing = True
    assert is_busy(training, Values(steps=5))


def test_other_networks_on_the_same_points_are_remembered():
    training = Training(Run(Setup(hidden=(20,))))
    training.results = {
        Setup(hidden=(3,)): (500, 0.25),
        Setup(hidden=(20,)): (500, 0.5),
        Setup(hidden=(3,), seed=1): (500, 0.75),
    }
    assert others(training) == [("3", 500, 0.25)]
