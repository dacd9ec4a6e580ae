"""Places for computing: never nested, given in turn, and not waited for without end."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from cnnviz.ui import compute
from cnnviz.ui.compute import BusyError, Places


def _started(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _until(condition) -> None:
    while not condition():
        time.sleep(0.001)


def test_a_thread_that_holds_a_place_does_not_wait_for_another():
    places, barrier, done = Places(2, limit_s=60), threading.Barrier(2), []

    def work() -> None:
        with places.hold():
            barrier.wait(30)  # now both places are taken
            with places.hold(), places.hold():
                done.append(True)

    threads = [_started(work) for _ in range(2)]
    for thread in threads:
        thread.join(30)
    assert done == [True, True]


def test_no_more_than_so_many_hold_a_place_and_all_get_one():
    places, now, most, done = Places(3, limit_s=60), [], [], []

    def work() -> None:
        with places.hold():
            now.append(1)
            most.append(len(now))
            time.sleep(0.001)
            now.pop()
        done.append(True)

    threads = [_started(work) for _ in range(40)]
    for thread in threads:
        thread.join(60)
    assert len(done) == 40
    assert max(most) <= 3


def test_who_asks_first_is_first():
    places, order = Places(1, limit_s=60), []

    def work(number: int) -> None:
        with places.hold():
            order.append(number)

    with places.hold():
        threads = []
        for number in range(5):
            threads.append(_started(lambda number=number: work(number)))
            _until(lambda number=number: len(places._line) == number + 1)
    for thread in threads:
        thread.join(30)
    assert order == [0, 1, 2, 3, 4]


def test_a_run_has_its_turn_however_often_it_asks_and_work_beside_it_lets_it_pass(monkeypatch):
    places, order, runs = Places(1, limit_s=60), [], {}
    monkeypatch.setattr(compute, "this_run", lambda: runs.get(threading.get_ident()))

    def work(name: str, run: object | None, times: int) -> None:
        runs[threading.get_ident()] = run
        for _ in range(times):
            with places.hold():
                order.append(name)

    def come(name: str, run: object | None, times: int) -> threading.Thread:
        before = len(places._line)
        thread = _started(lambda: work(name, run, times))
        _until(lambda: len(places._line) > before)
        return thread

    with places.hold():
        threads = [come("job", None, 1), come("one", object(), 3), come("two", object(), 2)]
    for thread in threads:
        thread.join(30)
    # whoever gives a place back and asks again may find the next one in it, once
    assert sorted(order) == ["job", *["one"] * 3, *["two"] * 2]
    assert order[0] == "one"
    assert order[-1] == "job"


def test_a_thread_has_a_new_turn_in_each_run(monkeypatch):
    one, two = object(), object()
    runs = iter([one, one, two, None])
    monkeypatch.setattr(compute, "this_run", lambda: next(runs))
    first, again, next_run, beside = (compute._turn() for _ in range(4))
    assert first == again < next_run < beside


def test_a_wait_ends_with_a_sentence_and_the_log_says_who_held_the_place(caplog):
    places, is_over = Places(1, limit_s=0.05, long_s=0.01), threading.Event()

    def a_long_computation() -> None:
        with places.hold():
            is_over.wait(60)

    holder = _started(a_long_computation)
    _until(lambda: places.longest_hold_s() > 0)
    caplog.set_level(logging.WARNING)
    with pytest.raises(BusyError, match="try again"), places.hold():
        pass
    is_over.set()
    holder.join(30)
    assert "a_long_computation" in caplog.text
    with places.hold():  # who gave up does not stand in the line
        assert places.longest_hold_s() >= 0
    assert places.longest_hold_s() == 0


def test_a_place_is_given_back_after_an_error():
    places = Places(1, limit_s=0.01)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), places.hold():
            _ = 1 / 0
    assert not places.is_held()


def test_the_waits_of_a_run_are_bounded_all_together(monkeypatch):
    now, run = 0.0, object()
    monkeypatch.setattr(compute.time, "monotonic", lambda: now)
    monkeypatch.setattr(compute, "this_run", lambda: run)
    with compute.waiting(90) as first:
        now += 60
    with compute.waiting(90) as second:
        now += 40
    with compute.waiting(90) as third:
        pass
    assert (first, second, third) == (90, 30, 0)
    run = object()
    with compute.waiting(90) as next_run:
        now += 60
    assert next_run == 90
    run = None  # work beside the runs
    for _ in range(2):
        with compute.waiting(90) as beside:
            now += 60
        assert beside == 90


def test_a_run_that_has_waited_enough_takes_what_is_free_and_waits_no_more(monkeypatch):
    places, is_over, run = Places(1, limit_s=60), threading.Event(), object()
    me = threading.get_ident()
    monkeypatch.setattr(compute, "this_run", lambda: run if threading.get_ident() == me else None)
    with places.hold():
        pass
    compute._asked.waited_s = 60.0
    with places.hold():
        pass

    def hold() -> None:
        with places.hold():
            is_over.wait(60)

    holder = _started(hold)
    _until(lambda: places.num_held == 1)
    with pytest.raises(BusyError), places.hold():
        pass
    is_over.set()
    holder.join(30)
