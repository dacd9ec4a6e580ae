"""A network with random weights that are there only while their layer runs.

VGG-16 has 553 MB of weights, and a small server has 690 MB for everybody. Random weights need not
be kept: they follow from a seed. So each layer draws its own when its turn comes, from the one
generator that all share, and lets go of them before the next one draws. A large Linear layer draws
a few rows at a time. The numbers are those of `build` with the same seed: weights are drawn in the
order in which layers run, and uniform numbers come out the same in parts as in one go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cnnviz.builder.modules import Network, build
from cnnviz.models.seeded import draw_weights, with_memory
from cnnviz.models.specs import NetworkSpec

BLOCK = 4_000_000  # numbers of a Linear layer that are there at once: 16 MB


class Drawn(nn.Module):
    """A layer that has weights only while it runs; it can run once, in its turn.

    Args:
        make: makes the layer on the meta device.
        generator: that the layers of the network draw from, one after the other.
    """

    def __init__(self, make: Callable[[], nn.Module], generator: torch.Generator) -> None:
        super().__init__()
        self.make, self.generator = make, generator

    def forward(self, *arriving: Any, **options: Any) -> Tensor:
        """What the layer makes of what arrives, in evaluation mode."""
        layer = self.make()
        if isinstance(layer, nn.Linear) and layer.weight.numel() > BLOCK:
            return _in_blocks(layer, arriving[0], self.generator)
        with_memory(layer)
        draw_weights(layer, self.generator)
        return layer.eval()(*arriving, **options)


def drawn_network(spec: NetworkSpec, *, seed: int = 0) -> Network:
    """The network of a spec whose layers draw the weights of `seed` as they run: good for one pass.

    Raises:
        ValueError: torch cannot make one of the layers, for example because of its groups.
    """
    network = build(spec, device="meta")
    generator = torch.Generator().manual_seed(seed)
    for parent, name, layer in list(_with_weights(network)):
        setattr(parent, name, Drawn(partial(deepcopy, layer), generator))
    return network


def _with_weights(network: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Module]]:
    """Layers that have numbers of their own, each with the module it is in and its name there."""
    for parent in network.modules():
        for name, child in parent.named_children():
            if not list(child.children()) and child.state_dict():
                yield parent, name, child


def _in_blocks(layer: nn.Linear, arriving: Tensor, generator: torch.Generator) -> Tensor:
    """A Linear layer whose weights are drawn, used and forgotten a few rows at a time."""
    bound = 1 / math.sqrt(layer.in_features)
    rows = max(1, BLOCK // layer.in_features)
    # One block that is filled again and again: new ones would leave holes that nothing fits into.
    block = torch.empty(min(rows, layer.out_features), layer.in_features)
    result = torch.empty(*arriving.shape[:-1], layer.out_features)
    for first in range(0, layer.out_features, rows):
        weight = block[: layer.out_features - first]
        weight.uniform_(-bound, bound, generator=generator)
        result[..., first : first + len(weight)] = linear(arriving, weight)
    if layer.bias is None:
        return result
    return result + torch.empty(layer.out_features).uniform_(-bound, bound, generator=generator)
