"""The class map of a whole photo: against the networks themselves, crops, and gradients."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.fully_conv.photographs import (
    LARGEST_SIDE,
    Cells,
    cells_of,
    crop_round,
    parts_of,
    photo_cost,
    photo_map,
    smallest_side,
)
from cnnviz.images import fit, sample
from cnnviz.models import Pretrained, pretrained
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.models.transforms import normalised, picture_tensor

SMALLEST = {"squeezenet1.1": 17, "efficientnet-lite0": 32}


@pytest.fixture(scope="module", params=PHOTOGRAPHS)
def network(request) -> Pretrained:
    return pretrained(request.param)


def batch_of(network: Pretrained, name: str, size: tuple[int, int]) -> torch.Tensor:
    return normalised(picture_tensor(fit(sample(name), size), 3), network.transform.spec)


@pytest.mark.parametrize("size", [(96, 160), (224, 224), (192, 288)])
def test_the_mean_of_all_cells_is_what_the_network_says_of_the_photo(network, size):
    batch = batch_of(network, "coffee", size)
    found = photo_map(parts_of(network.model), batch)
    with torch.inference_mode():
        wanted = network.model(batch)[0]
    assert torch.allclose(found.mean, wanted, atol=1e-4)
    assert torch.equal(found.own, wanted)
    assert found.difference < 1e-5 * float(wanted.abs().max())


def test_a_cell_is_the_linear_layer_on_that_cell_s_numbers():
    model = pretrained("efficientnet-lite0").model
    batch = batch_of(pretrained("efficientnet-lite0"), "cat", (128, 192))
    found = photo_map(parts_of(model), batch)
    with torch.inference_mode():
        maps = model.head(model.blocks(model.stem(batch)))
        alone = model.classifier(maps[0, :, 2, 3])
    assert torch.allclose(found.scores[:, 2, 3], alone, atol=1e-4)


def test_no_weight_is_copied_and_none_can_be_changed(network):
    parts = parts_of(network.model)
    theirs = {tensor.data_ptr() for tensor in network.model.parameters()}
    ours = [*parts.features.parameters(), *parts.per_cell.parameters()]
    assert {tensor.data_ptr() for tensor in ours} == theirs
    assert not any(tensor.requires_grad for tensor in ours)


def test_probabilities_are_each_cell_s_own_softmax(network):
    found = photo_map(parts_of(network.model), batch_of(network, "cat", (96, 128)))
    shares = found.scores.softmax(dim=0)
    assert torch.allclose(found.probabilities(285), shares[285], atol=1e-6)
    told, indices = found.likeliest(3)
    wanted = shares.sort(dim=0, descending=True)
    assert torch.allclose(told, wanted.values[:3], atol=1e-6)
    assert torch.equal(indices[0], found.scores.argmax(dim=0))


def test_only_pixels_of_its_window_move_a_cell():
    network = pretrained("squeezenet1.1")
    parts = parts_of(network.model)
    cells = cells_of(parts)
    assert (cells.window, cells.stride) == (207, 16)
    batch = batch_of(network, "coffee", (256, 320)).requires_grad_()
    place = (7, 11)
    parts.per_cell(parts.features(batch))[0, :, place[0], place[1]].sum().backward()
    assert batch.grad is not None
    moved = batch.grad[0].abs().sum(dim=0)
    for axis, index in enumerate(place):
        first, end = cells.seen(index, moved.shape[axis])
        touched = moved.sum(dim=1 - axis).nonzero().flatten()
        assert first <= int(touched.min())
        assert int(touched.max()) < end


def test_the_window_s_middle_and_the_crop_round_it():
    cells = Cells(window=207, first=-88, stride=16)
    assert cells.start == 7.5
    assert cells.seen(0, 288) == (0, 119)
    rows, columns = crop_round(cells, (0, 14), (288, 448))
    assert (rows.start, rows.stop) == (0, 224)
    assert abs((columns.start + columns.stop) / 2 - (7.5 + 16 * 14.5)) <= 0.5
    rows, columns = crop_round(cells, (9, 99), (160, 448))
    assert (rows.start, rows.stop, columns.stop) == (0, 160, 448)


def test_the_cost_is_that_of_one_pass_and_of_the_network_on_every_crop(network):
    from cnnviz.summary import summarize

    cost = photo_cost(parts_of(network.model), 256, 320)
    crop = summarize(network.model, (1, 3, 224, 224)).macs
    assert cost.one_crop == crop
    found = photo_map(parts_of(network.model), batch_of(network, "cat", (256, 320)))
    assert cost.crops == found.rows * found.columns
    kernels = parts_of(network.model).kernels.weight.numel()
    assert cost.one_pass_classifier == cost.crops * kernels


def test_the_smallest_picture_is_taken_and_one_pixel_less_is_not(network):
    parts, least = parts_of(network.model), SMALLEST[network.card.name]
    assert smallest_side(parts) == least
    with torch.inference_mode():
        parts.features(torch.zeros(1, 3, least, least))
        with pytest.raises(RuntimeError):
            parts.features(torch.zeros(1, 3, least - 1, least - 1))


def test_other_networks_and_pictures_are_refused():
    with pytest.raises(TypeError, match="only SqueezeNet"):
        parts_of(nn.Sequential(nn.Conv2d(3, 4, 3)))
    parts = parts_of(pretrained("squeezenet1.1").model)
    with pytest.raises(ValueError, match="not of 2"):
        photo_map(parts, torch.zeros(2, 3, 64, 64))
    with pytest.raises(ValueError, match=f"at most {LARGEST_SIDE}"):
        photo_map(parts, torch.zeros(1, 3, 64, 1024))
