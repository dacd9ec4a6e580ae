"""What goes into the process of a training, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from cnnviz.models.specs import NetworkSpec
from cnnviz.models.transforms import InputSpec
from cnnviz.training.data import LabelledPictures
from cnnviz.training.plain import Step
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import Snapshot

if TYPE_CHECKING:
    from cnnviz.training.material import Material  # the process needs none of it


@dataclass(frozen=True, eq=False)
class Job:
    """Everything that decides a run; the same job gives the same weights.

    Attributes:
        network: that takes the material's pictures (see `cnnviz.training.networks.adapted`).
        material: of which the training pictures are learnt.
        plan: how.
    """

    network: NetworkSpec
    material: Material
    plan: Plan


@dataclass(frozen=True, eq=False)
class Order:
    """A job as it is sent: arrays of numpy go through a pipe without copies of them."""

    network: NetworkSpec
    input: InputSpec
    pictures: np.ndarray
    labels: np.ndarray
    plan: Plan

    @property
    def data(self) -> LabelledPictures:
        """The pictures to learn from, as tensors that share the arrays' memory."""
        return LabelledPictures(torch.from_numpy(self.pictures), torch.from_numpy(self.labels))


def order_of(job: Job) -> Order:
    """What the process needs of a job: nothing of the validation pictures."""
    data = job.material.training
    return Order(
        job.network, job.material.input, data.pictures.numpy(), data.labels.numpy(), job.plan
    )


@dataclass(frozen=True)
class End:
    """Why a run is over: all steps done (no sentence), or a sentence of what went wrong."""

    sentence: str = ""


@dataclass(frozen=True, eq=False)
class News:
    """What is told at once: the steps since the last time, and what belongs after them."""

    steps: list[Step]
    kept: tuple[int, float, dict[str, np.ndarray]] | None = None  # a snapshot as it is sent
    end: End | None = field(default=None)


def sent(snapshot: Snapshot) -> tuple[int, float, dict[str, np.ndarray]]:
    """A snapshot as it is sent."""
    weights = {name: weight.numpy() for name, weight in snapshot.weights.items()}
    return snapshot.step, snapshot.seconds, weights


def received(kept: tuple[int, float, dict[str, np.ndarray]]) -> Snapshot:
    """The snapshot of what `sent` made."""
    step, seconds, weights = kept
    return Snapshot(
        step, seconds, {name: torch.from_numpy(weight) for name, weight in weights.items()}
    )


Command = Literal["pause", "go on"]
