"""What switching off as many maps of a layer does where chance draws them: the control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from cnnviz.probes.excitation import ablate
from cnnviz.progress import Progress, go_on, report

DRAWS = 39  # to be below or above all of them has the probability 2 / 40, as at 95 %


@dataclass(frozen=True, eq=False)
class Control:
    """What is left of a class without maps that chance has drawn.

    Attributes:
        left: (draws,) the probability of the class.
    """

    left: Tensor

    def side(self, left: float) -> Literal["more", "less", "none"]:
        """Whether as much taken as leaves this probability is more than chance takes, or less."""
        if left < float(self.left.min()):
            return "more"
        return "less" if left > float(self.left.max()) else "none"


def ablated_by_chance(
    model: nn.Module,
    batch: Tensor,
    layer: str,
    num_maps: int,
    num_off: int,
    class_idx: int,
    progress: Progress = go_on,
) -> Control:
    """The probability of a class without `num_off` of a layer's maps, drawn anew each time.

    Args:
        model: a network that ends in class scores; only read.
        batch: one picture (1, channel, height, width).
        layer: name of the layer.
        num_maps: that it has.
        num_off: how many are switched off, from 1 to all.
        class_idx: the class, from 0.

    Raises:
        ValueError: as `ablate`.
        StoppedError: `progress` said so.
    """
    chance = torch.Generator().manual_seed(0)
    before = torch.empty(0)  # the scores with all maps are not asked for
    left: list[Tensor] = []
    for draw in range(DRAWS):
        report(progress, draw / DRAWS)
        off = torch.randperm(num_maps, generator=chance)[:num_off].tolist()
        left.append(ablate(model, batch, layer, off, before).after[0].softmax(0)[class_idx])
    return Control(torch.stack(left))
