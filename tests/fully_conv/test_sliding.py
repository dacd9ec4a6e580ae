"""The kernel that slides: its sums are a convolution's, and the Linear layer's on every crop."""

import pytest
import torch

from cnnviz.fully_conv.sliding import sliding, strongest_folded
from cnnviz.models import LeNet, to_fully_conv


def lenet() -> LeNet:
    model = LeNet(in_channels=1).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(1)
    for parameter in model.parameters():
        parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1)
    return model


def test_every_place_is_the_linear_layer_on_its_own_crop():
    model, unit = lenet(), 17
    picture = torch.rand(1, 1, 44, 52, generator=torch.Generator().manual_seed(0))
    found = sliding(model, picture, unit)
    assert found.response.shape == (4, 6)
    for row in range(4):
        for column in range(6):
            crop = picture[..., 4 * row : 4 * row + 32, 4 * column : 4 * column + 32]
            numbers = model.feature_extractor(crop).flatten(1)
            alone = model.classifier[0](numbers)[0, unit]
            assert torch.isclose(found.response[row, column], alone, atol=1e-5)
            assert torch.isclose(found.by_linear[row, column], alone, atol=1e-5)


def test_the_sums_add_up_to_the_twins_own_layer():
    model = lenet()
    picture = torch.rand(1, 1, 40, 40, generator=torch.Generator().manual_seed(2))
    found = sliding(model, picture, 3)
    twin = to_fully_conv(model)
    expected = twin.classifier[0](twin.feature_extractor(picture))[0, 3]
    assert torch.allclose(found.response, expected, atol=1e-6)
    assert torch.allclose(found.sums.sum(0) + found.bias, expected, atol=1e-5)
    assert found.difference < 1e-5
    assert torch.equal(found.planes.flatten(), model.classifier[0].weight[3])


def test_what_cannot_slide_is_refused():
    with pytest.raises(ValueError, match="outputs 0 to 119"):
        sliding(lenet(), torch.zeros(1, 1, 32, 32), 120)
    with pytest.raises(ValueError, match="maps of 5 × 5"):
        sliding(lenet(), torch.zeros(1, 1, 28, 28), 0)


def test_the_output_that_answers_a_cell_strongest_says_the_same_in_both_forms():
    model = lenet()
    picture = torch.rand(1, 1, 44, 52, generator=torch.Generator().manual_seed(5))
    twin = to_fully_conv(model)
    maps = twin.classifier[0](twin.feature_extractor(picture))[0]
    for row, column in ((0, 0), (2, 4)):
        crop = picture[..., 4 * row : 4 * row + 32, 4 * column : 4 * column + 32]
        found = strongest_folded(model, picture, crop, (row, column))
        assert found.unit == int(maps[:, row, column].argmax())
        expected = pytest.approx(float(maps[found.unit, row, column]), abs=1e-5)
        assert found.at_cell == expected
        assert found.on_crop == expected
        assert torch.equal(found.planes.flatten(), model.classifier[0].weight[found.unit])
