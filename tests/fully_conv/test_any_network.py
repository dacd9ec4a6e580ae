"""Networks of files as convolutions alone: each cell, or their mean, is what the network says."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cnnviz.fully_conv.any_network import any_size
from cnnviz.models import LeNet, load_onnx
from cnnviz.models.onnx.opened import open_file
from tests.support.onnx_networks import TORCHVISION, exported, lively, picture

FILES = Path(__file__).parents[1] / "support" / "onnx_files"


def larger(channels: int = 3, height: int = 80, width: int = 96) -> Tensor:
    return torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(4))


def assert_cells_are_windows(net: nn.Module, made: nn.Module, side: int, channels: int) -> None:
    batch = larger(channels, side + 12, side + 8)
    with torch.inference_mode():
        cells = made(batch)
        step = 12 // (cells.shape[2] - 1)
        for row in range(cells.shape[2]):
            for column in range(cells.shape[3]):
                top, left = row * step, column * step
                crop = batch[:, :, top : top + side, left : left + side]
                torch.testing.assert_close(cells[:, :, row, column], net(crop), atol=1e-4, rtol=0)


def test_each_cell_of_lenet_is_what_the_file_says_of_its_window() -> None:
    net = LeNet(1).eval()
    made = any_size(load_onnx(exported(net, picture(32, 1))), (1, 32, 32))
    assert not made.is_averaged
    assert made.replaced == ("3 × Linear → Conv2d",)
    assert_cells_are_windows(net, made.model, 32, 1)


def test_channels_last_are_laid_in_a_row_in_their_own_order() -> None:
    opened = open_file((FILES / "lenet_keras.onnx").read_bytes())
    made = any_size(opened.model, opened.shape)
    with torch.inference_mode():  # it pads, so that other cells have other edges
        batch = picture(28, 1)
        torch.testing.assert_close(made.model(batch).flatten(1), opened.model(batch))


@pytest.mark.parametrize("name", ["resnet18", "squeezenet1_1", "mobilenet_v2", "densenet121"])
def test_the_mean_of_all_cells_is_what_the_network_says_of_any_picture(name: str) -> None:
    net = lively(TORCHVISION[name]())
    made = any_size(load_onnx(exported(net, picture())), (3, 64, 64))
    batch = larger()
    with torch.inference_mode():
        cells = made.model(batch)
        if name == "squeezenet1_1":  # its classifier ends in maps already
            assert cells.shape[2] > 3
        assert cells.shape[1] == 10
        torch.testing.assert_close(cells.mean(dim=(2, 3)), net(batch), atol=1e-4, rtol=1e-4)
    assert made.is_averaged


def test_where_more_than_sums_follow_the_mean_cells_are_windows() -> None:
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3, stride=4), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 8),
        nn.BatchNorm1d(8), nn.Hardswish(), nn.Dropout(), nn.Linear(8, 5), nn.Softmax(-1),
    )  # fmt: skip
    made = any_size(load_onnx(exported(lively(net), picture(19))), (3, 19, 19))
    assert not made.is_averaged
    assert_cells_are_windows(net, made.model, 19, 3)


class _Places(nn.Module):
    """Adds a number to each place, as networks with positions do."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 3)
        self.places = nn.Parameter(torch.rand(1, 2, 62, 62))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + self.places


@pytest.mark.parametrize(
    ("net", "why"),
    [
        (_Places(), "Constant at .* works on numbers of one size only"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.LayerNorm([4, 62, 62])), "LayerNorm at .* one size"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Linear(62, 5)), "Linear at .* than a row of numbers"),
        (nn.Sequential(nn.Upsample(size=(40, 40)), nn.Conv2d(3, 2, 3)), "Upsample at .* one size"),
    ],
)
def test_what_works_at_one_size_is_the_reason(net: nn.Module, why: str) -> None:
    loaded = load_onnx(exported(lively(net), picture()))
    with pytest.raises(ValueError, match=why):
        any_size(loaded, (3, 64, 64))
