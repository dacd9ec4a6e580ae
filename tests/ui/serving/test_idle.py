"""Work ahead: done while nobody asks, the last visitor's first, and dropped when it is old."""

from threading import Event

from cnnviz.ui.compute import BusyError
from cnnviz.ui.serving import idle as module
from cnnviz.ui.serving.idle import Idle, was_quiet

WITHIN_S = 30


def noting(done: list[str], name: str, then: Event | None = None):
    def work() -> None:
        done.append(name)
        if then is not None:
            then.set()

    return work


def test_nothing_is_done_while_the_server_is_busy():
    asked, go = Event(), Event()

    def is_quiet() -> bool:
        asked.set()
        return go.wait(WITHIN_S)

    done: list[str] = []
    over = Event()
    work = Idle(is_quiet)
    work.later("a visitor", [noting(done, "first"), noting(done, "second", over)])
    assert asked.wait(WITHIN_S)
    assert done == []
    go.set()
    assert over.wait(WITHIN_S)
    assert done == ["first", "second"]


def test_who_came_last_is_served_first_and_a_new_list_takes_the_place_of_the_old_one():
    go, over = Event(), Event()
    done: list[str] = []
    work = Idle(lambda: go.wait(WITHIN_S))
    work.later("one", [noting(done, "one's old"), noting(done, "one's old too")])
    work.later("two", [noting(done, "two's", over)])
    work.later("one", [noting(done, "one's new")])
    go.set()
    assert over.wait(WITHIN_S)
    assert done == ["one's new", "two's"]


def test_what_fails_keeps_nothing_else_from_being_done(caplog):
    over = Event()
    done: list[str] = []

    def fail() -> None:
        raise RuntimeError("no map today")

    work = Idle(lambda: True)
    work.later("a visitor", [fail, noting(done, "the next", over)])
    assert over.wait(WITHIN_S)
    assert "no map today" in caplog.text


def test_what_finds_no_place_in_time_is_no_error(caplog):
    def busy() -> None:
        raise BusyError

    ahead, done, is_done = Idle(is_quiet=lambda: True), [], Event()
    ahead.later("one", [busy, noting(done, "next", is_done)])
    assert is_done.wait(WITHIN_S)
    assert not caplog.text


def test_old_lists_are_dropped_and_there_are_never_many(monkeypatch):
    monkeypatch.setattr(module, "STALE_S", -1.0)
    work = Idle(lambda: False)
    for number in range(3 * module.MOST_VISITORS):
        work.later(str(number), [lambda: None])
    assert len(work._lists) == module.MOST_VISITORS
    assert work._next() is None
    assert not work._lists


def test_a_process_that_computes_is_not_quiet(monkeypatch):
    times = iter([10.0, 10.0 + module.QUIET_S, 20.0, 20.0])
    monkeypatch.setattr(module.time, "process_time", lambda: next(times))
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    assert not was_quiet()
    assert was_quiet()
