"""Long work is shared, goes on while somebody watches it, and ends when told to."""

from __future__ import annotations

import threading
import time

import pytest

from cnnviz.operator_settings import operator_settings
from cnnviz.progress import report
from cnnviz.ui import jobs as module
from cnnviz.ui.jobs import Jobs, Task

WITHIN = 20  # seconds


def until(condition) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Steps:
    """Work that goes on until it is let go or stopped, and remembers both."""

    def __init__(self) -> None:
        self.go, self.begun, self.finished = threading.Event(), threading.Event(), False

    def __call__(self, progress) -> None:
        self.begun.set()
        while not self.go.wait(0.002):
            report(progress, 0.5)
        self.finished = True


def test_a_job_does_its_tasks_in_order_and_is_forgotten() -> None:
    jobs, done = Jobs(), []
    tasks = [Task(str(n), lambda progress, n=n: done.append(n)) for n in range(5)]
    assert jobs.start("a", tasks, "me")
    until(lambda: jobs.watch("a", "me") is None)
    assert done == [0, 1, 2, 3, 4]


def test_stop_ends_the_work_and_other_clicks_do_not() -> None:
    jobs, steps = Jobs(), Steps()
    jobs.start("a", [Task("steps", steps)], "me")
    steps.begun.wait(WITHIN)
    job = jobs.watch("a", "me")
    assert job is not None
    until(lambda: job.share == 0.5)
    jobs.start("b", [Task("other", lambda progress: None)], "me")
    jobs.leave("b", "me")
    assert jobs.watch("a", "me") is job
    jobs.leave("a", "me")
    until(lambda: not jobs._known)
    assert not steps.finished


def test_who_asks_for_the_same_shares_it_and_stopping_ends_it_for_the_last_only() -> None:
    jobs, steps = Jobs(), Steps()
    for who in ("first", "second"):
        jobs.start("a", [Task("steps", steps)], who)
    steps.begun.wait(WITHIN)
    jobs.leave("a", "first")
    assert jobs.watch("a", "first") is None
    assert jobs.watch("a", "second") is not None
    steps.go.set()
    until(lambda: jobs.watch("a", "second") is None)
    assert steps.finished


def test_a_visitor_who_left_without_a_word_stops_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    jobs, steps = Jobs(), Steps()
    jobs.start("a", [Task("steps", steps)], "gone")
    until(lambda: not jobs._known)
    assert not steps.finished


def test_jobs_take_turns_so_that_a_short_one_does_not_wait_for_a_long_one() -> None:
    jobs, order, gate = Jobs(), [], Steps()
    long = [Task("gate", gate)] + [Task("long", lambda progress: order.append("long"))] * 5
    jobs.start("long", long, "me")
    gate.begun.wait(WITHIN)
    jobs.start("short", [Task("short", lambda progress: order.append("short"))], "other")
    short = jobs.watch("short", "other")
    assert short is not None
    assert jobs.waiting_before(short) == 1
    gate.go.set()
    until(lambda: not jobs._known)
    assert order.index("short") <= 1
    assert len(order) == 6


def test_one_thread_does_all_of_it() -> None:
    jobs, names = Jobs(), set()
    for number in range(10):
        task = Task("name", lambda progress: names.add(threading.get_ident()))
        jobs.start(number, [task], "me")
    until(lambda: not jobs._known)
    assert len(names) <= 2  # a thread may end when the queue is empty, and another begin


def test_a_task_that_fails_ends_its_job_only(caplog: pytest.LogCaptureFixture) -> None:
    jobs, done = Jobs(), []

    def fail(progress) -> None:
        raise RuntimeError("as this test wants it")

    jobs.start("bad", [Task("bad", fail)], "me")
    jobs.start("good", [Task("good", lambda progress: done.append(1))], "me")
    until(lambda: not jobs._known)
    assert done == [1]
    assert "bad" in caplog.text


def test_too_many_jobs_are_refused_in_so_many_words() -> None:
    jobs, steps = Jobs(), Steps()
    started = [
        jobs.start(n, [Task("steps", steps)], "me") for n in range(operator_settings().jobs + 1)
    ]
    assert started == [True] * operator_settings().jobs + [False]
    steps.go.set()
    until(lambda: not jobs._known)


def test_who_asks_again_after_a_stop_gets_a_job_that_does_not_end_with_the_old_one() -> None:
    jobs, first, second = Jobs(), Steps(), Steps()
    jobs.start("a", [Task("first", first)], "me")
    assert first.begun.wait(WITHIN)
    jobs.leave("a", "me")
    jobs.start("a", [Task("second", second)], "me")
    assert second.begun.wait(WITHIN)
    assert jobs.watch("a", "me") is not None
    second.go.set()
    until(lambda: jobs.watch("a", "me") is None)
    assert second.finished
    assert not first.finished
