"""The maps a map is made of: they add up to it."""

import pytest
import torch
from torch import nn

from cnnviz.activations import record
from cnnviz.models.lenet import LeNet
from cnnviz.models.resnet import ResNet18
from cnnviz.probes.contributions import contributions
from tests.support.seeded import frozen, picture


@pytest.mark.parametrize("padding_mode", ["zeros", "reflect", "circular"])
def test_partial_maps_and_bias_add_up_to_the_convolution(padding_mode: str) -> None:
    conv = nn.Conv2d(
        6, 8, (3, 5), stride=2, padding=(1, 2), dilation=(1, 2), groups=2, padding_mode=padding_mode
    )
    model, batch = nn.Sequential(conv).requires_grad_(False), picture(1, 6, 13, 14)
    parts = contributions(model, batch, "0", 5)
    expected = conv(batch)[0, 5]
    torch.testing.assert_close(parts.partial.sum(dim=0) + conv.bias[5], expected)
    assert parts.channels == (3, 4, 5)
    assert torch.equal(parts.inputs, batch[0, 3:])
    assert torch.equal(parts.kernels, conv.weight[5])
    assert parts.shares.sum().item() == pytest.approx(1)


def test_shares_done_by_hand() -> None:
    conv = nn.Conv2d(2, 1, 1)
    nn.init.constant_(conv.weight, 2)
    batch = torch.tensor([[[[1.0, -1.0]], [[3.0, 3.0]]]])
    parts = contributions(nn.Sequential(conv).requires_grad_(False), batch, "0", 0)
    assert parts.partial.tolist() == [[[2, -2]], [[6, 6]]]
    assert parts.shares.tolist() == [0.25, 0.75]


def test_a_pooled_map_is_traced_back_to_its_convolution() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    parts = contributions(model, batch, "feature_extractor.5", 2)
    assert parts.layer == "feature_extractor.3"
    assert set(parts.sources) == {"feature_extractor.2"}
    assert len(parts.shares) == 6


def test_the_map_of_a_block_is_made_of_main_path_and_shortcut() -> None:
    model, batch = frozen(lambda: ResNet18(10)), picture(1, 3, 64, 64)
    parts = contributions(model, batch, "group1.0", 7)
    names = ["group1.0.main_path", "group1.0.shortcut_path", "group1.0.add"]
    main, shortcut, total = (maps[0, 7] for maps in record(model, batch, names).values())
    assert parts.layer == "group1.0.add"
    assert parts.sources == ("group1.0.main_path.4", "group1.0.shortcut_path.1")
    assert torch.equal(parts.partial, torch.stack([main, shortcut]))
    torch.testing.assert_close(parts.partial.sum(dim=0), total)
    sizes = torch.stack([main.abs().sum(), shortcut.abs().sum()])
    torch.testing.assert_close(parts.shares, sizes / sizes.sum())


def test_a_class_score_is_made_of_the_features_before_it() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    parts = contributions(model, batch, "classifier.4", 3)
    score = parts.partial.sum() + model.classifier[4].bias[3]
    torch.testing.assert_close(score, model(batch)[0, 3])
    assert len(parts.channels) == 84


def test_the_picture_and_maps_that_do_not_exist_are_refused() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    with pytest.raises(ValueError, match="not made of other maps"):
        contributions(model, batch, "input", 0)
    with pytest.raises(ValueError, match="has the maps 0 to 5, and no map 6"):
        contributions(model, batch, "feature_extractor.0", 6)
