"""One snapshot of a run with all that a page shows of it."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from cnnviz.training.moments import Look, Moment
from cnnviz.training.snapshots import Snapshot


@dataclass(frozen=True, eq=False)
class Seen:
    """One snapshot with what was worked out of it.

    Attributes:
        snapshot: the weights.
        moment: what it answers to the validation pictures.
        look: one picture in it.
        filters: (K, channels, height, width) of the first layer; None where there are none.
    """

    snapshot: Snapshot
    moment: Moment
    look: Look
    filters: Tensor | None
