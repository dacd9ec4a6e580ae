"""Visitors' runs one after the other, in the order in which they come, as long as they are short.

Threads that are ready to run get the interpreter's lock in turns of half a millisecond, so of ten
runs of 5 ms that come together all end after 50 ms, not the first after 5 and the last after 50;
and the one that sends the answers waits behind all of them each time. So a run waits for its turn
before it begins. It cannot hold up anyone for long: a turn ends with the run, or when it waits or
computes in a place (`ui/compute`), or after `LONGEST_S`; from then on the run goes on beside the
others. And whoever has waited for `PATIENCE_S` begins whatever the others do.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition, Lock, local

LONGEST_S = 0.03  # of a turn: more than a short run takes, and less than a hand notices
PATIENCE_S = 0.5  # that a run waits at most; seldom needed, as turns end by themselves


@dataclass(eq=False)
class _Turn:
    """A run that stands in line, and later has its turn."""

    is_called: Condition
    until: float  # it waits no longer


class Line:
    """One turn at a time, in the order of asking; inside of a turn its thread asks for no other.

    Args:
        longest_s: after which a turn is over though the run is not.
        patience_s: after which who waits begins without one.
    """

    def __init__(self, longest_s: float = LONGEST_S, patience_s: float = PATIENCE_S) -> None:
        self._longest_s = longest_s
        self._patience_s = patience_s
        self._lock = Lock()
        self._line: deque[_Turn] = deque()
        self._running: _Turn | None = None
        self._ends = 0.0  # at the latest
        self._mine = local()

    @contextmanager
    def turn(self) -> Generator[None]:
        """Wait for a turn, and have it within."""
        if getattr(self._mine, "turn", None):
            yield
            return
        self._mine.turn = self._take()
        try:
            yield
        finally:
            self.end()
            self._mine.turn = None

    def end(self) -> None:
        """Let the next one begin, whatever this thread does from now on."""
        mine = getattr(self._mine, "turn", None)
        with self._lock:
            if mine is not None and self._running is mine:
                self._running = None
                self._call_next()

    @property
    def num_waiting(self) -> int:
        """How many stand in line."""
        return len(self._line)

    def _take(self) -> _Turn:
        with self._lock:
            mine = _Turn(Condition(self._lock), time.monotonic() + self._patience_s)
            self._line.append(mine)
            try:
                while (wait_s := self._wait_s(mine)) > 0:
                    mine.is_called.wait(wait_s)
            finally:
                self._line.remove(mine)
            self._running, self._ends = mine, time.monotonic() + self._longest_s
            self._call_next()  # who is first now waits for the end of this turn
            return mine

    def _wait_s(self, turn: _Turn) -> float:
        """How long it waits unless it is called before; 0 where it may begin."""
        until = turn.until
        if self._line[0] is turn:
            until = min(until, self._ends) if self._running else 0.0
        return max(0.0, until - time.monotonic())

    def _call_next(self) -> None:
        if self._line:
            self._line[0].is_called.notify()


_line = Line()  # made at import, so that first visitors who come together get the same


def line() -> Line:
    """The line of this server's visitors."""
    return _line
