"""The snapshots of a run, and what was worked out of each, once."""

from __future__ import annotations

import time
from collections.abc import Sequence

from torch import Tensor

from cnnviz.builder.modules import build
from cnnviz.figures.training.seen import Seen
from cnnviz.training.apart import Job, Run
from cnnviz.training.moments import Look, Moment, first_filters, look, moment
from cnnviz.training.plain import Step
from cnnviz.training.snapshots import Snapshot, snapshot
from cnnviz.training.verdict import distance
from cnnviz.ui.compute import computing

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
        shots, until = self.snapshots, time.monotonic() + slice_s
        found: list[Seen] = []
        for shot in shots:
            is_known = shot.step in self._moments and (shot.step, picture) in self._looks
            if found and not is_known and time.monotonic() > until:
                break
            found.append(self._seen(shot, picture))
        return found

    def moved(self, now: Snapshot) -> float:
        """How far all weights of a snapshot have come, as a share of where they started."""
        if now.step not in self._moved:
            self._moved[now.step] = distance(self.snapshots[0].weights, now.weights)
        return self._moved[now.step]

    def _seen(self, shot: Snapshot, picture: int) -> Seen:
        network, material = self.job.network, self.job.material
        if shot.step not in self._moments:
            with computing():
                self._moments[shot.step] = moment(network, shot, material)
        if (shot.step, picture) not in self._looks:
            pixels = material.validation.pictures[picture]
            with computing():
                kept = look(network, shot.weights, material, pixels)
            self._forget_far_pictures(picture)
            self._looks[shot.step, picture] = kept
        return Seen(
            shot, self._moments[shot.step], self._looks[shot.step, picture], self._filters(shot)
        )

    def _filters(self, shot: Snapshot) -> Tensor | None:
        try:
            return first_filters(self.job.network, shot.weights)
        except ValueError:
            return None

    def _forget_far_pictures(self, picture: int) -> None:
        count = len(self.job.material.validation)
        near = {(picture + step) % count for step in range(-NEAR, NEAR + 1)}
        for key in [key for key in self._looks if key[1] not in near]:
            self._looks.pop(key, None)

    def _first(self) -> Snapshot:
        if self._start is None:
            self._start = snapshot(build(self.job.network, seed=self.job.plan.seed), 0)
        return self._start
