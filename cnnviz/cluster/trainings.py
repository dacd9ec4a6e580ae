"""A training on another machine: the work there, and how the replica follows it.

The machine tells nothing by itself: its replica asks several times a second for the steps and
snapshots that it has not got yet, so what is on the way is bounded. A machine that begins anew
after another one was lost comes by the same steps again, and is asked for what follows them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from threading import Condition, Event, Semaphore, Thread
from typing import Any

import numpy as np

from cnnviz.builder.codec import MAX_CODE, decode, encode
from cnnviz.cluster.order import (
    HERE,
    WAITS,
    Answering,
    Elsewhere,
    FailedError,
    LostError,
    Order,
)
from cnnviz.models.transforms import InputSpec
from cnnviz.progress import StoppedError, report
from cnnviz.training.apart import job as apart
from cnnviz.training.apart.job import Command, End, News
from cnnviz.training.apart.process import LOST, TrainingProcess
from cnnviz.training.apart.run import Begin, Doer
from cnnviz.training.plain import Step
from cnnviz.training.plan import Plan

LOOK_EVERY_S = 0.1
AGAIN_S = 1.0  # after which machines that are lost are asked again
MOST_BYTES = 8_000_000  # of snapshots in one answer; one is always taken
MOST_STEPS = 5_000  # in one answer

Kept = tuple[int, float, dict[str, np.ndarray]]  # a snapshot as it is sent
Told = tuple[np.ndarray, list[Kept], str | None]  # steps (n, 5), snapshots, how it ended

_log = logging.getLogger(__name__)


@dataclass
class _Notes:
    """What a training has told so far; told in one thread and read in others."""

    steps: list[Step] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    end: End | None = None
    changed: Condition = field(default_factory=Condition)

    def hear(self, news: News) -> None:
        with self.changed:
            self.steps += news.steps
            self.kept += [news.kept] if news.kept else []

    def over(self, end: End) -> None:
        with self.changed:
            self.end = end
            self.changed.notify_all()

    def is_over(self, within_s: float) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.end is not None, within_s)

    def whole(self) -> Told:
        with self.changed:
            return _table(self.steps), self.kept, self.end.sentence if self.end else None

    def after(self, step: int, kept: int) -> Told:
        """What follows a step and the snapshot of a step, as much as one answer may hold."""
        with self.changed:
            steps = self.steps[step : step + MOST_STEPS]
            last = max(step, steps[-1].step if steps else 0)
            shots = [shot for shot in self.kept if kept < shot[0] <= last]
        return _table(steps), _within(MOST_BYTES, shots), None


def _table(steps: Sequence[Step]) -> np.ndarray:
    """A row for each step."""
    rows = [(s.step, s.loss, s.accuracy, s.learning_rate, s.seconds) for s in steps]
    return np.array(rows, dtype=np.float64).reshape(-1, 5)


def _steps(table: np.ndarray) -> list[Step]:
    return [Step(int(row[0]), *row[1:]) for row in table.tolist()]


def _within(most_bytes: int, shots: Sequence[Kept]) -> list[Kept]:
    """The first of them, together at most so large; one in any case."""
    sizes = np.cumsum([sum(w.nbytes for w in weights.values()) for _, _, weights in shots])
    return list(shots[: max(1, int((sizes <= most_bytes).sum()))])


def training(
    watch: Answering,
    network: str,
    input: InputSpec,
    pictures: np.ndarray,
    labels: np.ndarray,
    plan: Plan,
) -> Told:
    """A training in a process of its own beside this worker: all that it told.

    Asked for (step, step of a snapshot, command) it answers what follows these.
    """
    notes = _Notes()
    order = apart.Order(decode(network), input, pictures, labels, plan)
    process = TrainingProcess(order, notes.hear, notes.over)
    total, said = plan.num_steps(len(labels)), ["go on"]

    def answer(question: tuple[int, int, Command]) -> Told:
        step, kept, command = question
        if command != said[0]:
            said[0] = command
            process.say(command)
        return notes.after(step, kept)

    watch.answer_with(answer)
    try:
        while not notes.is_over(LOOK_EVERY_S):
            report(watch, len(notes.steps) / total)
    except StoppedError:
        process.stop()
        raise
    return notes.whole()


def fits(order: apart.Order) -> bool:
    """Whether a network is short enough to be sent as text."""
    return len(encode(order.network)) <= MAX_CODE


class _Sent:
    """A training that other machines do, or this one where they are lost."""

    pid = None

    def __init__(
        self,
        machines: Elsewhere,
        here: Semaphore | None,
        order: apart.Order,
        hear: Callable[[News], None],
        over: Callable[[End], None],
    ) -> None:
        self._machines, self._here, self._order = machines, here, order
        self._tell, self._tell_end = hear, over
        self._step, self._kept = 0, -1  # the last ones that were told
        self._command: Command = "go on"
        self._process: TrainingProcess | None = None
        self._is_unwanted = Event()
        self.note, self.is_waiting = "", True
        self._thread = Thread(target=self._follow, name="training", daemon=True)
        self._thread.start()

    def say(self, command: Command) -> None:
        """Have it pause or go on, at the next question."""
        self._command = command
        if self._process:
            self._process.say(command)

    def stop(self) -> None:
        """End it; returns when nothing more is told."""
        self._is_unwanted.set()
        if self._process:
            self._process.stop()
        self._thread.join()

    # What `Elsewhere.do` is given to watch it.

    def __call__(self, _part: float) -> bool:
        return not self._is_unwanted.is_set()

    def begin(self) -> None:
        self.is_waiting, self.note = False, ""

    def show(self, _found: Any) -> None:
        """It is asked instead."""

    def question(self) -> tuple[int, int, Command]:
        return self._step, self._kept, self._command

    def hear(self, told: Told) -> None:
        steps, shots, _ = told
        self._hear_steps(_steps(steps), shots)

    def _hear_steps(self, steps: Sequence[Step], shots: Sequence[Kept]) -> None:
        """Tell what was not told yet: steps up to a snapshot, the snapshot, and so on."""
        rest = [step for step in steps if step.step > self._step]
        for shot in (shot for shot in shots if shot[0] > self._kept):
            before = list(takewhile(lambda step, at=shot[0]: step.step <= at, rest))
            rest = rest[len(before) :]
            self._tell(News(before, shot))
            self._kept = shot[0]
            self._step = before[-1].step if before else self._step
        if rest:
            self._tell(News(rest))
            self._step = rest[-1].step

    def _follow(self) -> None:
        end = LOST
        try:
            end = self._ended()
        except StoppedError:
            pass
        except FailedError as error:
            end = End(str(error))
        except Exception:
            _log.exception("a training elsewhere could not be followed")
        self._tell_end(end)

    def _ended(self) -> End:
        """Have it done, wherever it can be.

        Raises:
            StoppedError: it was stopped.
            FailedError: it cannot be done.
        """
        while True:
            try:
                steps, shots, sentence = self._machines.do(_plain(self._order), self, self)
                self._hear_steps(_steps(steps), shots)
                return End(sentence or "")
            except LostError as error:
                self.is_waiting, self.note = True, f"{error} {WAITS if not self._here else HERE}"
                _log.warning("%s (a training)", error)
            if self._here:
                return self._done_here(self._here)
            self._pause(AGAIN_S)

    def _pause(self, seconds: float) -> None:
        if self._is_unwanted.wait(seconds):
            raise StoppedError("nobody waits for it any more")

    def _done_here(self, here: Semaphore) -> End:
        while not here.acquire(timeout=LOOK_EVERY_S):
            self._pause(0)
        try:
            return self._by_process()
        finally:
            here.release()

    def _by_process(self) -> End:
        notes, self.is_waiting = _Notes(), False

        def hear(news: News) -> None:
            self._hear_steps(news.steps, [news.kept] if news.kept else [])

        self._process = TrainingProcess(self._order, hear, notes.over)
        self._process.say(self._command)
        while not notes.is_over(LOOK_EVERY_S):
            if self._is_unwanted.is_set():
                self._process.stop()
        return notes.end or LOST


def _plain(order: apart.Order) -> Order:
    given = {
        "network": encode(order.network), "input": order.input, "pictures": order.pictures,
        "labels": order.labels, "plan": order.plan,
    }  # fmt: skip
    return Order("training", given)


def on_machines(machines: Elsewhere, waits: bool, places_here: int) -> Begin:
    """How a replica begins trainings that other machines do.

    Args:
        machines: that do them.
        waits: while they are lost it waits for them, and is not done here.
        places_here: how many of them this machine does at once instead.
    """
    here = None if waits else Semaphore(max(1, places_here))

    def begin(
        order: apart.Order, hear: Callable[[News], None], over: Callable[[End], None]
    ) -> Doer:
        if not fits(order):
            return TrainingProcess(order, hear, over)
        return _Sent(machines, here, order, hear, over)

    return begin
