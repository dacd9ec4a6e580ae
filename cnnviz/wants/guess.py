"""A guess of what a map looks for, tested: cover it, and see what is left of the map.

What chance gives is the control: the same shape at other places of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.changing.fills import painted
from cnnviz.heatmaps.scores import at_once
from cnnviz.progress import Progress, go_on, report

A_SIDE = 10  # places along each axis
RARE = 0.05  # share of places at which as little may be left by chance


@dataclass(frozen=True, eq=False)
class Chance:
    """What is left of a map with as much covered at other places.

    Attributes:
        left: (places,) the strongest cell, rows of places first.
    """

    left: Tensor

    def num_as_low(self, guessed: float) -> int:
        """At how many places no more is left than where it was guessed."""
        return int((self.left <= guessed).sum())

    def is_beaten(self, guessed: float) -> bool:
        """Whether what was guessed takes more than chance does at 19 of 20 places."""
        return self.num_as_low(guessed) <= RARE * len(self.left)


def strongest(model: nn.Module, batch: Tensor, layer: str, channel: int) -> Tensor:
    """The strongest cell of a map in each picture of the batch, (N,)."""
    maps = record(model, batch, [layer])[layer][:, channel]
    return maps.flatten(1).amax(1) if maps.ndim > 1 else maps


def elsewhere(gone: Tensor, a_side: int = A_SIDE) -> list[Tensor]:
    """The mask (height, width) moved in even steps; what leaves at a side comes in opposite it."""
    height, width = gone.shape
    steps = [(row, column) for row in range(a_side) for column in range(a_side)][1:]
    return [
        gone.roll((row * height // a_side, column * width // a_side), (0, 1))
        for row, column in steps
    ]


def by_chance(
    model: nn.Module,
    batch: Tensor,
    layer: str,
    channel: int,
    fill: Tensor,
    gone: Tensor,
    progress: Progress = go_on,
) -> Chance:
    """What is left of the map with the same shape covered at 99 other places.

    Args:
        model: in eval mode; it is only read.
        batch: (1, channels, height, width), the whole picture.
        layer, channel: the map.
        fill: the picture with all of it covered.
        gone: (height, width), what was covered.
        progress: is told the share done, and stops it by what it raises.

    Raises:
        StoppedError: `progress` said so.
    """
    places = elsewhere(gone)
    found, few = list[Tensor](), at_once(batch)
    for start in range(0, len(places), few):
        report(progress, start / len(places))
        here = places[start : start + few]
        pictures = torch.cat([painted(batch, fill, one) for one in here])
        found.append(strongest(model, pictures, layer, channel))
    return Chance(torch.cat(found))
