"""Ties of max pooling: how far a map hangs on which of the tied cells a gradient goes to."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from cnnviz.activations import one_picture
from cnnviz.heatmaps.max_pooling import is_ruled, pooled, tied_windows
from cnnviz.heatmaps.scores import Target, class_score, input_gradient
from cnnviz.probes.watch import Step, watch


@dataclass(frozen=True)
class Ties:
    """What ties do to the gradient of one picture.

    Attributes:
        windows: of all max poolings, in all channels.
        tied: those in which several cells are the largest, but for rounding.
        spread: the largest difference between the gradient's map (its largest channel, as in
            `saliency`) with the first of the tied cells and with the last, as a share of the map's
            maximum, in [0, 1] and above; 0 where nothing is tied.
    """

    windows: int
    tied: int
    spread: float


def max_pool_ties(model: nn.Module, batch: Tensor, class_idx: Target) -> Ties:
    """How far the gradient of a class score hangs on the choice among tied cells.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class to explain, from 0, or a `Difference` of two.

    Raises:
        ValueError: several pictures, or no such class.
    """
    counts: list[tuple[int, int]] = []
    first = _gradient_map(model, batch, class_idx, counts, takes_last=False)
    windows, tied = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    if not tied:
        return Ties(windows, 0, 0.0)
    last = _gradient_map(model, batch, class_idx, [], takes_last=True)
    top = max(float(first.max()), float(last.max()))
    return Ties(windows, tied, float((first - last).abs().max()) / top if top else 0.0)


def _gradient_map(
    model: nn.Module,
    batch: Tensor,
    class_idx: Target,
    counts: list[tuple[int, int]],
    takes_last: bool,
) -> Tensor:
    def choose(step: Step) -> Tensor | None:
        pool = step.operation
        if not (isinstance(pool, nn.MaxPool2d) and is_ruled(pool)):
            return None
        output = pooled(pool, step.inputs[0], takes_last=takes_last)
        counts.append((output.numel(), tied_windows(pool, step.inputs[0].detach())))
        return output

    def score(leaf: Tensor) -> Tensor:
        return class_score(watch(model, leaf, choose), class_idx)

    return input_gradient(model, score, one_picture(batch))[0].abs().amax(dim=0)
