"""The snapshots of a run are worked out behind the pages while it trains."""

from __future__ import annotations

from threading import Event, Thread, current_thread

import pytest

from cnnviz.builder.modules import build
from cnnviz.training.apart import End, Job
from cnnviz.training.material import material
from cnnviz.training.moments import moment
from cnnviz.training.networks import NETWORKS, adapted
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import snapshot
from cnnviz.ui.serving import one_by_one
from cnnviz.ui.serving.one_by_one import Line
from cnnviz.ui.training import track as module
from cnnviz.ui.training.track import Track

DIGITS = material("digits")
NETWORK = adapted(NETWORKS["LeNet"](), DIGITS.input, 10)


class Told:
    """A run that has told two snapshots."""

    def __init__(self) -> None:
        self.end: End | None = None
        self.snapshots = [snapshot(build(NETWORK, seed=step), step) for step in (0, 1)]


@pytest.fixture
def run():
    return Told()


@pytest.fixture
def track(run):
    made = Track(Job(NETWORK, DIGITS, Plan()))
    made.follow(run)  # ty: ignore[invalid-argument-type]
    return made


@pytest.fixture
def asked_in(monkeypatch):
    """Which threads asked the networks of snapshots, by their steps."""
    threads = {}

    def noted(network, shot, pictures):
        threads[shot.step] = current_thread()
        return moment(network, shot, pictures)

    monkeypatch.setattr(module, "moment", noted)
    return threads


def test_while_it_trains_another_thread_does_it_and_what_was_asked_for_the_visitors_own(
    run, track, asked_in
):
    assert [one.snapshot.step for one in track.seen(0, 60)] == [0, 1]
    assert all(thread is not current_thread() for thread in asked_in.values())
    run.end = End()
    run.snapshots.append(snapshot(build(NETWORK, seed=2), 2))
    assert [one.snapshot.step for one in track.seen(0, 60)] == [0, 1, 2]
    assert asked_in[2] is current_thread()


def test_a_frame_does_not_wait_for_a_snapshot_that_takes_long(track, monkeypatch):
    may_go_on, is_there = Event(), Event()

    def slow(network, shot, pictures):
        assert shot.step == 0 or may_go_on.wait(60)
        return moment(network, shot, pictures)

    monkeypatch.setattr(module, "moment", slow)
    assert [one.snapshot.step for one in track.seen(0, 1)] == [0]
    may_go_on.set()
    module.behind().submit(is_there.set)  # behind it in the line
    assert is_there.wait(60)
    monkeypatch.setattr(module, "moment", None)  # all is known
    assert [one.snapshot.step for one in track.seen(0, 1)] == [0, 1]


def test_a_frame_that_waits_for_a_snapshot_does_not_hold_up_other_visitors(track, monkeypatch):
    line, others = Line(longest_s=60, patience_s=60), []
    monkeypatch.setattr(one_by_one, "_line", line)

    def another_run() -> None:
        with line.turn():
            others.append(True)

    def slow(network, shot, pictures):
        another = Thread(target=another_run, daemon=True)
        another.start()
        another.join(5)
        return moment(network, shot, pictures)

    monkeypatch.setattr(module, "moment", slow)
    with line.turn():
        assert len(track.seen(0, 60)) == 2
        assert others == [True, True]
