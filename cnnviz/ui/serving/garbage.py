"""The interpreter's search for garbage, which nobody waits for.

A full search looks at every object there is and lets no thread run meanwhile. With torch and the
pages in memory that is 0.2 s, every few seconds once thirty visitors are there. Nearly all of it
has been imported and stays, so it is put aside, and a full search looks at what visitors have made.
What was garbage just then, or becomes it later, is found when the server is quiet, and where it
never is, now and then all the same.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

QUIET = 0.02  # of one core, up to which the process does nothing for anybody
WORTH_S = 5.0  # of the processor, in which visitors leave something behind that is worth the search
OVERDUE_S = 300.0  # of the processor, after which it is done though somebody waits 0.2 s for it


@contextmanager
def none_sought() -> Generator[None]:
    """Within it nothing is looked for: what is imported is no garbage. Afterwards it is aside."""
    before = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) != before:
            gc.freeze()
        gc.enable()


class Garbage:
    """When the search is due, as who looks after it in turns finds out."""

    def __init__(self) -> None:
        self._num_modules = 0
        self._searched_s = time.process_time()
        self._turn = time.monotonic(), time.process_time()

    def tend(self) -> None:
        """Put aside what has been imported since the last time; search where nobody waits.

        A search puts aside what visitors hold at that moment too: until the next one it is not
        found, so there is a next one on a server that is never quiet.
        """
        if len(sys.modules) != self._num_modules:
            self._num_modules = len(sys.modules)
            gc.collect()  # what visitors have lost is not put aside with it
            gc.freeze()
        used_s = time.process_time() - self._searched_s
        if used_s > (WORTH_S if self._was_quiet() else OVERDUE_S):
            search_everything()
            self._searched_s = time.process_time()

    def _was_quiet(self) -> bool:
        """Whether the process has done next to nothing since the last time."""
        since, used_s = self._turn
        self._turn = time.monotonic(), time.process_time()
        return self._turn[1] - used_s <= QUIET * (self._turn[0] - since)


def search_everything() -> None:
    """Search among what was put aside too; what is no garbage is aside afterwards."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
