"""The training of one visitor: what there is of it between two answers to the browser.

The browser asks for more when it has been answered; each answer trains for a few short slices, with
a picture after each. Nothing trains that nobody looks at: a visitor who leaves asks no more.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cnnviz.playground.training import MOST_STEPS, Run, Setup
from cnnviz.ui.compute import computing
from cnnviz.ui.mlp.address import ADDRESS, Values
from cnnviz.ui.mlp.pace import Share, Trainers

STATE = "mlp._training"


@dataclass
class Training:
    """A visitor's run, whether it goes on, and how earlier ones ended on the same points."""

    run: Run
    is_playing: bool = False
    results: dict[Setup, tuple[int, float]] = field(default_factory=dict)

    @property
    def setup(self) -> Setup:
        """What the run depends on."""
        return self.run.setup


def setup_of(values: Values) -> Setup:
    """What today's run depends on."""
    return Setup(
        values.data,
        values.points,
        values.noise,
        values.test_share,
        tuple(int(size) for size in values.hidden.split(",")),
        values.activation,
        values.optimizer,
        values.learning_rate,
        values.weight_decay,
        values.seed,
    )


def training_of(values: Values) -> Training:
    """The visitor's training of today's setup; a new one where the setup is another.

    The page shows the network after `steps` steps: a run that is beyond them and does not play
    begins again.
    """
    setup, kept = setup_of(values), st.session_state.get(STATE)
    if not isinstance(kept, Training):
        kept = st.session_state[STATE] = Training(Run(setup))
    is_beyond = kept.run.step > values.steps and not kept.is_playing
    if kept.setup != setup or is_beyond:
        kept.run = Run(setup)
    return kept


def is_busy(training: Training, values: Values) -> bool:
    """Whether there are steps to make: it plays, or has not come to the steps of the address."""
    run = training.run
    wanted = MOST_STEPS if training.is_playing else values.steps
    return run.step < wanted and not run.has_failed


def train_slice(training: Training, values: Values, share: Share) -> None:
    """Make the steps before one picture; as many as there is time for on the way to the address."""
    run = training.run
    catches_up = run.step < values.steps
    steps = values.steps - run.step if catches_up else share.steps
    with computing():
        run.advance(min(steps, MOST_STEPS - run.step), share.seconds)
    if not is_busy(training, values):
        rest(training)


def rest(training: Training) -> None:
    """Stop playing, and let the address and the results know how far it has come."""
    training.is_playing = False
    history = training.run.history
    if history.test:
        training.results[training.setup] = (training.run.step, training.run.now().test[-1])
    ADDRESS.set(steps=training.run.step)


def act(training: Training, word: str) -> None:
    """Do what a button says: play, pause, step or restart; other words do nothing."""
    if word == "play":
        training.is_playing = True
    elif word == "pause":
        rest(training)
    elif word == "step":
        with computing():
            training.run.advance(1)
        rest(training)
    elif word == "restart":
        training.run = Run(training.setup)
        ADDRESS.set(steps=0)


def others(training: Training) -> list[tuple[str, int, float]]:
    """Hidden neurons, steps and test loss of this visitor's other networks on the same points."""
    here = training.setup
    return [
        (",".join(map(str, setup.hidden)), *result)
        for setup, result in training.results.items()
        if setup != here and replace(setup, hidden=here.hidden) == here
    ]


@cache
def trainers() -> Trainers:
    """Who trains on this server."""
    return Trainers()


def my_share() -> Share:
    """The share of the visitor whose page this is."""
    context = get_script_run_ctx()
    return trainers().share(context.session_id if context else "")
