"""The trainings of a server: places, the line, and who has left."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz.training.apart import End, Job
from cnnviz.training.material import material
from cnnviz.training.networks import NETWORKS, adapted
from cnnviz.training.plain import Step
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import Snapshot
from cnnviz.ui.training import runs as module
from cnnviz.ui.training.runs import NoRoomError, Runs

DIGITS = material("digits")
JOB = Job(adapted(NETWORKS["LeNet"](), DIGITS.input, 10), DIGITS, Plan(epochs=1))


class FakeRun:
    """A run that does nothing by itself."""

    def __init__(self, job: Job) -> None:
        self.num_steps = 10
        self.steps: list[Step] = []
        self.snapshots: list[Snapshot] = []
        self.end: End | None = None
        self.is_paused = False
        self.is_waiting, self.note = False, ""

    def pause(self) -> None:
        self.is_paused = True

    def stop(self) -> None:
        self.end = End("Stopped.")


@pytest.fixture
def here() -> set[str]:
    """The sessions that are connected."""
    return {"a1", "b1", "c1"}


@pytest.fixture
def board(here, monkeypatch):
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.005)
    made = Runs(lambda: 2, start=FakeRun, is_here=lambda session: session in here)  # ty: ignore[invalid-argument-type]
    yield made
    here.clear()
    monkeypatch.setattr(module, "PATIENCE_S", 0.0)
    made.tend()


def ask(board: Runs, who: str, key: object = "key"):
    return board.ask(who, f"{who}1", f"{who}'s run", key, JOB)


def test_two_train_and_the_others_wait_in_the_order_they_came(board):
    a, b, c, d = (ask(board, who) for who in "abcd")
    assert [run.is_going_on for run in (a, b, c, d)] == [True, True, False, False]
    assert (board.queue(c).before, board.queue(d).before) == (0, 1)
    assert (board.queue().training, board.queue().waiting) == (2, 2)
    board.stop(a)
    assert c.is_going_on
    assert d.is_waiting
    b.run.end = End()
    board.tend()
    assert d.is_going_on


def test_who_asks_again_gives_up_the_place_and_keeps_the_run_before(board):
    first = ask(board, "a", "first")
    second = ask(board, "a", "second")
    assert first.is_over
    assert second.is_going_on
    assert board.entries("a") == [second, first]
    assert board.queue().training == 1


def test_a_visitor_has_no_more_than_a_few_runs(board):
    made = [ask(board, "a", number) for number in range(5)]
    assert board.entries("a") == made[:1:-1]


def test_who_leaves_the_line_is_gone_from_it(board):
    _, _, c = (ask(board, who) for who in "abc")
    board.stop(c)
    assert c.is_over
    assert board.queue().waiting == 0


def test_the_line_has_an_end(board, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    ask(board, "a"), ask(board, "b"), ask(board, "c")
    with pytest.raises(NoRoomError, match="1 runs wait"):
        ask(board, "d")
    assert not board.knows("d")


def test_a_run_outlives_a_reload_and_ends_when_its_visitor_is_gone(board, here, monkeypatch):
    run = ask(board, "a")
    here.clear()  # between two pages no session is connected
    board.tend()
    assert run.is_going_on
    here.add("a2")
    assert board.entries("a", "a2") == [run]
    monkeypatch.setattr(module, "PATIENCE_S", 0.0)
    board.tend()
    assert run.is_going_on  # a2 is connected
    here.clear()
    board.tend()
    assert run.is_over
    assert not board.knows("a")


def test_a_long_pause_gives_its_place_to_who_waits(board, monkeypatch):
    a, _, c = (ask(board, who) for who in "abc")
    board.pause(a)
    board.tend()
    assert a.is_paused
    monkeypatch.setattr(module, "PAUSE_S", -1.0)
    board.tend()
    assert a.is_over
    assert "its place was needed" in a.note
    assert c.is_going_on


def test_runs_that_are_over_leave_when_all_together_are_too_large(board, monkeypatch):
    first = ask(board, "a", "first")
    first.run.snapshots.append(first.track.snapshots[0])
    second = ask(board, "a", "second")
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    board.tend()
    assert board.entries("a") == [second]


def test_a_real_process_is_gone_with_its_visitor(monkeypatch):
    here = {"a1"}
    board = Runs(lambda: 1, is_here=here.__contains__)
    entry = board.ask("a", "a1", "digits", "key", JOB)
    assert entry.run.wait(steps=1)
    pid = entry.run.pid
    assert Path(f"/proc/{pid}").exists()
    here.clear()
    monkeypatch.setattr(module, "PATIENCE_S", 0.0)
    board.tend()
    assert not Path(f"/proc/{pid}").exists()
    assert not board.knows("a")
    assert board.queue().training == 0
