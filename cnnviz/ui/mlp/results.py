"""What the tutorial's networks come to on today's points: trained ahead, in the background."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import replace
from functools import partial

import streamlit as st

from cnnviz.cluster.order import Order
from cnnviz.figures.mlp import picks as figures
from cnnviz.playground.ending import Ending, train_to_the_end
from cnnviz.playground.points import DATA, make_points
from cnnviz.playground.training import Setup
from cnnviz.progress import Progress
from cnnviz.ui.job_panel import visitor
from cnnviz.ui.jobs import Ordered, Task, jobs
from cnnviz.ui.kept import Result, account, found_or_made, kept
from cnnviz.ui.mlp.address import ADDRESS, HIDDEN, Values
from cnnviz.ui.mlp.controls import whole_page
from cnnviz.ui.mlp.picks import Choice, is_asked, picks
from cnnviz.ui.mlp.training import setup_of, trainers

KEY = "mlp_results_picks"
STEPS = 1500  # of each
CELLS = 26  # of its picture, a side
MOST_MARKS = 60  # points in the picture of a set
PAUSE_S = 0.05  # after every block of steps, while somebody trains
LAST = "mlp._results"  # what this visitor's results were last asked for


@st.fragment(key="mlp_results")
def results() -> None:
    """Each of the tutorial's networks as a small picture with its test loss; a click takes it."""
    values = ADDRESS.values()
    asked = {hidden: _of(values, hidden) for hidden in HIDDEN}
    found = {hidden: _known(setup) for hidden, setup in asked.items()}
    is_busy = _go_on([setup for hidden, setup in asked.items() if found[hidden] is None])
    picks(
        "Hidden neurons",
        "Neurons of each hidden layer, from the input to the output. Each picture is what that "
        f"network answers everywhere after {STEPS:,} steps on these points; below it its loss on "
        "the test points, and the step at which that was lowest: from there on the losses part.",
        [_choice(hidden, ending) for hidden, ending in found.items()],
        values.hidden,
        key=KEY,
        on_pick=_take,
        columns=len(HIDDEN),
        note="test loss, lowest at",
        is_busy=is_busy,
    )


def points_to_choose(values: Values) -> None:
    """The sets of points, as they come out with today's noise and seed."""
    count = min(values.points, MOST_MARKS)
    picks(
        "Points",
        "Two classes in the plane, or a number from another (sine, steps).",
        [
            Choice(data, data, f"{data}: {_kind(data)}", _points(data, count, values))
            for data in DATA
        ],
        values.data,
        key="mlp_points_picks",
        on_pick=_take_points,
        columns=4,
    )


def _kind(data: str) -> str:
    return "a number from another" if data in ("sine", "steps") else "two classes in the plane"


def _points(data: str, count: int, values: Values) -> dict[str, object]:
    return _points_picture(data, count, values.noise, values.test_share, values.seed)


@kept(is_quick=True)
def _points_picture(
    data: str, count: int, noise: float, test_share: float, seed: int
) -> dict[str, object]:
    return figures.points_picture(make_points(data, count, noise, test_share, seed))


def _of(values: Values, hidden: str) -> Setup:
    sizes = tuple(int(size) for size in hidden.split(","))
    return replace(setup_of(values), hidden=sizes)


def _choice(hidden: str, ending: Ending | None) -> Choice:
    return Choice(
        hidden,
        hidden,
        figures.ending_words(hidden, ending),
        figures.ending_picture(ending, CELLS) if ending else None,
        figures.ending_lines(ending),
    )


def _take(hidden: str) -> None:
    ADDRESS.set(hidden=hidden, steps=STEPS)
    whole_page()


def _take_points(data: str) -> None:
    ADDRESS.set(data=data)
    whole_page()


def _key(setup: Setup) -> Hashable:
    return "mlp ending", setup


def _known(setup: Setup) -> Ending | None:
    result = account().get(_key(setup))
    return result.value if result else None


def _task(setup: Setup) -> Task:
    def train(progress: Progress) -> None:
        polite = partial(_politely, progress)
        found_or_made(_key(setup), lambda: train_to_the_end(setup, STEPS, CELLS, polite))

    def order() -> Order | None:
        given = {"setup": setup, "steps": STEPS, "cells": CELLS}
        return None if _known(setup) else Order("ending", given, is_shared=True)

    def take(found: Ending) -> None:
        account().put(_key(setup), Result(found))

    return Task(f"Training {setup.hidden}", train, Ordered(order, take))


def _politely(progress: Progress, done: float) -> bool:
    """Leave the processor to those who watch a training of their own."""
    if trainers().count():
        time.sleep(PAUSE_S)
    return progress(done)


def _go_on(missing: list[Setup]) -> bool:
    """Have what is missing trained, and nothing that the visitor has turned away from.

    It begins when a browser asks for it, so that nothing is trained where nobody looks.

    Returns:
        Whether something is missing.
    """
    key = ("mlp endings", replace(missing[0], hidden=())) if missing else None
    last = st.session_state.get(LAST)
    if last is not None and last != key:
        jobs().leave(last, visitor())
    st.session_state[LAST] = key
    if key is not None and is_asked(KEY) and jobs().watch(key, visitor()) is None:
        jobs().start(key, [_task(setup) for setup in missing], visitor())
    return key is not None
