"""How much the server computes at once: every forward pass of a network stands in this queue.

A thread that holds a place never waits for another one: `computing()` inside of `computing()` is
the same place. Whoever waits does so in turn, and not for ever: a visitor's run that has waited
for `LIMIT_S` seconds, at once or in several waits, ends with a sentence instead. A wait that is
long is told in the log, with what holds the places.

The turn is that of a visitor's whole run: a run asks for a place ten times and more, and if each
time it went to the end of the line, a hundred visitors would all wait for a minute with their
pages half done. Work beside the runs (jobs, what may be asked next) lets runs pass for a while.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from bisect import insort
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Lock, get_ident, local

from cnnviz.ui.insides.runs import this_run
from cnnviz.ui.serving.one_by_one import line

AT_ONCE = 2  # forwards; each holds its activations, and a small host has 690 MB
LIMIT_S = 90.0  # a visitor's run waits no longer than this, all its waits together
LONG_S = 30.0  # a wait that the log tells of
LETS_PASS_S = 10.0  # runs that come so much later than work beside them still go first

_log = logging.getLogger(__name__)


class BusyError(Exception):
    """The server had no place in time; the message is a sentence for the visitor."""

    def __init__(self) -> None:
        super().__init__(
            "Many people are computing here just now, and your turn has not come in time: "
            "try again in a minute."
        )


_asked = local()  # for which run a thread asked, and since when


@contextmanager
def in_turn() -> Generator[None]:
    """Within it this thread stands in line like a visitor's run that begins now."""
    _asked.request = object()
    try:
        yield
    finally:
        _asked.request = None


def _turn() -> float:
    """When the visitor's run that this thread does first asked for a place; lower is earlier."""
    return _asked.since if _note_run() else time.monotonic() + LETS_PASS_S


def _note_run() -> bool:
    """Note which visitor's run this thread does, if it is a new one; whether it does any."""
    run = this_run() or getattr(_asked, "request", None)
    if run is not None and getattr(_asked, "run", None) is not run:
        _asked.run, _asked.since, _asked.waited_s = run, time.monotonic(), 0.0
    return run is not None


@contextmanager
def waiting(limit_s: float = LIMIT_S) -> Generator[float]:
    """Within it this thread waits: for so many seconds at most, in all that its run waits.

    The next visitor's run begins meanwhile.
    """
    line().end()
    if not _note_run():
        yield limit_s
        return
    begun = time.monotonic()
    try:
        yield max(0.0, limit_s - _asked.waited_s)
    finally:
        _asked.waited_s += time.monotonic() - begun


@dataclass(order=True)
class _Waiting:
    """Somebody in the line, and what wakes them when they are the next."""

    turn: float
    is_called: Condition = field(compare=False)


class Places:
    """Places for computing, given in the order in which visitors' runs first ask.

    Args:
        count: how many there are.
        limit_s: how long a visitor's run waits, in all; work beside the runs, each time.
        long_s: after how long a wait is logged.
    """

    def __init__(
        self, count: int = AT_ONCE, limit_s: float = LIMIT_S, long_s: float = LONG_S
    ) -> None:
        self.count = count
        self._limit_s = limit_s
        self._long_s = long_s
        self._lock = Lock()
        self._holders: dict[int, float] = {}  # thread -> since when
        self._line: list[_Waiting] = []

    @contextmanager
    def hold(self) -> Generator[None]:
        """Hold a place; inside of another `hold` of the same thread, that one.

        Raises:
            BusyError: none was free in time.
        """
        me = get_ident()
        if me in self._holders:
            yield
            return
        line().end()  # it may wait, and take long
        self._take(me)
        try:
            yield
        finally:
            self._give_back(me)

    def is_held(self) -> bool:
        """Whether this thread holds a place."""
        return get_ident() in self._holders

    @property
    def num_held(self) -> int:
        """How many places are held."""
        return len(self._holders)

    @property
    def num_waiting(self) -> int:
        """How many threads wait for one."""
        return len(self._line)

    def longest_hold_s(self) -> float:
        """For how many seconds the place that was taken first has been held; 0 if all are free."""
        with self._lock:
            now = time.monotonic()
            return now - min(self._holders.values(), default=now)

    def _take(self, me: int) -> None:
        with self._lock:
            mine = _Waiting(_turn(), Condition(self._lock))
            insort(self._line, mine)
            try:
                with waiting(self._limit_s) as limit_s:
                    self._wait(mine, limit_s)
                self._holders[me] = time.monotonic()
            finally:
                self._line = [other for other in self._line if other is not mine]
                self._call_next()

    def _wait(self, mine: _Waiting, limit_s: float) -> None:
        """Until it is the first in the line, and a place is free."""
        begun, is_told = time.monotonic(), False
        while self._line[0] is not mine or len(self._holders) >= self.count:
            waited = time.monotonic() - begun
            if waited >= limit_s:
                raise BusyError
            if waited >= self._long_s and not is_told:
                is_told = True
                _log.warning("waiting %.0f s for a place; held by\n%s", waited, self._who())
            until = limit_s if is_told else min(self._long_s, limit_s)
            mine.is_called.wait(max(until - waited, 0.001))

    def _call_next(self) -> None:
        if self._line and len(self._holders) < self.count:
            self._line[0].is_called.notify()

    def _give_back(self, me: int) -> None:
        with self._lock:
            del self._holders[me]
            self._call_next()

    def _who(self) -> str:
        """Where the threads that hold the places are."""
        frames = sys._current_frames()
        return "\n".join(
            "".join(traceback.format_stack(frames[thread], limit=12))
            for thread in self._holders
            if thread in frames
        )


_places = Places()  # made at import, so that first visitors who come together get the same


def places() -> Places:
    """The places of this server."""
    return _places


@contextmanager
def computing() -> Generator[None]:
    """Hold one of the server's places for computing; waits while all are taken.

    Raises:
        BusyError: none was free in time, see `LIMIT_S`.
    """
    with places().hold():
        yield
