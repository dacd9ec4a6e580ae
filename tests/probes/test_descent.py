"""The way from a score to a pixel, against sums worked out by torch and by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from cnnviz.images.samples import sample
from cnnviz.models import LeNet, ResNet18, pretrained
from cnnviz.probes.descent import MOST_WAYS, descent, score_cell
from cnnviz.probes.tape import Kind, tape
from tests.support.seeded import frozen, picture


def two_layers() -> nn.Module:
    """One map of 2 × 2 with a kernel of one cell, pooled by its maximum, then two classes."""
    model = nn.Sequential(
        nn.Conv2d(1, 2, 1, bias=False), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(2, 2, bias=False),
    )  # fmt: skip
    model[0].weight.data = torch.tensor([2.0, -1.0]).view(2, 1, 1, 1)
    model[4].weight.data = torch.tensor([[1.0, 5.0], [-3.0, 1.0]])
    return model.eval().requires_grad_(False)


PICTURE = torch.tensor([[[[1.0, 4.0], [-2.0, 0.5]]]])


def test_the_way_down_is_that_worked_out_by_hand() -> None:
    played = tape(two_layers(), PICTURE)
    layer, cell = score_cell(played, 0)
    # maps after the ReLU: 2, 8, 0, 1 and 0, 0, 2, 0; score 0 = 1 · 8 + 5 · 2 = 18
    steps = descent(two_layers(), played, layer, cell)
    assert [step.value for step in steps] == [18, 2, 2, -2]
    assert [(way.gives, way.share) for way in steps[0].ways] == [(10, 10 / 18), (8, 8 / 18)]
    assert [step.kind for step in steps] == [Kind.LINEAR, Kind.POOL, Kind.CONV, Kind.INPUT]
    assert steps[2].through == ("1",)
    assert steps[-1].cell == (0, 1, 0)
    assert steps[-1].is_pixel
    assert (steps[-1].box.area, steps[0].box.area) == (1, 4)


def test_another_way_is_followed_where_it_is_asked_for() -> None:
    played = tape(two_layers(), PICTURE)
    steps = descent(two_layers(), played, *score_cell(played, 0), [1])
    assert [step.value for step in steps] == [18, 8, 8, 4]
    assert steps[0].taken == 1


def test_a_score_that_nothing_was_added_to_ends_at_once() -> None:
    played = tape(two_layers(), torch.zeros(1, 1, 2, 2))
    (step,) = descent(two_layers(), played, *score_cell(played, 1))
    assert (step.value, step.num_ways) == (0, 0)


@pytest.mark.parametrize(
    ("build", "shape"), [(LeNet, (1, 3, 32, 32)), (lambda: ResNet18(10), (1, 3, 32, 32))]
)
def test_every_contribution_is_what_the_layer_below_gives(build, shape) -> None:
    model, batch = frozen(build), picture(*shape)
    played = tape(model, batch)
    layer, cell = score_cell(played, 2)
    steps = descent(model, played, layer, cell)
    assert steps[0].value == pytest.approx(model(batch)[0, 2].item(), rel=1e-4)
    assert steps[-1].is_pixel
    assert steps[-1].value == batch[(0, *steps[-1].cell)].item()
    for step, below in pairwise(steps):
        way = step.ways[step.taken]
        assert len(step.ways) <= MOST_WAYS
        assert way.value == pytest.approx(played[way.layer].output[(0, *way.cell)].item())
        assert abs(way.gives) == max(abs(one.gives) for one in step.ways)
        if way.weight is not None:
            weights = played[step.layer].operation.weight[step.cell[0]]
            assert way.gives == pytest.approx(way.value * way.weight, rel=1e-5)
            assert float((weights - way.weight).abs().min()) < 1e-6
        outside = below.box.top < step.box.top or below.box.right > step.box.right
        assert not outside  # what is followed lies within what was seen


@pytest.mark.parametrize("name", ["squeezenet1.1", "efficientnet-lite0"])
def test_concatenations_padding_and_depthwise_layers_are_passed(name) -> None:
    network = pretrained(name)
    played = tape(network.model, network.transform(sample("coffee"), 64))
    steps = descent(network.model, played, *score_cell(played, 967))
    assert steps[-1].is_pixel
    assert steps[-1].box.area == 1


def test_a_class_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="class 2 is not one of 0 to 1"):
        score_cell(tape(two_layers(), PICTURE), 2)
