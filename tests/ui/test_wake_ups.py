"""Nobody waits for a call that never comes: threads in great haste, whose waits have no other end.

In the app every wait ends by itself after a while, so a lost call would only make it slow, now and
then. Here no wait does, and some threads give up in the very moment in which they may be called.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest

from cnnviz.cluster.order import LostError, Order
from cnnviz.ui import compute
from cnnviz.ui import jobs as jobs_module
from cnnviz.ui.compute import BusyError, Places
from cnnviz.ui.jobs import Jobs, Ordered, Task
from cnnviz.ui.kept import Account
from cnnviz.ui.serving import one_by_one
from cnnviz.ui.serving.idle import Idle
from cnnviz.ui.serving.one_by_one import Line

NEVER = 1e6  # seconds
WITHIN = 90.0  # seconds, in which what takes one or two is over
THREADS, ROUNDS = 24, 60
GENERATIONS = 40  # after each nobody is left who could call those who were forgotten


@pytest.fixture(autouse=True)
def haste() -> Iterator[None]:
    """The interpreter's lock changes hands a hundred times as often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(before)


def _all_end(work: Callable[[random.Random], None], count: int = THREADS) -> bool:
    threads = [
        threading.Thread(target=work, args=[random.Random(number)], daemon=True)
        for number in range(count)
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + WITHIN
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


def _work(chance: random.Random) -> None:
    time.sleep(chance.choice((0.0, 1e-4, 1e-3)))


def _until(condition: Callable[[], object]) -> bool:
    end = time.monotonic() + WITHIN
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return bool(condition())


def test_runs_turns_places_and_results(monkeypatch: pytest.MonkeyPatch):
    """As a visitor's run has them: a turn, places in it, and results that others make too."""
    line, places, account = Line(NEVER, NEVER), Places(2, NEVER, NEVER), Account()
    monkeypatch.setattr(one_by_one, "_line", line)
    runs = threading.local()
    monkeypatch.setattr(compute, "this_run", lambda: getattr(runs, "mark", None))
    given_up = []

    def make(chance: random.Random) -> None:
        with places.hold(), account.making(chance.randrange(3)), places.hold():
            _work(chance)
            if chance.random() < 0.1:
                raise ZeroDivisionError

    def visit(chance: random.Random) -> None:
        for _ in range(4):
            runs.mark = object() if chance.random() < 0.9 else None
            if compute._note_run() and chance.random() < 0.4:
                compute._asked.waited_s = NEVER - chance.choice((0.0, 1e-4, 1e-3))
            try:
                with line.turn() if chance.random() < 0.8 else nullcontext():
                    _work(chance)
                    for _ in range(chance.randrange(4)):
                        make(chance)
            except BusyError:
                given_up.append(1)
            except ZeroDivisionError:
                pass

    assert all(_all_end(visit, 4 + number % 5) for number in range(GENERATIONS))
    assert given_up
    assert (line.num_waiting, places.num_waiting, places.num_held) == (0, 0, 0)
    assert not account._locks


def test_two_places_that_are_free_together_call_two():
    """Also where who is called first has not woken yet when the second place is given back."""
    places, done = Places(2, NEVER, NEVER), []

    def hold() -> None:
        with places.hold():
            done.append(True)
            _until(lambda: len(done) == 2)  # each waits for the other to have a place too

    places._holders = {-1: 0.0, -2: 0.0}
    threads = [threading.Thread(target=hold, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert _until(lambda: places.num_waiting == 2)
    sys.setswitchinterval(1.0)  # nobody wakes in between
    places._give_back(-1)
    places._give_back(-2)
    assert _until(lambda: len(done) == 2)


class Unreliable:
    """Two workers, which are lost now and then."""

    def __init__(self) -> None:
        self._chance = random.Random(1)

    def places(self) -> int:
        return 2

    def do(self, order: Order, watch: object, talk: object = None) -> None:
        time.sleep(self._chance.choice((0.0, 1e-4, 1e-3)))
        if self._chance.random() < 0.3:
            raise LostError("lost")


def test_jobs(monkeypatch: pytest.MonkeyPatch):
    """Tasks that are done here, beside, and here because those beside are lost."""
    monkeypatch.setattr(jobs_module, "LOOK_AGAIN_S", NEVER)
    monkeypatch.setattr(jobs_module, "PATIENCE_S", NEVER)
    jobs = Jobs(place=nullcontext, beside=Unreliable())
    ordered = Ordered(lambda: Order("work", {}), lambda _: None)

    def visit(chance: random.Random) -> None:
        for _ in range(ROUNDS):
            tasks = [
                Task("task", lambda _: time.sleep(1e-4), chance.choice((None, ordered)))
                for _ in range(chance.randrange(1, 4))
            ]
            who = str(chance.random())
            while not jobs.start(who, tasks, who):  # too many at once
                time.sleep(1e-3)
            if chance.random() < 0.2:
                jobs.leave(who, who)

    assert _all_end(visit)
    assert _until(lambda: not jobs.num_known)
    assert not jobs._here.locked()


def test_work_ahead():
    """What each visitor asks for last is done."""
    idle, done = Idle(is_quiet=lambda: True), set()

    def visit(chance: random.Random) -> None:
        who = str(chance.random())
        for number in range(ROUNDS):
            idle.later(who, [lambda number=number: done.add((who, number))])
            time.sleep(chance.choice((0.0, 1e-4)))

    assert _all_end(visit)
    assert _until(lambda: sum(number == ROUNDS - 1 for _, number in done) == THREADS)
