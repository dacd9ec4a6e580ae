"""Runs made beforehand by `python -m cnnviz.residual`: curves and surfaces, with their recipe."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from statistics import fmean

from cnnviz.places import ASSETS, read_from

RECORDED = ASSETS / "recorded" / "residual.json"
CURVE_EVERY = 10  # steps, of which a curve holds the mean
POINTS, REACH, SEEDS = 21, 1.0, (1, 2)  # of the recorded surfaces
SURFACE_PICTURES = 256


@dataclass(frozen=True)
class RunPlan:
    """One pair of networks to be trained: their depth, their steps, and whether to look around."""

    depth: int
    steps: int
    has_surface: bool


PLANS = (
    RunPlan(20, 600, has_surface=False),
    RunPlan(56, 600, has_surface=True),
    RunPlan(32, 300, has_surface=True),
    RunPlan(56, 264, has_surface=True),
)


@dataclass(frozen=True)
class RecordedRun:
    """One trained network.

    Attributes:
        depth: layers with weights.
        steps: of training.
        residual: whether its blocks add their input.
        errors: share of the training pictures named wrongly, in [0, 1]: means of `CURVE_EVERY`
            steps.
        losses: means of `CURVE_EVERY` steps.
        right: share of the test pictures named rightly, in [0, 1].
        surface: loss by row along the second direction and column along the first; empty where
            nobody looked around.
    """

    depth: int
    steps: int
    residual: bool
    errors: tuple[float, ...]
    losses: tuple[float, ...]
    right: float
    surface: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Recording:
    """All recorded runs and how they came about, in words and as a command."""

    runs: tuple[RecordedRun, ...]
    data: str
    command: str
    date: str
    recipe: dict[str, float]

    def run(self, depth: int, steps: int, residual: bool) -> RecordedRun:
        """One of the runs.

        Raises:
            KeyError: it was not recorded.
        """
        wanted = depth, steps, residual
        for run in self.runs:
            if (run.depth, run.steps, run.residual) == wanted:
                return run
        raise KeyError(wanted)


def means(values: Sequence[float], every: int = CURVE_EVERY) -> tuple[float, ...]:
    """Means of each `every` values in a row, of what is left at the end as well."""
    return tuple(
        round(fmean(values[start : start + every]), 5) for start in range(0, len(values), every)
    )


def write(recording: Recording, path: Path = RECORDED) -> None:
    """Write a recording as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(recording), separators=(",", ":")) + "\n", encoding="utf-8")


@cache
def recording(path: Path = RECORDED) -> Recording:
    """The recording that comes with the project.

    Raises:
        AssetError: its file is missing or damaged.
    """
    with read_from(path):
        return _read(path)


def _read(path: Path) -> Recording:
    told = json.loads(path.read_text(encoding="utf-8"))
    runs = tuple(
        RecordedRun(
            **run
            | {
                "errors": tuple(run["errors"]),
                "losses": tuple(run["losses"]),
                "surface": tuple(map(tuple, run["surface"])),
            }
        )
        for run in told.pop("runs")
    )
    return Recording(runs=runs, **told)
