"""Work that may be asked for next, done while the server has nothing else to do.

One thread does a task at a time, and before each it waits until the process has been quiet for a
moment: nobody who asks for something ever waits for more than the task that is going on. A visitor
has one list of such work; a new one takes the place of the last. What is old is dropped.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from threading import Condition, Thread

from cnnviz.ui.compute import BusyError

QUIET_S = 0.25  # for so long the process must have done next to nothing
BUSY = 0.3  # of one core, from which on it is not quiet
STALE_S = 20.0  # a list that has waited for so long is dropped: its visitor is elsewhere
MOST_VISITORS = 40

_log = logging.getLogger(__name__)

Work = Callable[[], None]


class Idle:
    """Lists of work, by visitor.

    Args:
        is_quiet: waits for a moment and says whether the server was quiet meanwhile.
    """

    def __init__(self, is_quiet: Callable[[], bool] | None = None) -> None:
        self._is_quiet = is_quiet or was_quiet
        self._changed = Condition()
        self._lists: OrderedDict[str, tuple[float, deque[Work]]] = OrderedDict()
        self._thread: Thread | None = None

    def later(self, visitor: str, work: Iterable[Work]) -> None:
        """This may be asked for next by a visitor, instead of what was said before."""
        tasks = deque(work)
        with self._changed:
            self._lists.pop(visitor, None)
            if tasks:
                self._lists[visitor] = time.monotonic(), tasks
            while len(self._lists) > MOST_VISITORS:
                self._lists.popitem(last=False)
            if self._lists and self._thread is None:
                self._thread = Thread(target=self._run, name="idle", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._lists:
                    self._changed.wait()
            if self._is_quiet() and (task := self._next()):
                _do(task)

    def _next(self) -> Work | None:
        """The next task of the visitor who came last."""
        with self._changed:
            while self._lists:
                visitor, (since, tasks) = next(reversed(self._lists.items()))
                if time.monotonic() - since <= STALE_S and tasks:
                    return tasks.popleft()
                del self._lists[visitor]
            return None


def _do(task: Work) -> None:
    try:
        task()
    except BusyError:  # others compute: it may not be asked for at all
        pass
    except Exception:
        _log.exception("work ahead failed")


def was_quiet() -> bool:
    """Wait for a moment; whether the process has used little time of the processor in it."""
    before = time.process_time()
    time.sleep(QUIET_S)
    return time.process_time() - before < BUSY * QUIET_S


_idle = Idle()


def idle() -> Idle:
    """The work ahead of this server."""
    return _idle
