"""The step along the sign of the gradient, against a linear network and differences of the loss."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from cnnviz.changing import Levels, gradient_sign, stepped
from cnnviz.heatmaps import Difference
from cnnviz.models import pretrained


def test_the_sign_is_that_of_the_losss_change_in_each_pixel():
    generator = torch.Generator().manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(12, 3), nn.Tanh(), nn.Linear(3, 4)).double()
    x = torch.rand(1, 3, 2, 2, generator=generator, dtype=torch.float64)

    def loss(picture: torch.Tensor) -> float:
        return F.cross_entropy(model(picture), torch.tensor([2])).item()

    found = gradient_sign(model, x, 2).flatten()
    for index in range(12):
        more, less = x.clone(), x.clone()
        more.view(-1)[index] += 1e-6
        less.view(-1)[index] -= 1e-6
        assert found[index] == (1 if loss(more) > loss(less) else -1)


def test_a_step_is_so_many_grey_levels_and_leaves_the_border_and_the_range_alone():
    network = pretrained("lenet-mnist")
    black, white = (network.transform(Image.new("RGB", (28, 28), c)) for c in ("black", "white"))
    levels = Levels(black, white)
    sign = torch.where(torch.rand(black.shape) > 0.5, 1.0, -1.0)
    moved = stepped(black, sign, 5, levels)
    assert torch.equal(moved[..., :2, :], black[..., :2, :])  # the border that is put around it
    inside = ((moved - black) / levels.one)[..., 2:-2, 2:-2]
    assert torch.allclose(inside, 5 * sign[..., 2:-2, 2:-2].relu(), atol=1e-3)


def test_one_grey_level_away_makes_the_class_less_likely_and_towards_more():
    network = pretrained("squeezenet1.1")
    batch = network.transform(Image.open("assets/pictures/coffee.jpg").convert("RGB"))
    black, white = (network.transform(Image.new("RGB", (224, 224), c)) for c in ("black", "white"))
    with torch.inference_mode():
        winner = int(network.model(batch).argmax())
    sign, levels = gradient_sign(network.model, batch, winner), Levels(black, white)
    with torch.inference_mode():
        away, still, towards = (
            float(network.model(stepped(batch, way * sign, 1, levels)).softmax(1)[0, winner])
            for way in (1, 0, -1)
        )
    assert away < still / 2 < still < towards


def test_from_one_class_to_another_is_the_sign_of_their_scores_difference():
    model = nn.Sequential(nn.Flatten(), nn.Linear(12, 3))
    weights = model[1].weight.detach()
    found = gradient_sign(model, torch.rand(1, 3, 2, 2), Difference(2, 0))
    assert torch.equal(found.flatten(), (weights[0] - weights[2]).sign())
