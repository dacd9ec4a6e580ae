"""The same heatmap after noise too small to see: does it stay?

Ghorbani, Abid and Zou, 2019 (arxiv.org/abs/1710.10547), found maps that turn into others while the
answer stays, by noise that was looked for; here it is drawn by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import LayerChoice, one_picture
from cnnviz.arithmetic import whole_number
from cnnviz.belief.similarity import alike
from cnnviz.changing.gradient_sign import Levels, stepped
from cnnviz.heatmaps.methods import Method, upsample
from cnnviz.heatmaps.scores import Target
from cnnviz.progress import Progress, go_on, report

DRAWS = 5


@dataclass(frozen=True, eq=False)
class Shaken:
    """A heatmap of a picture, and of the picture with noise on it.

    Attributes:
        before: (height, width) of the layer or of the picture.
        after: (draws, height, width), each for noise of its own.
        rank_correlations: of each with the first, both at the picture's size; None where one of
            the two is all of one value.
    """

    before: Tensor
    after: Tensor
    rank_correlations: tuple[float | None, ...]

    @property
    def similarity(self) -> float | None:
        """Mean rank correlation; None where no map could be compared."""
        known = [one for one in self.rank_correlations if one is not None]
        return sum(known) / len(known) if known else None


def noisy(batch: Tensor, size: float, levels: Levels, draw: int = 0) -> Tensor:
    """The batch with every value moved up or down by `size` grey levels, as a coin falls.

    As large a step as that along the sign of the gradient (`gradient_sign`), without its aim.

    Args:
        batch: (1, channels, height, width), as it enters the network.
        size: grey levels of 255, at least 0.
        levels: of the network; what is black or white already moves one way only.
        draw: another number gives other noise.
    """
    generator = torch.Generator().manual_seed(draw)
    coins = torch.randint(2, batch.shape, generator=generator)
    return stepped(batch, 2.0 * coins - 1, size, levels)


def shaken(
    model: nn.Module,
    batch: Tensor,
    class_idx: Target,
    method: Method,
    size: float,
    levels: Levels,
    layer: LayerChoice | None = None,
    draws: int = DRAWS,
    progress: Progress = go_on,
) -> Shaken:
    """How alike a method's maps stay under noise of `size` grey levels.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class to explain, from 0, or a `Difference`.
        method: one of `METHODS`.
        size: grey levels of 255.
        levels: what black and white are for the network.
        layer: for methods that need one; the last with maps if None.
        draws: of noise.
        progress: told how far it is, may stop it.

    Raises:
        ValueError: several pictures, no such class, no such layer, or a layer without maps.
        StoppedError: `progress` said so.
    """
    picture = one_picture(batch)
    count = whole_number("draws", draws, least=1)
    pictures = [picture, *(noisy(picture, size, levels, draw) for draw in range(count))]

    def heatmap_of(at: int) -> Tensor:
        def inner_progress(part: float) -> bool:
            return progress((at + part) / len(pictures))

        report(progress, at / len(pictures))
        return method(model, pictures[at], class_idx, layer, inner_progress).detach()

    before, *after = (heatmap_of(at) for at in range(len(pictures)))
    whole = (picture.shape[2], picture.shape[3])
    large = upsample(before, whole)
    alikes = tuple(alike(large, upsample(one, whole)) for one in after)
    return Shaken(before, torch.stack(after), alikes)
