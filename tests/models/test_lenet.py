"""LeNet's shapes and counts as the tutorial prints them, and its fully convolutional twin."""

import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.models import LeNet, LeNetFullyConv, to_fully_conv
from cnnviz.models.networks import lenet, lenet_fully_conv
from cnnviz.models.surgery import lenet_of


def num_params(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def test_lenet_has_the_parameters_of_the_tutorial():
    layers = [6 * (3 * 25 + 1), 16 * (6 * 25 + 1), 120 * (400 + 1), 84 * (120 + 1), 10 * (84 + 1)]
    assert num_params(LeNet()) == sum(layers) == 62_006


def test_lenet_for_grey_pictures_has_fewer_in_its_first_layer_only():
    assert num_params(LeNet(in_channels=1)) == 62_006 - 6 * 2 * 25 == 61_706


def test_both_lenets_have_the_same_number_of_parameters():
    assert num_params(LeNetFullyConv()) == num_params(LeNet())


def test_names_are_those_of_the_tutorial():
    assert [name for name, _ in LeNet().named_parameters()] == [
        "feature_extractor.0.weight",
        "feature_extractor.0.bias",
        "feature_extractor.3.weight",
        "feature_extractor.3.bias",
        "classifier.0.weight",
        "classifier.0.bias",
        "classifier.2.weight",
        "classifier.2.bias",
        "classifier.4.weight",
        "classifier.4.bias",
    ]


def test_lenet_gives_ten_scores_and_its_features_are_16_by_5_by_5():
    model, x = LeNet(), torch.randn(1, 3, 32, 32)
    assert model.feature_extractor(x).shape == (1, 16, 5, 5)
    assert model(x).shape == (1, 10)


def test_lenet_fails_on_64_pixels_because_2704_numbers_arrive_at_400():
    with pytest.raises(RuntimeError, match=r"1x2704 and 400x120"):
        LeNet()(torch.randn(1, 3, 64, 64))


@pytest.mark.parametrize(("size", "cells"), [(32, 1), (64, 9), (128, 25)])
def test_the_fully_convolutional_lenet_gives_a_map_of_scores(size, cells):
    assert LeNetFullyConv()(torch.randn(1, 3, size, size)).shape == (1, 10, cells, cells)


@pytest.mark.parametrize("in_channels", [1, 3])
def test_surgery_keeps_every_score_at_32_pixels(in_channels):
    lenet, x = LeNet(in_channels), torch.randn(5, in_channels, 32, 32)
    scores = to_fully_conv(lenet)(x)
    assert scores.shape == (5, 10, 1, 1)
    torch.testing.assert_close(scores[:, :, 0, 0], lenet(x), rtol=0, atol=1e-6)


def test_each_cell_of_the_map_is_lenet_on_the_crop_that_begins_four_pixels_further():
    lenet, x = LeNet().eval(), torch.randn(1, 3, 64, 64)
    scores = to_fully_conv(lenet)(x)
    for row, column in [(0, 0), (3, 7), (8, 8)]:
        crop = x[:, :, 4 * row : 4 * row + 32, 4 * column : 4 * column + 32]
        torch.testing.assert_close(scores[0, :, row, column], lenet(crop)[0], rtol=0, atol=1e-6)


def test_surgery_copies_and_leaves_the_original_as_it_was():
    lenet = LeNet().eval().requires_grad_(False)
    before = lenet.classifier[0].weight.clone()
    fully_conv = to_fully_conv(lenet)
    assert not fully_conv.training
    assert not any(parameter.requires_grad for parameter in fully_conv.parameters())
    with torch.no_grad():
        fully_conv.classifier[0].weight.zero_()
    assert torch.equal(lenet.classifier[0].weight, before)


def test_surgery_on_a_network_in_training_can_be_trained_on():
    fully_conv = to_fully_conv(LeNet())
    fully_conv(torch.randn(1, 3, 32, 32)).sum().backward()
    assert fully_conv.classifier[4].weight.grad is not None


def test_surgery_on_what_is_convolutional_already_is_refused():
    with pytest.raises(ValueError, match="already"):
        to_fully_conv(LeNetFullyConv())


def test_a_picture_stored_with_its_channels_last_is_welcome():
    lenet, picture = LeNet(), torch.rand(1, 32, 32, 3).permute(0, 3, 1, 2)
    torch.testing.assert_close(lenet(picture), lenet(picture.contiguous()))


def test_lenet_is_known_under_other_names_and_in_its_other_form():
    for spec in (lenet(1), lenet_fully_conv(1)):
        network = build(spec, seed=3).eval()
        found, x = lenet_of(network), torch.randn(4, 1, 32, 32)
        assert found is not None
        assert torch.allclose(found(x), network(x).flatten(1), atol=1e-5)


def test_what_only_counts_like_lenet_is_none():
    sigmoid = build(lenet(1), seed=3).eval()
    for name, module in list(sigmoid.named_modules()):
        if isinstance(module, torch.nn.ReLU):
            setattr(sigmoid, name, torch.nn.Sigmoid())
    assert lenet_of(sigmoid) is None
    assert lenet_of(torch.nn.Linear(3, 4)) is None
    assert lenet_of(torch.nn.ReLU()) is None
