"""A training that goes on elsewhere, as who watches it sees it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import Protocol

from cnnviz.training.apart.job import Command, End, Job, News, Order, order_of, received
from cnnviz.training.apart.process import TrainingProcess
from cnnviz.training.limits import refusal
from cnnviz.training.plain import Step
from cnnviz.training.snapshots import Snapshot

STOPPED = End("Stopped.")


class Doer(Protocol):
    """Who does a training: a process of this machine, or another machine."""

    @property
    def pid(self) -> int | None:
        """Of the process, where it is one of this machine."""
        ...

    @property
    def note(self) -> str:
        """Why it is not done as the operator meant it; empty where it is."""
        ...

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has taken it yet."""
        ...

    def say(self, command: Command) -> None:
        """Have it pause or go on."""
        ...

    def stop(self) -> None:
        """End it; returns when nothing more is told."""
        ...


Begin = Callable[[Order, Callable[[News], None], Callable[[End], None]], Doer]


class Run:
    """A training that goes on elsewhere: what it has told so far, and the ways to steer it.

    Args:
        job: that it does.
        begin: begins it; told whom to tell the news, and the end.

    Attributes:
        job: that it does.
        num_steps: that it will have done at its end.
        steps: so far, in order; grows while the run goes on.
        snapshots: so far, in order; the first is of step 0.
        end: None while it goes on; then why it is over. A run that is refused (see
            `cnnviz.training.limits`) has an end from the first moment, and nobody does it.
        is_paused: whether it waits for `go_on`.
    """

    def __init__(self, job: Job, begin: Begin = TrainingProcess) -> None:
        self.job = job
        self.num_steps = job.plan.num_steps(len(job.material.training))
        self.steps: list[Step] = []
        self.snapshots: list[Snapshot] = []
        self.end: End | None = None
        self.is_paused = False
        self._is_stopped = False
        self._changed = Condition()
        self._doer: Doer | None = None
        if sentence := refusal(job.network, job.material, job.plan):
            self.end = End(sentence)
        else:
            self._doer = begin(order_of(job), self._hear, self._over)

    @property
    def pid(self) -> int | None:
        """Of the process; None for a run that was refused, or is done by another machine."""
        return self._doer.pid if self._doer else None

    @property
    def note(self) -> str:
        """Why it is not done as the operator meant it; empty where it is."""
        return self._doer.note if self._doer else ""

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a machine that takes it."""
        return self._doer is not None and self._doer.is_waiting

    def pause(self) -> None:
        """Stop after the step that is being done, until `go_on`."""
        self._say("pause")
        self.is_paused = True

    def go_on(self) -> None:
        """Go on after a pause."""
        self._say("go on")
        self.is_paused = False

    def stop(self) -> None:
        """End it; what it has told stays. Returns when nothing more is told."""
        self._is_stopped = True
        if self._doer:
            self._doer.stop()

    def wait(self, steps: int | None = None, timeout_s: float = 150.0) -> bool:
        """Wait until so many steps are done, or the run is over; False if that took too long."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self.end is not None or (steps is not None and len(self.steps) >= steps),
                timeout_s,
            )

    def _say(self, command: Command) -> None:
        if self._doer:
            self._doer.say(command)

    def _hear(self, news: News) -> None:
        with self._changed:
            self.steps += news.steps
            if news.kept:
                self.snapshots.append(received(news.kept))
            self._changed.notify_all()

    def _over(self, end: End) -> None:
        with self._changed:
            self.end = STOPPED if self._is_stopped else end
            self._changed.notify_all()
