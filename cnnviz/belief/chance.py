"""What maps that know nothing give: the band that a verdict must leave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.arithmetic import whole_number
from cnnviz.belief.curves import Curves, deletion_insertion
from cnnviz.belief.similarity import rank_correlation
from cnnviz.heatmaps.probing import random_map
from cnnviz.progress import Progress, go_on

DRAWS = 40  # random maps


class Side(StrEnum):
    """Where a number lies beside those of random maps."""

    BETTER = "better"
    WORSE = "worse"
    CHANCE = "not told from chance"


@dataclass(frozen=True, eq=False)
class Chance:
    """The curves of many random maps of one picture.

    A map that knows nothing is as likely to come first of all as each of the random ones: its
    number lies beyond all of n random ones on one side with a probability of 1 in n + 1.

    Attributes:
        deletion: (draws, steps + 1) probabilities.
        insertion: (draws, steps + 1) probabilities.
        deletion_areas: (draws,), the areas under them.
        insertion_areas: (draws,).
    """

    deletion: Tensor
    insertion: Tensor
    deletion_areas: Tensor
    insertion_areas: Tensor

    @property
    def draws(self) -> int:
        """How many random maps."""
        return len(self.deletion)

    @property
    def level(self) -> float:
        """The probability that a map that knows nothing is told from chance in one number."""
        return 2 / (self.draws + 1)

    def deletion_side(self, curves: Curves) -> Side:
        """Whether the class falls sooner than for every random map, or later than for each."""
        return _side(-curves.deletion_area, -self.deletion_areas)

    def insertion_side(self, curves: Curves) -> Side:
        """Whether the class rises sooner than for every random map, or later than for each."""
        return _side(curves.insertion_area, self.insertion_areas)


def _side(area: float, drawn: Tensor) -> Side:
    """Where an area lies beside those of random maps; the larger, the better."""
    if area > drawn.max():
        return Side.BETTER
    return Side.WORSE if area < drawn.min() else Side.CHANCE


def chance_correlation(
    batch: Tensor, cells: tuple[int, int] | None = None, pairs: int = DRAWS
) -> float:
    """How alike maps that have nothing to do with each other can be.

    Args:
        batch: one picture (1, channel, height, width).
        cells: rows and columns of the maps; the fewer, the more alike two are by chance. None: as
            many as the picture has pixels.
        pairs: of random maps (see `random_map`), each cell the mean of its pixels.

    Returns:
        The largest absolute rank correlation of all pairs, in [0, 1].
    """
    blind = nn.Identity()  # random maps do not look at the network
    maps = [random_map(blind, batch, 0, draw) for draw in range(2 * pairs)]
    if cells is not None:
        maps = list(F.adaptive_avg_pool2d(torch.stack(maps), cells))
    return max(abs(rank_correlation(a, b)) for a, b in zip(maps[::2], maps[1::2], strict=True))


def chance_curves(
    model: nn.Module,
    batch: Tensor,
    class_idx: int,
    draws: int = DRAWS,
    steps: int = 20,
    progress: Progress = go_on,
) -> Chance:
    """Deletion and insertion of many random maps (see `deletion_insertion` and `random_map`).

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class whose probability is followed, from 0.
        draws: random maps, unrelated to each other and to the control that methods stand beside.
        steps: as for `deletion_insertion`.
        progress: told how far it is, may stop it.

    Raises:
        ValueError: several pictures, no such class, no step or no draw.
        StoppedError: `progress` said so.
    """
    draws = whole_number("draws", draws, least=1)
    found = [
        deletion_insertion(
            model,
            batch,
            class_idx,
            random_map(model, batch, class_idx, draw + 1),
            steps,
            lambda part, draw=draw: progress((draw + part) / draws),
        )
        for draw in range(draws)
    ]
    return Chance(
        torch.stack([curves.deletion for curves in found]),
        torch.stack([curves.insertion for curves in found]),
        torch.tensor([curves.deletion_area for curves in found]),
        torch.tensor([curves.insertion_area for curves in found]),
    )
