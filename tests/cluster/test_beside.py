"""Heavy work in a process beside the server: as in it, stopped, killed, and gone when idle."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from cnnviz.cluster import beside as module
from cnnviz.cluster.beside import KILLED, NOT_STARTED, Beside
from cnnviz.cluster.order import FailedError, LostError
from cnnviz.cluster.works import WORKS
from cnnviz.operator_settings import operator_settings
from cnnviz.ui.jobs import HERE, Jobs, Ordered, Task
from tests.support.orders import ORDERS, RUNNERS, Order, Waiting, bombs, steps
from tests.support.processes import children, minor_faults
from tests.support.same import same
from tests.support.waiting import until


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    beside = Beside(1)
    yield beside
    beside.close()
    assert not workers()


@pytest.fixture(autouse=True)
def nobody_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a busy machine takes."""
    monkeypatch.setattr("cnnviz.ui.jobs.PATIENCE_S", float("inf"))


def workers() -> list[int]:
    """The workers that this process has started and that are not gone."""
    return children("self", module.PROCESS)


@pytest.mark.parametrize(
    "order", [ORDERS[0], ORDERS[3], *ORDERS[-2:]], ids=lambda order: order.work
)
def test_the_result_is_the_one_that_comes_out_here(beside: Beside, order: Order):
    here = WORKS[order.work](Waiting(), **order.arguments)
    assert same(beside.do(order, Waiting()), here)


def test_it_lets_the_pages_pass_and_computes_with_one_thread(beside: Beside):
    waiting = Waiting()
    beside.do(steps(12), waiting)
    (pid,) = workers()
    assert os.getpriority(os.PRIO_PROCESS, pid) >= operator_settings().niceness > 0
    assert os.getsid(pid) == os.getsid(0)  # between sessions it would not count
    assert os.getpgid(pid) == pid  # what it starts ends with it
    assert waiting.begun == 1
    assert [len(told[0]) for told in waiting.shown] == [10, 12]
    assert b"OMP_NUM_THREADS=1" in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")


@pytest.mark.skipif(sys.platform != "linux", reason="only there /proc tells")
def test_a_step_takes_the_memory_that_the_one_before_it_left(beside: Beside):
    beside.do(steps(10, width=8, batch_size=32), Waiting())
    (pid,) = workers()
    before = minor_faults(pid)
    beside.do(steps(20, width=8, batch_size=32), Waiting())
    assert (minor_faults(pid) - before) / (20 * len(RUNNERS)) < 40  # pages; it was 320


def test_stop_ends_the_work_within_two_seconds_and_the_worker_takes_another(beside: Beside):
    assert any(stopped_within(beside) < 2 for _ in range(3))  # others may need the machine
    (pid,) = workers()
    beside.do(steps(1), Waiting())
    assert workers() == [pid]


def stopped_within(beside: Beside) -> float:
    """Seconds from a visitor's stop until the worker is free."""
    jobs, shown = Jobs(beside=beside), []
    jobs.start("a", [Task("long", pytest.fail, long(shown))], "me")
    until(lambda: shown)
    assert jobs.watch("a", "another") is None  # nobody else sees it
    jobs.leave("a", "another")  # or stops it
    assert jobs.watch("a", "me") is not None
    start = time.monotonic()
    jobs.leave("a", "me")
    until(lambda: beside._idle)
    return time.monotonic() - start


def long(shown: list) -> Ordered:
    """Work without an end, and what there is of it."""
    return Ordered(partial(steps, 100_000), pytest.fail, shown.append)


def test_nothing_a_visitor_sends_is_unpickled_or_runs(beside: Beside, tmp_path: Path):
    touched = tmp_path / "touched"
    for order in bombs(touched):
        with pytest.raises(LostError, match=r"^A worker of this server failed"):
            beside.do(order, Waiting())
    assert not touched.exists()


def test_more_works_than_workers_wait_in_turn_and_one_that_is_left_never_begins(beside: Beside):
    jobs, shown, second = Jobs(beside=beside), [], []
    jobs.start("a", [Task("long", pytest.fail, long(shown))], "me")
    until(lambda: shown)
    jobs.start("b", [Task("long", pytest.fail, long(second))], "you")
    job = jobs.watch("b", "you")
    assert job is not None
    until(lambda: job.is_sent)
    jobs.leave("b", "you")
    jobs.leave("a", "me")
    until(lambda: not jobs._threads)
    assert not second


def test_who_is_killed_is_replaced_and_who_does_not_hear_stop_is_killed(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
):
    beside.do(steps(1), Waiting())
    killed = kill_worker()  # while it waits for work
    jobs, done = Jobs(beside=beside), []
    ordered = Ordered(partial(steps, 100_000), pytest.fail, lambda told: done.append(len(told[0])))
    jobs.start("a", [Task("long", pytest.fail, ordered)], "me")
    until(lambda: done and done[-1] > 10)
    killed += kill_worker()
    until(lambda: any(later < earlier for earlier, later in pairwise(done)))  # it begins anew
    assert not {*killed} & {*workers()}
    monkeypatch.setattr(module, "STOP_S", 0.0)
    jobs.leave("a", "me")
    until(lambda: not workers())


def kill_worker() -> list[int]:
    (pid,) = workers()
    os.kill(pid, signal.SIGKILL)
    return [pid]


def test_a_worker_without_work_is_ended(beside: Beside, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(beside, "_idle_s", 0.01)
    beside.do(steps(1), Waiting())
    until(lambda: not workers())


class Killed:
    """A worker that ends over whatever it is asked for."""

    is_busy = is_blamed = True

    def done(self, work: str, arguments: bytes, watch: Waiting) -> bytes:
        raise module._EndedError

    def end(self) -> None:
        """It has ended."""


def test_work_over_which_two_workers_end_is_given_up(monkeypatch: pytest.MonkeyPatch):
    started: list[Killed] = []

    def start() -> Killed:
        started.append(Killed())
        return started[-1]

    monkeypatch.setattr(module, "_started", start)
    with pytest.raises(FailedError, match=KILLED):
        Beside(1).do(steps(1), Waiting())
    assert len(started) == 2


def test_where_no_worker_can_be_started_the_server_does_it_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(module.sys, "executable", "/no/such/python")
    jobs, notes = Jobs(beside=Beside(1)), []

    def here(progress) -> None:
        job = jobs.watch("a", "me")
        notes.append(job.note if job else "")

    jobs.start("a", [Task("a", here, Ordered(partial(steps, 1), pytest.fail))], "me")
    until(lambda: notes)
    assert notes == [f"{NOT_STARTED} {HERE}"]
