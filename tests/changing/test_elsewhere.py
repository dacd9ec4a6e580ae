"""The same stroke elsewhere, against a network whose score is a sum worked out by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.changing import Stroke, covered, elsewhere, places
from cnnviz.progress import StoppedError


class Weighted(nn.Module):
    """One score: the sum of all pixels, each with its weight; another that is always 0."""

    def __init__(self, weights: torch.Tensor) -> None:
        super().__init__()
        self.weights = weights

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        score = (x * self.weights).sum((1, 2, 3))
        return torch.stack([score, score * 0], 1)


WEIGHTS = torch.rand(20, 20, generator=torch.Generator().manual_seed(1)) - 0.3
MODEL, BATCH, FILL = Weighted(WEIGHTS), torch.ones(1, 1, 20, 20), torch.zeros(1, 1, 20, 20)
STROKE = Stroke(((300, 300), (400, 300)), 100)
NOTHING = torch.zeros(20, 20, dtype=torch.bool)


def test_a_stroke_stands_at_a_hundred_places_within_the_picture():
    size, moved = places(STROKE)
    assert size == (10, 10) and len(moved) == 100
    boxes = [one.box for one in moved]
    assert boxes[0][:2] == (0, 0) and boxes[-1][2:] == (1000, 1000)
    assert len(set(boxes)) == 100
    assert all(one.points[1][0] - one.points[0][0] == 100 for one in moved)


def test_a_stroke_wider_than_the_picture_moves_in_the_other_direction_only():
    size, moved = places(Stroke(((0, 500), (1000, 500)), 100))
    assert size == (10, 1)
    assert {one.box[0] for one in moved} == {-100}


def test_the_cost_is_what_the_covered_pixels_weigh():
    found = elsewhere(MODEL, BATCH, FILL, NOTHING, STROKE, 0, WEIGHTS.relu())
    expected = [float(WEIGHTS[covered(one, 20, 20)].sum()) for one in places(STROKE)[1]]
    assert found.costs.tolist() == pytest.approx(expected, abs=1e-4)
    own = float(WEIGHTS[covered(STROKE, 20, 20)].sum())
    assert found.own == pytest.approx(own, abs=1e-4)
    assert found.costlier == sum(one > own for one in expected)
    assert found.correlation > 0.8
    shares = [float(WEIGHTS.relu()[covered(one, 20, 20)].sum() / WEIGHTS.relu().sum())
              for one in places(STROKE)[1]]  # fmt: skip
    assert found.shares.tolist() == pytest.approx(shares, abs=1e-6)


def test_what_is_gone_already_costs_nothing():
    gone = covered(STROKE, 20, 20)
    assert elsewhere(MODEL, BATCH, FILL, gone, STROKE, 0, WEIGHTS.relu()).own == 0


def test_it_can_be_stopped():
    with pytest.raises(StoppedError):
        elsewhere(MODEL, BATCH, FILL, NOTHING, STROKE, 0, WEIGHTS.relu(), lambda done: done < 0.5)
