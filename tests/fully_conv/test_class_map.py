"""The class map against LeNet on crops, and the tutorial's numbers from real modules."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

import pytest
import torch
from torch import nn

from cnnviz.fully_conv.class_map import (
    accepted_sizes,
    attempt,
    check_cell,
    class_map,
    contrast,
    field_of,
    kernel_planes,
    largest_difference,
    reads_middle,
)
from cnnviz.fully_conv.cost import cost
from cnnviz.models import LeNet, LeNetFullyConv, pretrained, to_fully_conv
from cnnviz.models.seeded import build_seeded
from cnnviz.summary import summarize


@pytest.fixture(scope="module")
def pair() -> tuple[LeNet, LeNetFullyConv]:
    lenet = build_seeded(LeNet, 0).eval().requires_grad_(False)
    return lenet, to_fully_conv(lenet)


def noise(height: int, width: int, channels: int = 3) -> torch.Tensor:
    return torch.randn(1, channels, height, width, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("size", "cells"), [(32, 1), (35, 1), (36, 2), (64, 9), (65, 9), (128, 25)]
)
def test_the_map_has_the_tutorials_number_of_cells(pair, size, cells):
    found = class_map(pair[1], noise(size, size))
    assert found.scores.shape == (10, cells, cells)
    assert (size - found.window) // found.stride + 1 == cells


def test_window_and_stride_agree_with_the_summary_of_the_whole_graph(pair):
    last = summarize(pair[1], (1, 3, 64, 64)).rows[-1]
    assert field_of(pair[1]) == (last.receptive_field, last.jump) == (32, 4)


def test_every_cell_is_lenet_on_the_crop_written_out_by_hand(pair):
    lenet, fully_conv = pair
    batch = noise(48, 60)
    found = class_map(fully_conv, batch)
    assert (found.rows, found.columns) == (5, 8)
    for row in range(5):
        for column in range(8):
            crop = batch[:, :, 4 * row : 4 * row + 32, 4 * column : 4 * column + 32]
            torch.testing.assert_close(
                found.scores[:, row, column], lenet(crop)[0], atol=1e-5, rtol=0
            )
            check = check_cell(lenet, found, batch, row, column)
            assert torch.equal(check.crop, crop)
            assert check.difference <= 1e-5
    assert largest_difference(lenet, found, batch) <= 1e-5


def test_a_cell_does_not_equal_its_neighbours_crop(pair):
    lenet, fully_conv = pair
    batch = noise(40, 40)
    found = class_map(fully_conv, batch)
    moved = torch.roll(batch, shifts=4, dims=3)
    assert largest_difference(lenet, found, moved) > 1e-3
    shifted = replace(found, scores=found.scores.clone())
    shifted.scores[4, 2, 1] += 0.5
    assert largest_difference(lenet, shifted, batch) == pytest.approx(0.5, abs=1e-4)


def test_trained_weights_agree_too():
    network = pretrained("lenet-mnist").model
    assert isinstance(network, LeNet)
    fully_conv = to_fully_conv(network)
    batch = noise(64, 64, channels=1)
    assert largest_difference(network, class_map(fully_conv, batch), batch) <= 1e-5


def test_one_pass_over_64_costs_less_than_81_crops(pair):
    found = cost(*pair, 64, 64)
    assert (found.crops, found.one_pass, found.all_crops) == (81, 8_014_920, 52_789_320)
    assert found.saving == pytest.approx(6.586, abs=1e-3)


def test_at_32_pixels_one_pass_costs_what_lenet_costs(pair):
    found = cost(*pair, 32, 32)
    assert found.crops == 1
    assert found.one_pass == found.one_crop == 651_720


def test_lenet_takes_32_to_35_pixels_and_nothing_else(pair):
    lenet = pair[0]
    assert accepted_sizes(lenet, range(20, 50)) == [32, 33, 34, 35]
    for size in range(28, 40):
        answer, said = attempt(lenet, noise(size, size))
        assert (answer is not None) == (32 <= size <= 35)
        assert bool(said) == (answer is None)


def test_the_error_at_64_is_torchs_own_with_the_tutorials_numbers(pair):
    with pytest.raises(RuntimeError) as raised:
        pair[0](noise(64, 64))
    _, said = attempt(pair[0], noise(64, 64))
    assert said == str(raised.value)
    assert "1x2704" in said
    assert "400x120" in said


@pytest.mark.parametrize("size", [31, 4])
def test_too_small_a_picture_is_refused_with_both_numbers(pair, size):
    with pytest.raises(ValueError, match=rf"32 × 32.*{size} × {size}"):
        class_map(pair[1], noise(size, size))


def test_other_impossible_pictures_are_refused(pair):
    with pytest.raises(ValueError, match="at most 512"):
        class_map(pair[1], torch.zeros(1, 3, 32, 513))
    with pytest.raises(ValueError, match="one picture, not of 2"):
        class_map(pair[1], torch.zeros(2, 3, 32, 32))
    with pytest.raises(ValueError, match="none at row 1"):
        class_map(pair[1], noise(32, 32)).corner(1, 0)


@pytest.mark.parametrize(("layer", "shape"), [(0, (16, 5, 5)), (2, (120, 1, 1)), (4, (84, 1, 1))])
def test_the_planes_are_the_weights_of_the_convolution(pair, layer, shape):
    lenet, fully_conv = pair
    planes = kernel_planes(lenet, layer, 7)
    assert tuple(planes.shape) == shape
    conv = fully_conv.classifier[layer]
    assert isinstance(conv, nn.Conv2d)
    assert torch.equal(planes, conv.weight[7])
    assert torch.equal(planes.flatten(), lenet.classifier[layer].weight[7])


@pytest.mark.parametrize(("layer", "unit"), [(1, 0), (3, 0), (0, 120), (4, -1), (9, 0)])
def test_planes_of_what_is_not_there_are_refused(pair, layer, unit):
    with pytest.raises(ValueError, match=r"Linear|outputs"):
        kernel_planes(pair[0], layer, unit)


def test_contrast_is_the_standard_deviation_of_each_crop(pair):
    batch = noise(36, 40)
    batch[:, :, :, :32] = 0.5
    found = class_map(pair[1], batch)
    seen = contrast(found, batch)
    assert seen.shape == (2, 3)
    assert float(seen[0, 0]) == pytest.approx(0, abs=1e-3)
    crop = batch[:, :, 4:36, 8:40]
    expected = (crop.square().mean() - crop.mean(dim=(2, 3)).mean().square()).sqrt()
    assert float(seen[1, 2]) == pytest.approx(float(expected), rel=1e-4)


def test_ink_in_the_middle_is_that_whose_centre_of_mass_is_near_the_windows():
    blob = torch.zeros(1, 1, 36, 60)
    blob[..., 15:17, 20:22] = 255  # its middle at 16 from the top and 21 from the left
    found = class_map(to_fully_conv(build_seeded(LeNet, 0)), noise(36, 60))
    expected = [
        [hypot(16 - (4 * row + 16), 21 - (4 * column + 16)) <= 6 for column in range(8)]
        for row in range(2)
    ]
    assert reads_middle(found, blob).tolist() == expected
    assert expected[0][:5] == [True, True, True, False, False]


def test_ink_at_both_sides_of_the_middle_is_not_in_it(pair):
    found = class_map(pair[1], noise(32, 32))
    for away, is_read in ((9, True), (11, False)):  # pixels from the middle to each of two dots
        dots = torch.zeros(1, 1, 32, 32)
        dots[..., 16, [16 - away, 15 + away]] = 255
        assert reads_middle(found, dots).tolist() == [[is_read]]
        dots[..., 16, 16] = 2 * 255  # half of the ink
        assert reads_middle(found, dots).tolist() == [[True]]


def test_no_ink_is_not_in_the_middle(pair):
    found = class_map(pair[1], noise(36, 40))
    assert not reads_middle(found, torch.zeros(1, 1, 36, 40)).any()


def test_the_cost_by_parts_adds_up_and_the_classifier_costs_the_same_both_ways(pair):
    found = cost(*pair, 80, 132)
    assert found.crops == 13 * 26
    assert found.one_pass_classifier == found.crops * found.one_crop_classifier
    assert found.one_crop_classifier == 16 * 25 * 120 + 120 * 84 + 84 * 10
    assert found.one_crop_convolutions == 28**2 * 6 * 75 + 10**2 * 16 * 150
    assert found.one_pass_convolutions < found.crops * found.one_crop_convolutions / 10


def test_probabilities_add_up_to_one_and_the_winner_has_the_highest(pair):
    found = class_map(pair[1], noise(40, 40))
    torch.testing.assert_close(found.probabilities.sum(dim=0), torch.ones(3, 3))
    assert torch.equal(found.probabilities.argmax(dim=0), found.winners)
