"""Which of the given pictures a network sees as most alike, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch.nn.functional as F
from torch import Tensor

WIDEST = 1e-12
USUAL = 0.95  # share of all draws that a span by chance holds


@dataclass(frozen=True, eq=False)
class Nearest:
    """The pictures that come nearest to one.

    Attributes:
        places: their numbers, the nearest first.
        alike: the cosine with each, in [-1, 1].
    """

    places: list[int]
    alike: list[float]


def nearest(asked: Tensor, features: Tensor, most: int = 7) -> Nearest:
    """The pictures whose features (N, F) have the largest cosine with those (F) of one."""
    alike = F.cosine_similarity(features, asked[None], dim=1, eps=WIDEST)
    values, places = alike.sort(descending=True, stable=True)
    return Nearest(places[:most].tolist(), values[:most].tolist())


def num_alike(features: Tensor, labels: Tensor) -> int:
    """Of how many pictures the nearest other one is of the same class."""
    length = F.normalize(features, dim=1, eps=WIDEST)
    alike = length @ length.T
    alike.fill_diagonal_(-2.0)
    return int((labels[alike.argmax(1)] == labels).sum())


def alike_by_chance(counts: Sequence[int]) -> tuple[float, int, int]:
    """What `num_alike` gives a network that sees nothing: on average, and mostly from … to.

    Each picture's nearest is then any of the others, all of them equally likely: one of its class
    with probability (n − 1) / (N − 1). The number of such pictures is a sum of independent draws;
    its distribution is worked out exactly.

    Args:
        counts: pictures of each class, n; two in all, at least.

    Returns:
        The mean, and the span that leaves out at most 2.5 % at either end.
    """
    total, likely = sum(counts), np.ones(1)
    for count in counts:
        share = (count - 1) / (total - 1)
        for _ in range(count):
            likely = np.convolve(likely, [1 - share, share])
    tail, reached = (1 - USUAL) / 2, likely.cumsum()
    low, high = int((reached <= tail).sum()), int((reached < 1 - tail).sum())
    return float(likely @ np.arange(total + 1)), low, high
