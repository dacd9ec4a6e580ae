"""How much the server computes at once: every forward pass of a network stands in this queue.

A thread that holds a place never waits for another one: `computing()` inside of `computing()` is
the same place. Whoever waits does so in turn, and not for ever: after `LIMIT_S` seconds there is a
sentence instead. A wait that is long is told in the log, with what holds the places.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from threading import Condition, get_ident

AT_ONCE = 2  # forwards; each holds its activations, and a small host has 690 MB
LIMIT_S = 90.0  # a visitor waits no longer than this
LONG_S = 30.0  # a wait that the log tells of

_log = logging.getLogger(__name__)


class BusyError(Exception):
    """The server had no place in time; the message is a sentence for the visitor."""

    def __init__(self) -> None:
        super().__init__(
            "Many people are computing here just now, and your turn has not come in time: "
            "try again in a minute."
        )


class Places:
    """Places for computing, given in the order in which threads ask.

    Args:
        count: how many there are.
        limit_s: how long a thread waits for one.
        long_s: after how long a wait is logged.
    """

    def __init__(
        self, count: int = AT_ONCE, limit_s: float = LIMIT_S, long_s: float = LONG_S
    ) -> None:
        self.count = count
        self._limit_s = limit_s
        self._long_s = long_s
        self._changed = Condition()
        self._holders: dict[int, float] = {}  # thread -> since when
        self._line: deque[int] = deque()

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
        self._take(me)
        try:
            yield
        finally:
            self._give_back(me)

    def is_held(self) -> bool:
        """Whether this thread holds a place."""
        return get_ident() in self._holders

    def longest_hold_s(self) -> float:
        """For how many seconds the place that was taken first has been held; 0 if all are free."""
        with self._changed:
            now = time.monotonic()
            return now - min(self._holders.values(), default=now)

    def _take(self, me: int) -> None:
        begun, is_told = time.monotonic(), False
        with self._changed:
            self._line.append(me)
            try:
                while self._line[0] != me or len(self._holders) >= self.count:
                    waited = time.monotonic() - begun
                    if waited >= self._limit_s:
                        raise BusyError
                    if waited >= self._long_s and not is_told:
                        is_told = True
                        _log.warning("waiting %.0f s for a place; held by\n%s", waited, self._who())
                    until = self._limit_s if is_told else min(self._long_s, self._limit_s)
                    self._changed.wait(max(until - waited, 0.001))
                self._holders[me] = time.monotonic()
            finally:
                self._line.remove(me)
                self._changed.notify_all()

    def _give_back(self, me: int) -> None:
        with self._changed:
            del self._holders[me]
            self._changed.notify_all()

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
        BusyError: none was free within `LIMIT_S` seconds.
    """
    with places().hold():
        yield
