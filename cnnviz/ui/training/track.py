"""The snapshots of a run, and what was worked out of each, once."""

from __future__ import annotations

import time
from collections.abc import Sequence

from torch import Tensor

from cnnviz.behind import behind
from cnnviz.builder.modules import build
from cnnviz.figures.training.course import Course
from cnnviz.figures.training.seen import Seen
from cnnviz.training.apart import Job, Run
from cnnviz.training.moments import Look, Moment, first_filters, look, moment
from cnnviz.training.plain import Step
from cnnviz.training.snapshots import Snapshot, snapshot
from cnnviz.training.verdict import distance
from cnnviz.ui.compute import LIMIT_S, BusyError, computing, waiting

NEAR = 2  # pictures before and after the one that is looked at, of which what was seen is kept


class Track:
    """A run as the page shows it: its steps, and its snapshots as far as they are worked out.

    Before it has begun it has one snapshot, of the weights that it will begin with.

    Args:
        job: what is trained, on what and how.
        start: that snapshot and what was worked out of it, where it is known.
    """

    def __init__(self, job: Job, start: tuple[Snapshot, Moment] | None = None) -> None:
        self.job = job
        self._run: Run | None = None
        self._course = Course()
        self._start = start[0] if start else None
        self._moments: dict[int, Moment] = {start[0].step: start[1]} if start else {}
        self._looks: dict[tuple[int, int], Look] = {}
        self._moved: dict[int, float] = {}

    def follow(self, run: Run) -> None:
        """Take steps and snapshots from this run from now on."""
        self._run = run

    @property
    def steps(self) -> list[Step]:
        """What was told of each step so far; more may come at any moment."""
        return [*self._run.steps] if self._run else []

    @property
    def course(self) -> Course:
        """The same as columns."""
        if self._run:
            self._course.take(self._run.steps)
        return self._course

    @property
    def num_steps(self) -> int:
        """Of the whole run."""
        return self.job.plan.num_steps(len(self.job.material.training))

    @property
    def snapshots(self) -> Sequence[Snapshot]:
        """The snapshots so far, at least that of the start."""
        kept = [*self._run.snapshots] if self._run else []
        return kept or [self._first()]

    def seen(self, picture: int, slice_s: float) -> list[Seen]:
        """The snapshots that are worked out, in order, with at most about so long for new ones.

        Raises:
            BusyError: no place for computing was free.
        """
        until, found = time.monotonic() + slice_s, list[Seen]()
        for shot in self.snapshots:
            left = until - time.monotonic() if found else LIMIT_S
            one = self._known(shot, picture) or self._worked_out(shot, picture, left)
            if one is None:
                break
            found.append(one)
        if not found:
            raise BusyError
        return found

    def moved(self, now: Snapshot) -> float:
        """How far all weights of a snapshot have come, as a share of where they started."""
        if now.step not in self._moved:
            self._moved[now.step] = distance(self.snapshots[0].weights, now.weights)
        return self._moved[now.step]

    def _known(self, shot: Snapshot, picture: int) -> Seen | None:
        now, seen = self._moments.get(shot.step), self._looks.get((shot.step, picture))
        return Seen(shot, now, seen, self._filters(shot)) if now and seen else None

    def _worked_out(self, shot: Snapshot, picture: int, within_s: float) -> Seen | None:
        """What a snapshot shows, or None where that cannot be told in time.

        While the run trains, snapshots come without anybody's asking: the pages go first.
        """
        if within_s < 0:
            return None
        if self._run is None or self._run.end:
            with computing():
                return self._work_out(shot, picture)
        coming = behind().submit(self._work_out, shot, picture)
        try:
            with waiting(min(within_s, LIMIT_S)) as limit_s:
                return coming.result(limit_s)
        except TimeoutError:
            return None  # it is there for a later frame

    def _work_out(self, shot: Snapshot, picture: int) -> Seen:
        network, material = self.job.network, self.job.material
        now = self._moments.get(shot.step) or moment(network, shot, material)
        self._moments[shot.step] = now
        seen = self._looks.get((shot.step, picture))
        if seen is None:
            seen = look(network, shot.weights, material, material.validation.pictures[picture])
            self._forget_far_pictures(picture)
            self._looks[shot.step, picture] = seen
        return Seen(shot, now, seen, self._filters(shot))

    def _filters(self, shot: Snapshot) -> Tensor | None:
        try:
            return first_filters(self.job.network, shot.weights)
        except ValueError:
            return None

    def _forget_far_pictures(self, picture: int) -> None:
        count = len(self.job.material.validation)
        near = {(picture + step) % count for step in range(-NEAR, NEAR + 1)}
        for key in [key for key in list(self._looks) if key[1] not in near]:
            self._looks.pop(key, None)

    def _first(self) -> Snapshot:
        if self._start is None:
            self._start = snapshot(build(self.job.network, seed=self.job.plan.seed), 0)
        return self._start
