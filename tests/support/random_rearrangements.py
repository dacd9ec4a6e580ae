"""Networks that take maps apart and put them together in any order, for what their cells see."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIDES = (8, 9, 12, 14)
MOST_STEPS, MOST_NUMBERS, MOST_AXES = 6, 2000, 6
Step = Callable[[Tensor, int, Random], Tensor]  # a tensor, one of its axes, and chance


def permuted(x: Tensor, dim: int, chance: Random) -> Tensor:
    order = [*range(1, x.ndim)]
    chance.shuffle(order)
    return x.permute(0, *order)


def split(x: Tensor, dim: int, chance: Random) -> Tensor:
    parts = [part for part in range(2, x.shape[dim]) if x.shape[dim] % part == 0]
    return x.unflatten(dim, (chance.choice(parts), -1)) if parts and x.ndim < MOST_AXES else x


def merged(x: Tensor, dim: int, chance: Random) -> Tensor:
    return x.flatten(min(dim, x.ndim - 2), min(dim, x.ndim - 2) + 1) if x.ndim > 2 else x


def cut(x: Tensor, dim: int, chance: Random) -> Tensor:
    return x.narrow(dim, chance.randrange(2), x.shape[dim] - 2) if x.shape[dim] > 3 else x


def every_second(x: Tensor, dim: int, chance: Random) -> Tensor:
    return (
        x[(slice(None),) * dim + (slice(chance.randrange(2), None, 2),)] if x.shape[dim] > 3 else x
    )


def selected(x: Tensor, dim: int, chance: Random) -> Tensor:
    return x.select(dim, chance.randrange(x.shape[dim])) if x.ndim > 2 else x


def widened(x: Tensor, dim: int, chance: Random) -> Tensor:
    return x.unsqueeze(dim).expand(*x.shape[:dim], 2, *x.shape[dim:]) if x.ndim < MOST_AXES else x


def repeated(x: Tensor, dim: int, chance: Random) -> Tensor:
    if x[0].numel() > MOST_NUMBERS:
        return x
    times = [2 if axis == dim else 1 for axis in range(x.ndim)]
    return x.repeat(*times) if chance.random() < 0.5 else x.repeat_interleave(2, dim)


def joined(x: Tensor, dim: int, chance: Random) -> Tensor:
    return torch.cat([x, x.flip(dim)], chance.randrange(1, x.ndim))


def averaged(x: Tensor, dim: int, chance: Random) -> Tensor:
    return x.mean(dim, keepdim=chance.random() < 0.5) if x.ndim > 2 else x


def convolved(x: Tensor, dim: int, chance: Random) -> Tensor:
    kernel = torch.ones(2, x.shape[1], 2, dtype=x.dtype)
    return F.conv1d(x, kernel) if x.ndim == 3 and x.shape[2] > 2 else x


def attended(x: Tensor, dim: int, chance: Random) -> Tensor:
    return (x @ x.mT).softmax(-1) @ x if x.ndim > 2 else x


STEPS: tuple[Step, ...] = (
    permuted, permuted, split, split, merged, merged, cut, every_second, selected, widened,
    repeated, joined, averaged, convolved, attended,
    lambda x, dim, chance: x.roll(1 + chance.randrange(3), dim),
    lambda x, dim, chance: x.flip(dim),
    lambda x, dim, chance: x.softmax(dim),
    lambda x, dim, chance: x.cumsum(dim),
    lambda x, dim, chance: x @ x.mT if x.ndim > 2 else x,
    lambda x, dim, chance: x @ torch.full((x.shape[-1], 3), 0.5, dtype=x.dtype),
    lambda x, dim, chance: F.pad(x, (1, chance.randrange(2))),
    lambda x, dim, chance: x + x.mT if x.ndim > 2 and x.shape[-1] == x.shape[-2] else x,
)  # fmt: skip


class Rearranged(nn.Module):
    """A convolution and random steps behind it; `end` is what is asked."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        chance = Random(seed)
        self.side = chance.choice(SIDES)
        self.conv = nn.Conv2d(1, chance.choice((2, 4)), 3, chance.choice((1, 1, 2)))
        nn.init.uniform_(self.conv.weight, 0.1, 1, torch.Generator().manual_seed(seed))
        self.steps = [chance.choice(STEPS) for _ in range(chance.randint(1, MOST_STEPS))]
        self.seed, self.end = seed, nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        chance, x = Random(self.seed), self.conv(x)
        for step in self.steps:
            x = step(x, chance.randrange(1, x.ndim), chance)
        return self.end(x * 1.0)
