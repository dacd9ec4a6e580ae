"""How alike two heatmaps are."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

WINDOW = 7  # pixels, side of the squares that structural similarity compares
C1, C2 = 0.01**2, 0.03**2  # Wang et al.'s constants for a range of one


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


def structural_similarity(first: Tensor, second: Tensor) -> float:
    """SSIM of the absolute values, each scaled to a maximum of one, in [-1, 1].

    Wang et al., 2004, 10.1109/TIP.2003.819861, equation 13, mean over all 7×7 squares: what the
    eye compares, whatever the sign and the size of the numbers.
    """
    a, b = (_scaled(heatmap)[None, None] for heatmap in (first, second))
    side = min(WINDOW, *first.shape)
    mean_a, mean_b = (F.avg_pool2d(maps, side, 1) for maps in (a, b))
    var_a = F.avg_pool2d(a * a, side, 1) - mean_a**2
    var_b = F.avg_pool2d(b * b, side, 1) - mean_b**2
    covariance = F.avg_pool2d(a * b, side, 1) - mean_a * mean_b
    ssim = ((2 * mean_a * mean_b + C1) * (2 * covariance + C2)) / (
        (mean_a**2 + mean_b**2 + C1) * (var_a + var_b + C2)
    )
    return ssim.mean().item()


def _scaled(heatmap: Tensor) -> Tensor:
    size = heatmap.abs()
    return size / size.max() if size.max() > 0 else size
