"""Top pictures and switched-off maps, against a search and a surgery done here."""

import copy

import pytest
import torch
from torch import nn

from cnnviz.activations import record
from cnnviz.models.lenet import LeNet
from cnnviz.models.resnet import ResNet18
from cnnviz.probes.ablation_by_chance import DRAWS, ablated_by_chance
from cnnviz.probes.excitation import ablate, most_exciting
from cnnviz.probes.receptive import Box, receptive_box
from tests.support.seeded import frozen, picture


def test_the_most_exciting_pictures_are_those_that_a_search_finds() -> None:
    model, pictures = frozen(LeNet), picture(30, 3, 32, 32)
    top = most_exciting(model, "feature_extractor.3", 5, pictures.split(7), count=4)
    maps = record(model, pictures, ["feature_extractor.3"])["feature_extractor.3"][:, 5]
    highest = maps.amax(dim=(1, 2))
    assert [one.picture for one in top] == highest.argsort(descending=True)[:4].tolist()
    for one in top:
        assert one.value == pytest.approx(highest[one.picture].item(), abs=1e-6)
        assert maps[one.picture, one.row, one.column] == highest[one.picture]
        example = pictures[one.picture][None]
        expected = receptive_box(model, example, "feature_extractor.3", 5, one.row, one.column)
        assert one.box == expected


def test_a_planted_patch_is_found_with_its_box() -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, 3, bias=False), nn.ReLU()).requires_grad_(False)
    model[0].weight.copy_(torch.tensor([[[[0.0, 1, 0], [1, 1, 1], [0, 1, 0]]]]))  # a cross
    pictures = torch.zeros(3, 1, 10, 12)
    pictures[1, 0, 4:7, 6:9] = model[0].weight[0, 0]
    best = most_exciting(model, "1", 0, [pictures])[0]
    assert (best.picture, best.row, best.column, best.value) == (1, 4, 6, 5)
    assert best.box == Box(4, 6, 7, 9)


def test_features_without_place_see_the_whole_picture() -> None:
    model, pictures = frozen(LeNet), picture(5, 3, 32, 32)
    best = most_exciting(model, "classifier.4", 2, [pictures], count=1)[0]
    assert best.picture == model(pictures)[:, 2].argmax()
    assert (best.row, best.column, best.box) == (0, 0, Box(0, 0, 32, 32))


def test_switching_maps_off_is_removing_their_weights_from_the_next_layer() -> None:
    model, batch = frozen(LeNet), picture(2, 3, 32, 32)
    result = ablate(model, batch, "feature_extractor.2", [0, 4])
    operated = copy.deepcopy(model)
    operated.feature_extractor[3].weight[:, [0, 4]] = 0
    torch.testing.assert_close(result.after, operated(batch))
    assert torch.equal(result.before, model(batch))
    assert (result.after - result.before).abs().max() > 1e-4


def test_a_residual_sum_can_be_switched_off_and_nothing_is_left_behind() -> None:
    model, batch = frozen(lambda: ResNet18(10)), picture(1, 3, 64, 64)
    off = ablate(model, batch, "group3.1.add", range(512))
    torch.testing.assert_close(off.after[0], model.fc.bias)
    again = ablate(model, batch, "group3.1.add", [])
    assert torch.equal(again.before, again.after)


def test_features_of_a_linear_layer_can_be_switched_off() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    result = ablate(model, batch, "classifier.3", range(84))
    torch.testing.assert_close(result.after[0], model.classifier[4].bias)


def test_maps_and_layers_that_do_not_exist_are_refused() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    with pytest.raises(ValueError, match="has the maps 0 to 15, and no map 16"):
        ablate(model, batch, "feature_extractor.3", [16])
    with pytest.raises(ValueError, match="has no layer 'conv1'"):
        ablate(model, batch, "conv1", [0])
    with pytest.raises(ValueError, match="has the maps 0 to 15, and no map -1"):
        most_exciting(model, "feature_extractor.3", -1, [batch])


def test_maps_that_chance_switches_off_leave_what_a_surgery_leaves() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    found = ablated_by_chance(model, batch, "feature_extractor.2", 6, 2, 3)
    chance, expected = torch.Generator().manual_seed(0), []
    for _ in range(DRAWS):
        operated = copy.deepcopy(model)
        operated.feature_extractor[3].weight[:, torch.randperm(6, generator=chance)[:2]] = 0
        expected.append(operated(batch).softmax(1)[0, 3])
    torch.testing.assert_close(found.left, torch.stack(expected))
    low, high = float(found.left.min()), float(found.left.max())
    sides = [found.side(one) for one in (low - 1e-3, low, high, high + 1e-3)]
    assert sides == ["more", "none", "none", "less"]
