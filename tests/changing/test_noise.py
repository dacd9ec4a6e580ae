"""Noise of a size, and what it does to maps whose answer is known."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.changing import Levels, noisy, shaken
from cnnviz.heatmaps import METHODS, edges

LEVELS = Levels(torch.zeros(1, 1, 8, 8), torch.ones(1, 1, 8, 8))


def picture() -> torch.Tensor:
    return torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(3)) * 0.8 + 0.1


def linear() -> nn.Module:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    weights = torch.randn(3, 64, generator=torch.Generator().manual_seed(1))
    model[1].weight.data.copy_(weights)
    return model.eval().requires_grad_(False)


def test_noise_moves_every_value_by_its_size_and_none_past_black_or_white() -> None:
    batch = picture()
    moved = (noisy(batch, 2, LEVELS) - batch) * 255
    torch.testing.assert_close(moved.abs(), torch.full_like(moved, 2.0), atol=1e-3, rtol=0)
    assert 0.3 < (moved > 0).float().mean() < 0.7
    assert not torch.equal(noisy(batch, 2, LEVELS, 1), noisy(batch, 2, LEVELS))
    assert noisy(torch.zeros(1, 1, 8, 8), 2, LEVELS).min() == 0


def test_the_gradient_of_a_linear_network_is_the_same_under_noise() -> None:
    result = shaken(linear(), picture(), 1, METHODS["saliency"], 8, LEVELS)
    assert result.rank_correlations == pytest.approx((1.0,) * 5)
    assert result.similarity == pytest.approx(1.0)
    assert result.after.shape == (5, 8, 8)


def test_a_map_that_hangs_on_every_value_does_not_stay() -> None:
    result = shaken(linear(), picture(), 1, METHODS["random"], 1, LEVELS)
    assert abs(result.similarity) < 0.6


def test_maps_of_one_value_are_not_compared() -> None:
    dead = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    dead[1].weight.data.zero_()
    found = shaken(dead.eval().requires_grad_(False), picture(), 1, METHODS["saliency"], 1, LEVELS)
    assert found.rank_correlations == (None,) * 5
    assert found.similarity is None


def test_it_tells_how_far_it_is() -> None:
    told: list[float] = []
    shaken(linear(), picture(), 1, METHODS["occlusion"], 1, LEVELS, draws=2,
           progress=lambda part: told.append(part) or True)  # fmt: skip
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] > 2 / 3


def test_edges_of_a_step_are_sobels_by_hand() -> None:
    step = torch.zeros(1, 2, 4, 4)
    step[0, 1, :, 2:] = 3.0  # one channel goes from 0 to 3 between columns 1 and 2
    expected = torch.tensor([0.0, 12.0, 12.0, 0.0]).expand(4, 4)  # 3 · (1 + 2 + 1)
    torch.testing.assert_close(edges(nn.Identity(), step, 0), expected)
    torch.testing.assert_close(edges(nn.Identity(), step.transpose(2, 3), 0), expected.T)
