"""Which of the given pictures a network sees as most alike, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

WIDEST = 1e-12


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
