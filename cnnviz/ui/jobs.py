"""Work that takes longer than anyone should wait for: done in the background, watched, stopped.

One thread does all long work of the server, one task of each job in turn, so that a place for
quick answers is always free however many visitors ask. Who asks for the same work shares it. A job
goes on while somebody watches it; it ends when the last of them stops it or leaves.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from threading import Lock, Thread

from cnnviz.operator_settings import operator_settings
from cnnviz.progress import Progress, StoppedError
from cnnviz.ui.compute import computing

PATIENCE_S = 45.0  # a watcher who has not been seen for so long has left

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """A part of a job: what it is called, and what does it and keeps its own result."""

    label: str
    work: Callable[[Progress], None]


@dataclass(eq=False)
class Job:
    """Tasks done one after the other, and how far they are."""

    key: Hashable
    tasks: Sequence[Task]
    done: int = 0
    part: float = 0.0  # of the task that is being done
    is_begun: bool = False
    watchers: dict[str, float] = field(default_factory=dict)  # who, and when last seen

    @property
    def share(self) -> float:
        """How much of the job is done, in [0, 1]."""
        return min(1.0, (self.done + self.part) / len(self.tasks))

    @property
    def label(self) -> str:
        """What is being done."""
        return self.tasks[min(self.done, len(self.tasks) - 1)].label

    def is_wanted(self) -> bool:
        """Whether somebody still watches."""
        limit = time.monotonic() - PATIENCE_S
        return any(seen > limit for seen in list(self.watchers.values()))


class Jobs:
    """The long work of one server.

    Args:
        place: what each task is done within; by default one of the places for computing.
    """

    def __init__(self, place: Callable[[], AbstractContextManager[None]] = computing) -> None:
        self._place = place
        self._lock = Lock()
        self._queue: deque[Job] = deque()
        self._known: dict[Hashable, Job] = {}
        self._worker: Thread | None = None

    @property
    def num_known(self) -> int:
        """How many jobs go on or wait."""
        return len(self._known)

    def start(self, key: Hashable, tasks: Sequence[Task], watcher: str) -> bool:
        """Begin a job, or watch it if somebody has begun it; False if too many are waiting."""
        with self._lock:
            if key not in self._known:
                if len(self._known) >= operator_settings().jobs or not tasks:
                    return False
                self._known[key] = Job(key, tasks)
                self._queue.append(self._known[key])
            self._known[key].watchers[watcher] = time.monotonic()
            if self._worker is None:
                self._worker = Thread(target=self._run, name="jobs", daemon=True)
                self._worker.start()
            return True

    def watch(self, key: Hashable, watcher: str) -> Job | None:
        """The job if it goes on and this visitor watches it; that they are here is noted."""
        with self._lock:
            job = self._known.get(key)
            if job is None or watcher not in job.watchers:
                return None
            job.watchers[watcher] = time.monotonic()
            return job

    def leave(self, key: Hashable, watcher: str) -> None:
        """Watch no longer; a job that nobody watches stops at its next step, and is forgotten."""
        with self._lock:
            job = self._known.get(key)
            if job is None:
                return
            job.watchers.pop(watcher, None)
            if not job.watchers:  # who asks again gets a job of their own, not one that is ending
                del self._known[key]
                if job in self._queue:
                    self._queue.remove(job)

    def waiting_before(self, job: Job) -> int:
        """How many jobs come before this one that has not begun."""
        with self._lock:
            return 0 if job.is_begun or job not in self._queue else self._queue.index(job) + 1

    def _run(self) -> None:
        while job := self._next():
            is_over = not job.is_wanted() or not self._did(job)
            with self._lock:
                is_forgotten = self._known.get(job.key) is not job
                if not is_forgotten and (is_over or job.done >= len(job.tasks)):
                    del self._known[job.key]
                elif not is_forgotten:
                    self._queue.append(job)

    def _next(self) -> Job | None:
        with self._lock:
            if not self._queue:
                self._worker = None
                return None
            return self._queue.popleft()

    def _did(self, job: Job) -> bool:
        """Do the next task of a job; False if it was stopped or failed."""
        job.is_begun = True

        def progress(part: float) -> bool:
            job.part = part
            return job.is_wanted()

        try:
            with self._place():
                job.tasks[job.done].work(progress)
        except StoppedError:
            return False
        except Exception:
            _log.exception("the task %r failed", job.label)
            return False
        job.done, job.part = job.done + 1, 0.0
        return True


@cache
def jobs() -> Jobs:
    """The long work of this server."""
    return Jobs()


@cache
def downloads() -> Jobs:
    """Files on their way to this server, which take no place of computing while they wait."""
    return Jobs(nullcontext)
