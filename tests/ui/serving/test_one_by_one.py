"""Runs one after the other: in order, never nested, and nobody waits for a slow one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from cnnviz.ui.compute import Places, waiting
from cnnviz.ui.serving import one_by_one
from cnnviz.ui.serving.one_by_one import Line

NEVER = 60.0  # seconds; a test that waits for so long has failed


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + NEVER / 2
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def _all_end(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(NEVER / 2)
    return not any(thread.is_alive() for thread in threads)


def test_short_runs_go_one_after_the_other_in_the_order_of_asking() -> None:
    line, order, now, most = Line(NEVER, NEVER), [], [], []

    def run(number: int) -> None:
        with line.turn():
            now.append(number)
            most.append(len(now))
            time.sleep(0.001)
            order.append(now.pop())

    with line.turn():
        threads = []
        for number in range(12):
            threads.append(_started(lambda number=number: run(number)))
            _until(lambda number=number: line.num_waiting == number + 1)
    assert _all_end(threads)
    assert order == list(range(12))
    assert max(most) == 1


def test_a_run_within_a_run_is_the_same_turn() -> None:
    line, done = Line(NEVER, NEVER), []

    def run() -> None:
        with line.turn(), line.turn():
            done.append(True)

    assert _all_end([_started(run) for _ in range(3)])
    assert done == [True] * 3


def test_a_run_that_fails_gives_its_turn_back() -> None:
    line = Line(NEVER, NEVER)
    with pytest.raises(ZeroDivisionError), line.turn():
        _ = 1 / 0
    assert _all_end([_started(lambda: _have(line))])


def _have(line: Line) -> None:
    with line.turn():
        pass


def test_nobody_waits_for_the_end_of_a_slow_run() -> None:
    """Each takes the turn from the one before, which goes on: slow runs are side by side."""
    line, is_over, inside = Line(longest_s=0.02, patience_s=NEVER), threading.Event(), []

    def slow() -> None:
        with line.turn():
            inside.append(True)
            is_over.wait(NEVER)

    threads = [_started(slow) for _ in range(10)]
    _until(lambda: len(inside) == 10)
    assert line.num_waiting == 0
    is_over.set()
    assert _all_end(threads)


def test_a_slow_run_that_ends_takes_no_turn_from_another() -> None:
    line, order = Line(longest_s=0.01, patience_s=NEVER), []
    first_may_end, second_may_end = threading.Event(), threading.Event()

    def run(name: str, may_end: threading.Event) -> None:
        with line.turn():
            order.append(f"{name} begins")
            may_end.wait(NEVER)
        order.append(f"{name} ends")

    first = _started(lambda: run("first", first_may_end))
    _until(lambda: order == ["first begins"])
    second = _started(lambda: run("second", second_may_end))
    _until(lambda: order[-1] == "second begins")  # the first one's turn was over
    line._longest_s = line._ends = NEVER + time.monotonic()
    third = _started(lambda: _have(line))
    _until(lambda: line.num_waiting == 1)
    first_may_end.set()
    assert _all_end([first])
    assert line.num_waiting == 1, "the third one waits for the second, whose turn it is"
    second_may_end.set()
    assert _all_end([second, third])


def test_who_has_waited_long_enough_begins_though_others_were_before() -> None:
    line, is_over, inside = Line(longest_s=NEVER, patience_s=0.05), threading.Event(), []

    def run() -> None:
        with line.turn():
            inside.append(True)
            is_over.wait(NEVER)

    threads = [_started(run) for _ in range(5)]
    _until(lambda: len(inside) == 5)
    is_over.set()
    assert _all_end(threads)


def test_who_computes_or_waits_for_a_place_lets_the_next_one_run(monkeypatch) -> None:
    line, places, done = Line(NEVER, NEVER), Places(1, limit_s=NEVER), []
    monkeypatch.setattr(one_by_one, "_line", line)

    def compute(name: str) -> None:
        with line.turn(), places.hold():
            done.append(name)

    with places.hold():  # somebody computes for long
        threads = [_started(lambda: compute("one")), _started(lambda: compute("other"))]
        _until(lambda: places.num_waiting == 2)  # both wait for the place, none for a turn
        with line.turn():
            assert done == []
    assert _all_end(threads)
    assert sorted(done) == ["one", "other"]


def test_who_waits_for_something_else_lets_the_next_one_run(monkeypatch) -> None:
    line, is_made, done = Line(NEVER, NEVER), threading.Event(), []
    monkeypatch.setattr(one_by_one, "_line", line)

    def wait_for_it() -> None:
        with line.turn():
            done.append("waits")
            with waiting(NEVER) as limit_s:
                done.append(is_made.wait(limit_s))

    def make_it() -> None:
        with line.turn():
            is_made.set()

    waits = _started(wait_for_it)
    _until(lambda: done == ["waits"])
    assert _all_end([_started(make_it), waits])
    assert done == ["waits", True]
