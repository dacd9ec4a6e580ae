"""How alike two heatmaps are."""

from __future__ import annotations

from torch import Tensor


def rank_correlation(first: Tensor, second: Tensor) -> float:
    """Spearman's rank correlation of two heatmaps of one shape, in [-1, 1]; 0 if one is constant.

    Signs count: the most negative values have the lowest ranks. Equal values share the mean of
    their ranks.
    """
    a, b = average_ranks(first), average_ranks(second)
    a, b = a - a.mean(), b - b.mean()
    scale = (a.norm() * b.norm()).item()
    return (a @ b).item() / scale if scale > 0 else 0.0


def average_ranks(heatmap: Tensor) -> Tensor:
    """The rank of each value, from 0 for the smallest, (height · width,), in double precision."""
    _, inverse, counts = heatmap.flatten().unique(return_inverse=True, return_counts=True)
    last = counts.cumsum(dim=0).double()  # of each group of equal values, exclusive
    return (last - (counts.double() + 1) / 2)[inverse]


def alike(first: Tensor, second: Tensor) -> float | None:
    """Their rank correlation; None where one is empty, all of one value: there is no order."""
    is_empty = any(bool(one.min() == one.max()) for one in (first, second))
    return None if is_empty else rank_correlation(first, second)
