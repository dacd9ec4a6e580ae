"""The control of a stroke: the same stroke at other places of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.belief.similarity import rank_correlation
from cnnviz.changing.fills import painted
from cnnviz.changing.strokes import SIDE, Stroke, covered
from cnnviz.heatmaps.scores import Target, at_once, class_score, scores_of
from cnnviz.progress import Progress, go_on, report

A_SIDE = 10  # places along each axis


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """What a stroke costs at each place.

    Attributes:
        size: rows and columns of places.
        costs: (places) how much the score falls there, rows first; below 0 it rises.
        own: what it costs where it was drawn.
        shares: (places) share of the heatmap that it covers there.
    """

    size: tuple[int, int]
    costs: Tensor
    own: float
    shares: Tensor

    @property
    def costlier(self) -> int:
        """At how many places it costs more than where it was drawn."""
        return int((self.costs > self.own).sum())

    @property
    def correlation(self) -> float:
        """Spearman's ρ of what the heatmap has there and what it costs, over the places."""
        return rank_correlation(self.shares, self.costs)


def places(stroke: Stroke, a_side: int = A_SIDE) -> tuple[tuple[int, int], list[Stroke]]:
    """The stroke at places in even steps, inside the picture where it fits; rows and columns."""
    left, top, right, bottom = stroke.box
    along, down = _offsets(left, right, a_side), _offsets(top, bottom, a_side)
    return (len(down), len(along)), [stroke.moved(x, y) for y in down for x in along]


def _offsets(low: int, high: int, count: int) -> list[int]:
    """How far a piece from `low` to `high` is moved to stand at each of so many places."""
    room = SIDE - (high - low)
    if room <= 0:
        return [round((SIDE - high - low) / 2)]
    return [round(room * step / (count - 1)) - low for step in range(count)]


def elsewhere(
    model: nn.Module,
    batch: Tensor,
    fill: Tensor,
    gone: Tensor,
    stroke: Stroke,
    target: Target,
    heatmap: Tensor,
    progress: Progress = go_on,
) -> Elsewhere:
    """What the stroke costs where it was drawn, and at each other place.

    Args:
        model: in eval mode; it is only read.
        batch: (1, channels, height, width), the whole picture.
        fill: the same, erased.
        gone: (height, width), what was erased before this stroke.
        stroke: that erases.
        target: the score that falls.
        heatmap: (h, w), at least 0, that is compared with the cost.
        progress: is told the share done, and stops it by what it raises.
    """
    height, width = gone.shape
    size, moved = places(stroke)
    masks = [covered(one, height, width) for one in (stroke, *moved)]
    erased = [gone, *(gone | one for one in masks)]
    found, few = list[Tensor](), at_once(batch)
    with torch.inference_mode():
        for start in range(0, len(erased), few):
            report(progress, start / len(erased))
            here = erased[start : start + few]
            pictures = torch.cat([painted(batch, fill, one) for one in here])
            found.append(class_score(scores_of(model, pictures), target).double())
    scores = torch.cat(found)
    costs = scores[0] - scores[1:]
    return Elsewhere(size, costs[1:].clone(), float(costs[0]), _shares(heatmap, masks[1:]))


def _shares(heatmap: Tensor, masks: Sequence[Tensor]) -> Tensor:
    """Share of the map's sum under each mask, each cell spread over its pixels."""
    whole = spread(heatmap, *masks[0].shape)
    total = whole.sum().clamp_min(1e-12)
    return torch.stack([(whole * one).sum() / total for one in masks])


def spread(heatmap: Tensor, height: int, width: int) -> Tensor:
    """The cells of a map (h, w) over the pixels of the picture, (height, width) of float64."""
    rows = torch.arange(height) * heatmap.shape[0] // height
    columns = torch.arange(width) * heatmap.shape[1] // width
    return heatmap.double()[rows][:, columns]
