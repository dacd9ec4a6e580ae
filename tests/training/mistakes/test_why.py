"""Why this answer: what decides is found, wiping it is a real trial, and chance is as much."""

from functools import cache

import pytest
import torch
from torch import Tensor, nn

from cnnviz.heatmaps.class_activation import grad_cam
from cnnviz.heatmaps.scores import Difference
from cnnviz.models.transforms import InputSpec
from cnnviz.training.data import LabelledPictures
from cnnviz.training.material.kind import Material
from cnnviz.training.mistakes import Mistake, flips, why_not
from cnnviz.training.mistakes.why import DRAWS, ink_of, without

SIDE = 12


class Corner(nn.Module):
    """Says 0 for ink in the upper left quarter, 1 for ink elsewhere; one 3×3 convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, bias=False)
        self.conv.weight.data.zero_()[0, 0, 1, 1] = 1.0
        share = torch.zeros(SIDE + 2, SIDE + 2)
        share[: SIDE // 2 + 1, : SIDE // 2 + 1] = 1.0
        self.register_buffer("corner", share)

    def forward(self, x: Tensor) -> Tensor:
        maps = self.conv(x)[:, 0]
        corner = (maps * self.corner).sum((1, 2))
        return torch.stack([4 * corner, maps.sum((1, 2)) - corner], 1)


@cache
def blots() -> Material:
    spec = InputSpec(1, SIDE, 2, (0.0,), (1.0,))
    pictures = torch.zeros(2, 1, SIDE, SIDE, dtype=torch.uint8)
    pictures[0, 0, 1:3, 1:4] = 255  # 6 of 30 pixels: a fifth
    pictures[0, 0, 8:11, 3:11] = 255
    pictures[1, 0, 6:10, 6:10] = 200
    data = LabelledPictures(pictures, torch.tensor([1, 1]))
    return Material("blots", "Blots", ("corner", "elsewhere"), spec, data, data, "Drawn here.")


def model() -> Corner:
    return Corner().eval().requires_grad_(False)


def test_the_map_is_grad_cam_of_the_difference_at_the_layer():
    picture = blots().validation.pictures[0]
    found = why_not(model(), blots(), picture, 0, 1, "conv")
    batch = blots().batch(picture[None])
    assert torch.equal(found.heatmap, grad_cam(model(), batch, Difference(0, 1), "conv"))
    assert found.on_pixels.shape == (SIDE, SIDE)


def test_cells_lie_over_the_middle_of_what_they_see():
    """Cell (i, j) of a 3×3 convolution of a picture padded by 2 sees pixel (i − 1, j − 1)."""
    found = why_not(model(), blots(), blots().validation.pictures[0], 0, 1, "conv")
    torch.testing.assert_close(found.on_pixels, found.heatmap[1:-1, 1:-1])
    assert found.share_on_ink == pytest.approx(1.0)


def test_pixels_serve_where_there_are_no_maps():
    """Input × gradient is exact for this network, which is linear."""
    found = why_not(model(), blots(), blots().validation.pictures[0], 0, 1, "")
    expected = torch.zeros(SIDE, SIDE)
    expected[1:3, 1:4] = 4.0
    torch.testing.assert_close(found.on_pixels, expected)
    assert found.pixels.nonzero().tolist() == (expected > 0).nonzero().tolist()
    assert (found.num_wiped, found.num_ink) == (6, 30)
    assert found.before.tolist() == [0.5, 0.5]  # 4 · 6 against 24
    assert found.wiped.answer == 1
    assert found.wiped.flips
    assert found.wiped.picture[0, 1:3, 1:4].sum() == 0


def test_as_much_by_chance_flips_as_often_as_can_be_counted():
    """In one place, a draw that falls on the blot takes all of it: 6 of 30 places do."""
    found = why_not(model(), blots(), blots().validation.pictures[0], 0, 1, "")
    scattered, in_one = found.by_chance["scattered"], found.by_chance["in one place"]
    assert scattered.draws == in_one.draws == DRAWS
    assert in_one.flips == pytest.approx(DRAWS * 6 / 30, abs=25)
    assert 0 <= scattered.band[0] <= scattered.band[1] <= 1


def test_the_same_seed_gives_the_same_draws():
    picture = blots().validation.pictures[0]
    first, again = (why_not(model(), blots(), picture, 0, 1, "", seed=3) for _ in range(2))
    assert first.by_chance == again.by_chance


def test_a_map_that_points_at_nothing_wipes_nothing():
    picture = blots().validation.pictures[1]  # no ink in the corner: nothing speaks for 0
    found = why_not(model(), blots(), picture, 0, 1, "")
    assert found.share_on_ink == 0
    assert found.num_wiped == 0
    assert torch.equal(found.wiped.probabilities, found.before)


def test_flips_of_many_are_those_of_each():
    pictures = blots().validation.pictures
    asked = [Mistake(0, 1, 0, 0.9, 0.1), Mistake(1, 0, 1, 0.9, 0.1)]
    each = [
        why_not(model(), blots(), pictures[one.index], one.answer, one.true, "").wiped.flips
        for one in asked
    ]
    assert flips(model(), blots(), pictures, asked, "") == each
    assert flips(model(), blots(), pictures, [], "") == []


def test_of_a_grey_picture_ink_is_wiped_to_black_of_a_coloured_one_all_to_its_mean():
    grey = torch.tensor([[[0, 200], [10, 90]]], dtype=torch.uint8)
    assert ink_of(grey).tolist() == [[False, True], [False, True]]
    assert ink_of(torch.zeros(1, 2, 2, dtype=torch.uint8)).all()
    colour = torch.tensor([[[0, 100]], [[50, 70]], [[9, 9]]], dtype=torch.uint8)
    assert ink_of(colour).all()
    wiped = without(colour, torch.tensor([[True, False]]))
    assert wiped[:, 0, 0].tolist() == [50, 60, 9]
    assert wiped[:, 0, 1].tolist() == [100, 70, 9]
