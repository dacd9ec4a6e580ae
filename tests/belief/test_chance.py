"""What random maps give, against maps whose place beside them is known."""

import pytest
import torch
from torch import Tensor, nn

from cnnviz.belief import (
    Side,
    chance_correlation,
    chance_curves,
    deletion_insertion,
    rank_correlation,
)
from cnnviz.heatmaps import StoppedError, random_map
from tests.support.seeded import picture


class TopLeft(nn.Module):
    """Class 1 is as likely as the top left quarter is bright; nothing else counts."""

    def forward(self, x: Tensor) -> Tensor:
        score = 6 * x[..., :8, :8].mean(dim=(1, 2, 3))
        return torch.stack([-score, score], dim=1)


@pytest.fixture(scope="module")
def batch() -> Tensor:
    bright = picture(1, 1, 16, 16) * 0.1
    bright[..., :8, :8] += 1
    return bright


@pytest.fixture(scope="module")
def chance(batch: Tensor):
    return chance_curves(TopLeft(), batch, 1)


def test_the_truth_is_better_than_chance_and_its_opposite_worse(batch, chance) -> None:
    truth = torch.zeros(16, 16)
    truth[:8, :8] = 1
    best, worst = (deletion_insertion(TopLeft(), batch, 1, sign * truth) for sign in (1, -1))
    assert chance.deletion_side(best) == chance.insertion_side(best) == Side.BETTER
    assert chance.deletion_side(worst) == chance.insertion_side(worst) == Side.WORSE


def test_of_two_hundred_maps_that_know_nothing_few_are_told_from_chance(batch, chance) -> None:
    sides = [
        chance.deletion_side(
            deletion_insertion(TopLeft(), batch, 1, random_map(TopLeft(), batch, 1, draw))
        )
        for draw in range(1_000, 1_200)
    ]
    told = sum(side is not Side.CHANCE for side in sides)
    assert chance.level == pytest.approx(2 / 41)
    assert told / 200 < 3 * chance.level  # 2 in 41 on average over bands


def test_each_draw_is_the_curve_of_a_random_map_of_its_own(batch, chance) -> None:
    assert chance.draws == 40 == len(chance.deletion_areas.unique())
    again = deletion_insertion(TopLeft(), batch, 1, random_map(TopLeft(), batch, 1, 7))
    assert torch.equal(chance.deletion[6], again.deletion)
    assert torch.equal(chance.insertion[6], again.insertion)
    assert chance.insertion_areas[6].item() == pytest.approx(again.insertion_area)


def test_it_can_be_stopped_and_refuses_no_draws(batch) -> None:
    told: list[float] = []
    with pytest.raises(StoppedError):
        chance_curves(TopLeft(), batch, 1, progress=lambda part: told.append(part) or part < 0.5)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(0.5)
    with pytest.raises(ValueError, match="draws must be at least 1"):
        chance_curves(TopLeft(), batch, 1, draws=0)


def test_unrelated_maps_are_hardly_more_alike_than_the_most_alike_of_forty_pairs(batch) -> None:
    most = chance_correlation(batch)
    others = [random_map(TopLeft(), batch, 0, draw) for draw in range(500, 600)]
    found = [abs(rank_correlation(a, b)) for a, b in zip(others[::2], others[1::2], strict=True)]
    assert 0.2 < most < 1
    assert sum(one > most for one in found) <= 5  # of 50; 1 in 41 on average


def test_the_fewer_cells_the_more_alike_are_unrelated_maps_by_chance() -> None:
    """Of n unrelated cells rank correlations spread by 1 / √(n − 1), and 40 reach twice that."""
    few = chance_correlation(picture(1, 3, 64, 64), (4, 4))
    assert 2 / 15**0.5 < few < 4 / 15**0.5
    assert few > 1.3 * chance_correlation(picture(1, 3, 64, 64))
