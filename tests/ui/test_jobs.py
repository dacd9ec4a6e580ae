"""Long work is shared, goes on while somebody watches it, and ends when told to."""

from __future__ import annotations

import threading
import time

import pytest

from cnnviz.cluster.order import FailedError, LostError, Order
from cnnviz.operator_settings import operator_settings
from cnnviz.progress import report
from cnnviz.ui import jobs as module
from cnnviz.ui.compute import BusyError
from cnnviz.ui.jobs import FAILED, HERE, WAITS, Job, Jobs, Ordered, Task
from tests.support.waiting import WITHIN, until


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


def test_who_watched_is_told_why_there_is_no_result() -> None:
    def fail(progress) -> None:
        raise RuntimeError("as this test wants it")

    def busy(progress) -> None:
        raise BusyError

    jobs = Jobs()
    jobs.start("bad", [Task("bad", fail)], "me")
    jobs.start("busy", [Task("busy", busy)], "me")
    until(lambda: not jobs._known)
    assert jobs.last_words("bad", "me") == FAILED
    assert jobs.last_words("busy", "me") == str(BusyError())


def test_too_many_jobs_are_refused_in_so_many_words() -> None:
    jobs, steps = Jobs(), Steps()
    most = operator_settings().jobs
    started = [jobs.start(n, [Task("steps", steps)], f"visitor {n}") for n in range(most + 1)]
    assert started == [True] * most + [False]
    assert "Too many visitors" in jobs.last_words(most, f"visitor {most}")
    assert jobs.last_words(most, f"visitor {most}") == ""
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


def test_one_visitor_has_so_many_and_may_still_join_those_of_others() -> None:
    jobs, steps = Jobs(), Steps()
    most = operator_settings().jobs_each
    assert jobs.start("theirs", [Task("steps", steps)], "other")
    for n in range(most):
        assert jobs.start(n, [Task("steps", steps)], "me")
    assert not jobs.start("more", [Task("steps", steps)], "me")
    assert jobs.last_words("more", "other") == ""
    assert jobs.last_words("more", "me").startswith(f"{most} long works of yours go on already")
    assert jobs.start("theirs", [Task("steps", steps)], "me")
    steps.go.set()
    until(lambda: not jobs._known)


class Machines:
    """Others' machines: each order waits for an answer, which is a result or an error."""

    def __init__(self, count: int = 2) -> None:
        self.count, self.answers, self.taken = count, [], []
        self.go = threading.Event()

    def places(self) -> int:
        return self.count

    def do(self, order, watch):
        self.taken.append(order.work)
        while not self.go.wait(0.002):
            report(watch, 0.0)
        watch.begin()
        watch.show("half")
        report(watch, 0.5)
        answer = self.answers.pop(0) if self.answers else order.work
        if isinstance(answer, Exception):
            raise answer
        return answer


def ordered(work: str, took: list, here: list) -> Task:
    return Task(work, lambda progress: here.append(work), Ordered(lambda: Order(work), took.append))


def test_as_many_go_elsewhere_at_once_as_there_are_places_and_others_are_done_here() -> None:
    machines, took, here = Machines(), [], []
    jobs = Jobs(elsewhere=machines)
    for name in "abcd":
        jobs.start(name, [ordered(name, took, here)], "me")
    until(lambda: len(machines.taken) == 3)  # one for each place, and one more of this server
    job, waiting = jobs.watch("a", "me"), jobs.watch("d", "me")
    assert job is not None
    assert waiting is not None
    assert (job.is_sent, jobs.waiting_before(waiting)) == (True, 1)
    machines.go.set()
    until(lambda: not jobs._known)
    assert (sorted(took), here) == (["a", "b", "c", "d"], [])


def test_one_task_is_done_here_while_others_are_elsewhere() -> None:
    machines, steps, took = Machines(), Steps(), []
    jobs = Jobs(elsewhere=machines)
    jobs.start("here", [Task("steps", steps)], "me")
    jobs.start("too", [Task("second", lambda progress: took.append("second"))], "me")
    jobs.start("there", [ordered("a", took, [])], "me")
    assert steps.begun.wait(WITHIN)
    machines.go.set()
    until(lambda: took)
    assert took == ["a"]
    steps.go.set()
    until(lambda: not jobs._known)
    assert took == ["a", "second"]


@pytest.mark.parametrize(
    ("waits", "result", "words"), [(False, "here", HERE), (True, "back", WAITS)]
)
def test_what_is_lost_is_done_here_or_waits_as_the_operator_chose(
    waits: bool, result: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_AGAIN_S", 0.01)
    machines, seen = Machines(), []
    machines.answers = [LostError("Gone."), "back"]
    machines.go.set()
    jobs = Jobs(elsewhere=machines, waits=waits)

    def take(result: str) -> None:
        job = jobs.watch("a", "me")
        seen.append((result, job.note if job else ""))

    task = Task("a", lambda progress: take("here"), Ordered(lambda: Order("a"), take))
    jobs.start("a", [task], "me")
    until(lambda: not jobs._known)
    assert seen == [(result, f"Gone. {words}")]


def test_what_kills_its_machines_is_given_up_and_said_to_whom_it_belongs() -> None:
    machines, took, here = Machines(), [], []
    machines.answers = [FailedError("It was given up.")]
    machines.go.set()
    jobs = Jobs(elsewhere=machines)
    jobs.start("a", [ordered("a", took, here)], "me")
    until(lambda: not jobs._known)
    assert (took, here) == ([], [])
    assert jobs.last_words("a", "another") == ""
    assert jobs.last_words("a", "me") == "It was given up."


def test_nothing_is_ordered_where_the_result_is_there_already() -> None:
    machines, took = Machines(), []
    jobs = Jobs(elsewhere=machines)
    jobs.start("a", [Task("a", pytest.fail, Ordered(lambda: None, took.append))], "me")
    until(lambda: not jobs._known)
    assert (machines.taken, took) == ([], [])


def test_how_long_a_task_took_is_known_for_the_next_job_of_its_kind() -> None:
    jobs = Jobs()
    assert jobs.usual_s("kind") is None
    tasks = [Task(str(n), lambda progress: time.sleep(0.02)) for n in range(3)]
    jobs.start("a", tasks, "me", "kind")
    until(lambda: jobs.watch("a", "me") is None)
    usual = jobs.usual_s("kind")
    assert usual is not None
    assert usual >= 0.02
    assert jobs.usual_s("other") is None


def test_a_job_that_was_stopped_says_nothing_about_its_kind() -> None:
    jobs, steps = Jobs(), Steps()
    jobs.start("a", [Task("steps", steps)], "me", "kind")
    steps.begun.wait(WITHIN)
    jobs.leave("a", "me")
    until(lambda: not jobs._threads)
    assert jobs.usual_s("kind") is None


def test_what_is_left_follows_from_what_is_done() -> None:
    job = Job("a", [Task("one", lambda progress: None)] * 4)
    assert job.left_s() == float("inf")
    job.is_begun, job.begun_at, job.done = True, time.monotonic() - 10, 1
    assert job.left_s() == pytest.approx(30, abs=1)


def test_who_watches_a_job_is_known_and_nobody_else() -> None:
    jobs, steps = Jobs(), Steps()
    jobs.start("a", [Task("steps", steps)], "me")
    assert jobs.knows("me")
    assert not jobs.knows("you")
    steps.go.set()
    until(lambda: not jobs.knows("me"))
