"""What a network says without one of its maps, for many maps at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from cnnviz.activations import one_picture
from cnnviz.overview.columns import Column
from cnnviz.overview.joins import Join
from cnnviz.probes.tape import Tape
from cnnviz.probes.watch import Step, watch


def without_each(model: nn.Module, batch: Tensor, layers: Mapping[str, int]) -> dict[str, Tensor]:
    """The scores without each map of some layers, all in one batch.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width).
        layers: name of a layer -> how many maps it has.

    Returns:
        By layer, (maps, classes): row k without map k.
    """
    picture = one_picture(batch)
    starts: dict[str, int] = {}
    count = 0
    for name, maps in layers.items():
        starts[name], count = count, count + maps

    def switch_off(step: Step) -> Tensor:
        output = step.output.clone()
        maps = torch.arange(layers[step.name])
        output[starts[step.name] + maps, maps] = 0
        return output

    with torch.no_grad():
        scores = watch(model, picture.expand(count, -1, -1, -1), switch_off, only=list(layers))
    return {name: scores[start : start + layers[name]] for name, start in starts.items()}


def last_of_each(columns: Sequence[Column], joins: Sequence[Join], played: Tape) -> list[int]:
    """For each column, the last one that a map of it passes into without being mixed.

    Where each step on the way keeps zeros, the network without the map there is the network
    without it here: so one pass tells of a convolution, its ReLU and its pooling.
    """
    last = list(range(len(columns)))
    for index in reversed(range(len(columns))):
        readers = [join for join in joins if join.source == index]
        if len(readers) == 1 and readers[0].is_same and _keeps_zeros(readers[0]):
            last[index] = last[readers[0].target]
    return last


def _keeps_zeros(join: Join) -> bool:
    """Whether a map of zeros stays one on the way."""
    zeros = torch.zeros_like(join.nodes[-1].output)
    for node in reversed(join.nodes[:-1]):
        if len(node.sources) != 1:
            return False
        zeros = node.rerun(zeros)
    return not bool(zeros.any())
