"""The loss around a network's weights, along two random directions.

Li et al., 2018, Visualizing the Loss Landscape of Neural Nets, arxiv.org/abs/1712.09913: each
filter of a random direction is given the length of the filter that it moves, biases and norms
stay. The norms measure each batch: their running mean and variance belong to the weights in the
middle, and give losses of 1e5 elsewhere.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from cnnviz.residual.small_digits import SmallDigits

MOST_LOSS = 1e6  # what is more, or not a number, is written as this


def filter_normalised(net: nn.Module, seed: int) -> dict[str, Tensor]:
    """A random direction in the space of a network's weights, by parameter name.

    Every filter of a convolution and every row of a Linear is normal noise with the filter's own
    length. Parameters with one axis (biases, norms) are left out: they stay.
    """
    generator = torch.Generator().manual_seed(seed)
    return {
        name: _with_lengths_of(torch.randn(weight.shape, generator=generator), weight.detach())
        for name, weight in net.named_parameters()
        if weight.ndim > 1
    }


def _with_lengths_of(noise: Tensor, weight: Tensor) -> Tensor:
    rows = (len(weight), *[1] * (weight.ndim - 1))
    length, wanted = noise.flatten(1).norm(dim=1), weight.flatten(1).norm(dim=1)
    return noise * (wanted / length).view(rows)


def moved(
    net: nn.Module, first: Mapping[str, Tensor], second: Mapping[str, Tensor], a: float, b: float
) -> dict[str, Tensor]:
    """All parameters of a network, those of the directions moved: w + a · first + b · second."""
    weights = {name: weight.detach() for name, weight in net.named_parameters()}
    for name in first:
        weights[name] = weights[name] + a * first[name] + b * second[name]
    return weights


def grid(points: int, reach: float = 1.0) -> list[float]:
    """`points` places from -reach to +reach, zero among them.

    Raises:
        ValueError: an even number of points has no middle.
    """
    if points < 3 or points % 2 == 0:
        raise ValueError(f"an odd number of points from 3 on, not {points}")
    half = points // 2
    return [reach * (place - half) / half for place in range(points)]


def surface(
    net: nn.Module,
    digits: SmallDigits,
    seeds: tuple[int, int],
    points: int,
    reach: float = 1.0,
    first_row: int = 0,
) -> Iterator[list[float]]:
    """The rows of the loss surface, one for each place along the second direction, from -reach up.

    Args:
        net: trained; a copy of it is moved.
        digits: all of its pictures are one batch.
        seeds: of the two directions.
        points: along each direction, odd.
        reach: ±1 moves each filter by its own length.
        first_row: how many rows are known already and left out.
    """
    still = copy.deepcopy(net).train().requires_grad_(False)
    first, second = (filter_normalised(still, seed) for seed in seeds)
    for b in grid(points, reach)[first_row:]:
        yield [_loss(still, moved(still, first, second, a, b), digits) for a in grid(points, reach)]


def _loss(net: nn.Module, weights: dict[str, Tensor], digits: SmallDigits) -> float:
    with torch.inference_mode():
        loss = F.cross_entropy(functional_call(net, weights, (digits.pictures,)), digits.labels)
    value = loss.item()
    return value if value < MOST_LOSS else MOST_LOSS
