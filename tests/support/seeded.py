"""Networks and pictures of random numbers that belong to a seed."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from cnnviz.models.seeded import build_seeded


def frozen(build: Callable[[], nn.Module], seed: int = 0) -> nn.Module:
    """The network with the weights of a seed, in eval mode, to be read only."""
    return build_seeded(build, seed).eval().requires_grad_(False)


def picture(*shape: int, seed: int = 0) -> Tensor:
    """Normally distributed numbers of this shape."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
