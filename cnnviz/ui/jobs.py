"""Work that takes longer than anyone should wait for: done in the background, watched, stopped.

A task that can be ordered is done by a worker: a process beside the server, or another machine
where the operator has some, as many at once as they have places. What cannot be ordered, and all of
it where there is no memory for a worker, is done by the server, one task after the other, so that a
place for quick answers is always free however many visitors ask. One task of each job is done in
turn. Who asks for the same work shares it. A job goes on while somebody watches it; it ends when
the last of them stops it or leaves.
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
from typing import Any

from cnnviz.cluster.order import HERE, WAITS, Elsewhere, FailedError, LostError, Order
from cnnviz.machine_memory import workers_beside
from cnnviz.operator_settings import operator_settings
from cnnviz.progress import Progress, StoppedError
from cnnviz.ui.compute import BusyError, computing

PATIENCE_S = 45.0  # a watcher who has not been seen for so long has left
MOST_WORDS = 200  # sentences that wait for visitors to come by
MOST_KINDS = 200  # of jobs, whose times are remembered
SOON_SAID = 0.04  # share of a job that is done before it is said how long it takes
LOOK_AGAIN_S = 1.0  # whether the machines elsewhere are back
FAILED = "This could not be computed; why, is in the server's log. Other settings may do."

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ordered:
    """A task as workers may do it, beside the server or on other machines.

    Attributes:
        order: makes the order; None where there is nothing to be done any more.
        take: keeps the result.
        show: keeps what there is of it meanwhile.
        is_repainted: the page is drawn again whenever there is more of it.
    """

    order: Callable[[], Order | None]
    take: Callable[[Any], None]
    show: Callable[[Any], None] = lambda _: None
    is_repainted: bool = False


@dataclass(frozen=True)
class Task:
    """A part of a job: what it is called, and what does it and keeps its own result.

    Attributes:
        label: for the visitor.
        work: does it here.
        ordered: the same for workers; None where only this server has what it needs.
    """

    label: str
    work: Callable[[Progress], None]
    ordered: Ordered | None = None


@dataclass(eq=False)
class Job:
    """Tasks done one after the other, and how far they are."""

    key: Hashable
    tasks: Sequence[Task]
    done: int = 0
    part: float = 0.0  # of the task that is being done
    is_begun: bool = False
    is_sent: bool = False  # to workers, and none has taken it yet
    shown: int = 0  # how often there was something new to look at
    note: str = ""  # why it is not done as the operator meant it
    kind: Hashable = None  # jobs of a kind take about equally long for each task
    begun_at: float = 0.0
    took: float = 0.0  # seconds of the tasks that are done
    watchers: dict[str, float] = field(default_factory=dict)  # who, and when last seen

    @property
    def share(self) -> float:
        """How much of the job is done, in [0, 1]."""
        return min(1.0, (self.done + self.part) / len(self.tasks))

    @property
    def label(self) -> str:
        """What is being done."""
        return self.tasks[min(self.done, len(self.tasks) - 1)].label

    def left_s(self) -> float:
        """About how many seconds it still takes; infinity before that can be said."""
        if not self.is_begun or self.share < SOON_SAID:
            return float("inf")
        return (time.monotonic() - self.begun_at) * (1 - self.share) / self.share

    def is_wanted(self) -> bool:
        """Whether somebody still watches."""
        limit = time.monotonic() - PATIENCE_S
        return any(seen > limit for seen in list(self.watchers.values()))


@dataclass(frozen=True)
class _Waiting:
    """Who waits for a task of a job that is done elsewhere."""

    job: Job
    ordered: Ordered

    def __call__(self, part: float) -> bool:
        self.job.part = part
        return self.job.is_wanted()

    def begin(self) -> None:
        self.job.is_sent = False

    def show(self, found: Any) -> None:
        self.ordered.show(found)
        self.job.shown += self.ordered.is_repainted


class Jobs:
    """The long work of one server.

    Args:
        place: what each task is done within; by default one of the places for computing.
        elsewhere: machines that take what can be ordered.
        waits: a task that can be ordered waits for machines that are lost.
        beside: workers of this machine, which take it where there are no others, or they are lost.
    """

    def __init__(
        self,
        place: Callable[[], AbstractContextManager[None]] = computing,
        elsewhere: Elsewhere | None = None,
        waits: bool = False,
        beside: Elsewhere | None = None,
    ) -> None:
        self._place, self._elsewhere, self._waits = place, elsewhere, waits
        self._beside = beside
        self._lock, self._here = Lock(), Lock()
        self._queue: deque[Job] = deque()
        self._known: dict[Hashable, Job] = {}
        self._last_words: dict[tuple[Hashable, str], str] = {}
        self._took: dict[Hashable, float] = {}  # seconds a task, of the last job of each kind
        self._threads, self._most_threads = 0, 1

    @property
    def num_known(self) -> int:
        """How many jobs go on or wait."""
        return len(self._known)

    @property
    def is_elsewhere(self) -> bool:
        """Whether there are workers for what can be ordered."""
        return bool(self._elsewhere or self._beside)

    def usual_s(self, kind: Hashable) -> float | None:
        """Seconds that a task of the last job of this kind took; None before there was one."""
        return self._took.get(kind)

    def knows(self, watcher: str) -> bool:
        """Whether a job of this visitor goes on or waits."""
        with self._lock:
            return any(watcher in job.watchers for job in self._known.values())

    def start(
        self, key: Hashable, tasks: Sequence[Task], watcher: str, kind: Hashable = None
    ) -> bool:
        """Begin a job, or watch it if somebody has begun it; False if it is one too many.

        Jobs of one `kind` take about equally long for each task.
        """
        with self._lock:
            if key not in self._known:
                if not tasks:
                    return False
                if refusal := self._refusal(watcher):
                    self._say(key, watcher, refusal)
                    return False
                self._known[key] = Job(key, tasks, kind=kind)
                self._queue.append(self._known[key])
            self._known[key].watchers[watcher] = time.monotonic()
            self._begin_thread()
            return True

    def _begin_thread(self) -> None:
        if self._queue and self._threads < self._most_threads:
            self._threads += 1
            Thread(target=self._run, name="jobs", daemon=True).start()

    def _refusal(self, watcher: str) -> str:
        """Why this visitor's job is one too many; empty if it is not."""
        settings = operator_settings()
        if len(self._known) >= settings.jobs:
            return "Too many visitors are waiting for long work just now: try again in a minute."
        own = sum(watcher in job.watchers for job in self._known.values())
        if own >= settings.jobs_each:
            return f"{own} long works of yours go on already: stop one of them, or wait for it."
        return ""

    def watch(self, key: Hashable, watcher: str) -> Job | None:
        """The job if it goes on and this visitor watches it; that they are here is noted."""
        with self._lock:
            job = self._known.get(key)
            if job is None or watcher not in job.watchers:
                return None
            job.watchers[watcher] = time.monotonic()
            return job

    def last_words(self, key: Hashable, watcher: str) -> str:
        """Why a job of this visitor was refused or given up, said once; empty if it was not."""
        with self._lock:
            return self._last_words.pop((key, watcher), "")

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

    def _say(self, key: Hashable, watcher: str, sentence: str) -> None:
        self._last_words[key, watcher] = sentence
        while len(self._last_words) > MOST_WORDS:
            del self._last_words[next(iter(self._last_words))]

    def _run(self) -> None:
        self._count_places()
        while job := self._next():
            with self._lock:
                self._begin_thread()
            is_here = not self._may_be_sent(job)
            is_over = not job.is_wanted() or not self._did(job, is_here)
            if is_here:
                self._here.release()
            self._count_places()
            with self._lock:
                is_forgotten = self._known.get(job.key) is not job
                if not is_forgotten and (is_over or job.done >= len(job.tasks)):
                    del self._known[job.key]
                elif not is_forgotten:
                    self._queue.append(job)

    def _count_places(self) -> None:
        """One thread for what is done here, and one for each place of a worker."""
        workers = self._elsewhere or self._beside
        self._most_threads = 1 + (workers.places() if workers else 0)

    def _next(self) -> Job | None:
        """The first in the line whose next task may begin; what is done here is done alone."""
        with self._lock:
            for job in self._queue:
                if self._may_be_sent(job) or self._here.acquire(blocking=False):
                    self._queue.remove(job)
                    return job
            self._threads -= 1
            return None

    def _may_be_sent(self, job: Job) -> bool:
        return self.is_elsewhere and job.tasks[job.done].ordered is not None

    def _did(self, job: Job, is_here: bool) -> bool:
        """Do the next task of a job; False if it was stopped or failed."""
        begun = time.monotonic()
        if not job.is_begun:
            job.is_begun, job.begun_at = True, begun
        task = job.tasks[job.done]
        try:
            if is_here:
                self._work(job, task)
            elif not (self._was_done_elsewhere(job, task) or self._was_done_beside(job, task)):
                self._work_in_turn(job, task)
        except StoppedError:
            return False
        except (FailedError, BusyError) as error:
            self._give_up(job, str(error))
            return False
        except Exception:
            _log.exception("the task %r failed", task.label)
            self._give_up(job, FAILED)
            return False
        job.done, job.part = job.done + 1, 0.0
        job.took += time.monotonic() - begun
        if job.kind is not None and job.done == len(job.tasks):
            self._remember(job)
        return True

    def _give_up(self, job: Job, why: str) -> None:
        with self._lock:
            for watcher in job.watchers:
                self._say(job.key, watcher, why)

    def _remember(self, job: Job) -> None:
        """How long jobs of its kind take."""
        with self._lock:
            self._took.pop(job.kind, None)
            self._took[job.kind] = job.took / len(job.tasks)
            while len(self._took) > MOST_KINDS:
                del self._took[next(iter(self._took))]

    def _work(self, job: Job, task: Task) -> None:
        def progress(part: float) -> bool:
            job.part = part
            return job.is_wanted()

        with self._place():
            task.work(progress)

    def _work_in_turn(self, job: Job, task: Task) -> None:
        """Do here what was meant for elsewhere, alone as all that is done here."""
        while not self._here.acquire(timeout=LOOK_AGAIN_S):
            _stop_if_unwanted(job)
        try:
            self._work(job, task)
        finally:
            self._here.release()

    def _was_done_elsewhere(self, job: Job, task: Task) -> bool:
        """Have it done elsewhere; False if it is to be done by this machine instead."""
        while self._elsewhere:
            try:
                self._send(job, task, self._elsewhere)
                return True
            except LostError as error:
                job.note = f"{error} {WAITS if self._waits else HERE}"
                _log.warning("%s (%s)", error, task.label)
            if not self._waits:
                return False
            time.sleep(LOOK_AGAIN_S)
            _stop_if_unwanted(job)
        return False

    def _was_done_beside(self, job: Job, task: Task) -> bool:
        """Have it done by a worker of this machine; False if the server does it."""
        if self._beside is None:
            return False
        note = job.note  # why no other machine does it
        try:
            self._send(job, task, self._beside)
        except LostError as error:
            job.note = f"{error} {HERE}"
            _log.warning("%s (%s)", error, task.label)
            return False
        job.note = note
        return True

    def _send(self, job: Job, task: Task, workers: Elsewhere) -> None:
        assert task.ordered
        order = task.ordered.order()
        if order is None:
            return
        job.is_sent = True
        try:
            task.ordered.take(workers.do(order, _Waiting(job, task.ordered)))
            job.note = ""
        finally:
            job.is_sent, job.part = False, 0.0


def _stop_if_unwanted(job: Job) -> None:
    if not job.is_wanted():
        raise StoppedError("nobody waits for it any more")


@cache
def machines() -> Elsewhere | None:
    """The machines for heavy work that the operator has named."""
    if (scheduler := operator_settings().cluster) is None:
        return None
    from cnnviz.cluster.client import Cluster  # the engine is installed only where it is asked for

    return Cluster(scheduler)


def waits_for_machines() -> bool:
    """Whether heavy work waits while those machines are lost, as the operator chose."""
    return operator_settings().cluster_lost == "wait"


@cache
def jobs() -> Jobs:
    """The long work of this server."""
    return Jobs(elsewhere=machines(), waits=waits_for_machines(), beside=_beside())


def _beside() -> Elsewhere | None:
    """The workers that this machine has room for beside the server."""
    if not (count := workers_beside()):
        return None
    from cnnviz.cluster.beside import Beside  # torch, and it is asked when the first work comes

    return Beside(count)


@cache
def downloads() -> Jobs:
    """Files on their way to this server, which take no place of computing while they wait."""
    return Jobs(nullcontext)
