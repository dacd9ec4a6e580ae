"""What survives of a response when the picture moves by one pixel, on the cat and by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnviz.images import sample, to_tensor
from cnnviz.models import pretrained
from cnnviz.pooling.shift import (
    WAYS,
    crops,
    follow_curves,
    kept_by,
    layer_shares,
    survives,
    with_pooling,
)

LAYERS = ("input_group.2", "input_group.3", "group0", "group1", "group2", "group3", "avgpool")


@pytest.fixture(scope="module")
def cat() -> torch.Tensor:
    return to_tensor(sample("cat"))


@pytest.fixture(scope="module")
def resnet() -> nn.Module:
    return pretrained("resnet18-cifar10").model


@pytest.fixture(scope="module")
def small_cat() -> torch.Tensor:
    """The cat as ResNet18 reads it, 64 pixels high and wider than it sees."""
    from cnnviz.pooling.network import wide_batch

    return wide_batch(pretrained("resnet18-cifar10"), sample("cat"))


def test_survival_by_hand():
    before, after = torch.tensor([[1.0, 3.0]]), torch.tensor([[2.0, 0.5]])
    assert survives(before, after) == pytest.approx(1.5 / 4)
    assert survives(before, before) == 1
    assert (survives(0 * before, after), survives(0 * before, 0 * before)) == (0, 1)


def test_one_pixel_on_the_cat(cat):
    shares = {name: round(100 * kept.share) for name, kept in kept_by(cat, 1).items()}
    assert shares == {"none": 60, "stride": 60, "avg": 71, "max": 76, "blur": 77}


def test_the_shares_are_those_of_torchs_own_functions(cat):
    weight = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]).expand(1, 3, 3, 3)
    maps = [
        F.max_pool2d(F.conv2d(torch.roll(cat, by, -1)[None], weight).relu(), 2) for by in (0, 1)
    ]
    expected = torch.minimum(*maps).sum() / maps[0].sum()
    assert kept_by(cat, 1)["max"].share == pytest.approx(expected.item(), abs=1e-5)


def test_a_map_that_may_follow_loses_nothing_at_whole_steps(cat):
    curves = follow_curves(cat)
    assert curves["none"] == pytest.approx([1] * 9, abs=1e-4)
    for name in ("stride", "avg", "max", "blur"):
        assert curves[name][::2] == pytest.approx([1] * 5, abs=1e-3)
    assert [round(100 * curves[name][1]) for name in WAYS] == [100, 60, 71, 76, 77]


def test_the_score_of_resnet18_with_another_pooling_and_the_weights_as_trained(resnet, small_cat):
    said = {}
    with torch.inference_mode():
        for name in WAYS:
            network = with_pooling(resnet, "input_group.3", name)
            scores = [network(one).softmax(1)[0, 3].item() for one in crops(small_cat, 1)]
            said[name] = [round(100 * score, 1) for score in scores]
    assert said["max"] == [90.5, 90.7]
    assert said["none"] == pytest.approx([2.4, 2.5], abs=0.06)
    assert said["stride"] == [89.2, 88.6]
    assert said["avg"] == [90.2, 89.9]
    assert said["blur"] == [90.1, 89.9]


def test_the_network_itself_keeps_its_pooling(resnet):
    with_pooling(resnet, "input_group.3", "avg")
    assert isinstance(resnet.input_group[3], nn.MaxPool2d)


def test_layer_by_layer_the_share_rises_again(resnet, small_cat):
    before, after = crops(small_cat, 1)
    shares = layer_shares(resnet, before, after, LAYERS)
    assert [round(100 * share) for share in shares] == [79, 90, 87, 88, 94, 96, 97]
    far = layer_shares(resnet, *crops(small_cat, 16), LAYERS)
    assert all(b < a for a, b in zip(shares, far, strict=True))
