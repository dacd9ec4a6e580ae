"""How a replica follows a training elsewhere: nothing twice, nothing without bound, all is said."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import numpy as np
import pytest

from cnnviz.cluster import trainings
from cnnviz.cluster.order import WAITS, FailedError, LostError, Order, Talk, Waiting
from cnnviz.cluster.plain import packed, unpacked
from cnnviz.cluster.trainings import _Notes, on_machines
from cnnviz.models.networks import lenet
from cnnviz.progress import StoppedError
from cnnviz.training.apart import End, Job, Run
from cnnviz.training.apart.job import News
from cnnviz.training.material import material
from cnnviz.training.plain import Step
from cnnviz.training.plan import Plan

JOB = Job(lenet(1), material("digits"), Plan(epochs=1))
WEIGHTS = {"fc.bias": np.arange(250_000, dtype=np.float32)}  # one megabyte

Script = Callable[[Waiting, Talk], tuple]


def told(steps: range, kept: list[int]) -> tuple:
    """What a machine answers."""
    notes = _Notes()
    for number in steps:
        notes.hear(News([Step(number, 1 / number, 0.5, 0.1, number / 10)]))
    for number in kept:
        notes.hear(News([], (number, number / 10, WEIGHTS)))
    notes.over(End())
    return unpacked(packed(notes.whole()))


class Machines:
    """Do what a script says, order by order."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = [*scripts]
        self.orders: list[Order] = []

    def places(self) -> int:
        return 2

    def do(self, order: Order, watch: Waiting, talk: Talk | None = None) -> tuple:
        self.orders.append(order)
        assert talk
        return self._scripts.pop(0)(watch, talk)


def lost(_watch: Waiting, _talk: Talk) -> tuple:
    raise LostError("They do not answer.")


def test_who_begins_anew_says_nothing_twice_and_what_is_missing_comes_with_the_end():
    asked = []

    def script(watch: Waiting, talk: Talk) -> tuple:
        watch.begin()
        talk.hear(told(range(1, 6), [0, 3]))
        asked.append(talk.question())
        talk.hear(told(range(1, 3), [0]))  # by another machine
        asked.append(talk.question())
        return told(range(1, 9), [0, 3, 8])

    run = Run(JOB, on_machines(Machines(script), waits=False, places_here=0))
    assert run.wait()
    assert run.end == End("")
    assert [step.step for step in run.steps] == [*range(1, 9)]
    assert [shot.step for shot in run.snapshots] == [0, 3, 8]
    assert run.steps[3] == Step(4, 0.25, 0.5, 0.1, 0.4)
    assert run.snapshots[1].weights["fc.bias"].tolist() == WEIGHTS["fc.bias"].tolist()
    assert asked == [(5, 3, "go on")] * 2


def test_an_answer_is_bounded_and_no_snapshot_comes_before_its_step():
    notes = _Notes()
    notes.hear(News([Step(n, 1.0, 0.5, 0.1, 0.1) for n in range(1, trainings.MOST_STEPS + 100)]))
    for number in range(20):
        notes.hear(News([], (number, 0.0, WEIGHTS)))
    steps, kept, end = notes.after(0, -1)
    assert len(steps) == trainings.MOST_STEPS
    assert sum(w.nbytes for _, _, weights in kept for w in weights.values()) == (
        trainings.MOST_BYTES
    )
    assert end is None
    assert [shot[0] for shot in notes.after(3, 1)[1]] == [*range(2, 10)]
    early = _Notes()
    early.hear(News([], (7, 0.0, WEIGHTS)))
    assert early.after(0, -1)[1] == []


def test_while_the_machines_are_lost_it_waits_and_says_so_where_the_operator_said_so(monkeypatch):
    monkeypatch.setattr(trainings, "AGAIN_S", 0.01)
    seen, go = [], Event()

    def script(watch: Waiting, _talk: Talk) -> tuple:
        seen.append((run.note, run.is_waiting))
        watch.begin()
        seen.append((run.note, run.is_waiting))
        return told(range(1, 3), [0])

    def first(watch: Waiting, talk: Talk) -> tuple:
        go.wait(60)
        return lost(watch, talk)

    run = Run(JOB, on_machines(Machines(first, lost, script), waits=True, places_here=1))
    go.set()
    assert run.wait()
    assert seen == [(f"They do not answer. {WAITS}", True), ("", False)]
    assert len(run.steps) == 2


def test_whoever_waits_for_lost_machines_can_stop():
    run = Run(JOB, on_machines(Machines(lost), waits=True, places_here=1))
    run.stop()
    assert run.end == End("Stopped.")


def test_pause_goes_with_the_next_question_and_stop_is_the_answer_to_a_word_about_the_share():
    paused, go = [], Event()

    def script(watch: Waiting, talk: Talk) -> tuple:
        go.wait(60)
        paused.append(talk.question()[2])
        while watch(0.5):
            pass
        raise StoppedError

    run = Run(JOB, on_machines(Machines(script), waits=False, places_here=0))
    run.pause()
    go.set()
    run.stop()
    assert run.end == End("Stopped.")
    assert paused == ["pause"]


@pytest.mark.parametrize("sentence", ["Every machine that took it ended."])
def test_what_cannot_be_done_ends_with_its_sentence(sentence):
    def script(_watch: Waiting, _talk: Talk) -> tuple:
        raise FailedError(sentence)

    run = Run(JOB, on_machines(Machines(script), waits=False, places_here=0))
    assert run.wait()
    assert run.end == End(sentence)


def test_what_is_sent_of_a_training_is_plain():
    machines = Machines(lambda _watch, _talk: told(range(1, 2), [0]))
    run = Run(JOB, on_machines(machines, waits=False, places_here=0))
    assert run.wait()
    given = unpacked(packed(machines.orders[0].arguments))
    assert given["plan"] == JOB.plan
    assert given["pictures"].shape == tuple(JOB.material.training.pictures.shape)
    assert isinstance(given["network"], str)
