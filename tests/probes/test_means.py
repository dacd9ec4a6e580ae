"""Cells behind a mean of the maps, a dropout at work and pixels laid out as channels."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.probes.microscope import explain_cell
from cnnviz.probes.receptive import receptive_box
from cnnviz.probes.tape import Kind, kind_of, tape


class Gated(nn.Module):
    """Maps times their mean along some axes, or less it."""

    def __init__(self, is_less: bool = False, **settings: Any) -> None:
        super().__init__()
        self.conv, self.last = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 1, 1)
        self.settings, self.is_less = settings, is_less

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        mean = torch.mean(y, **self.settings)
        return self.last(y - mean if self.is_less else y * mean)


MEANS = [{}, *({"dim": dim, "keepdim": True} for dim in (1, 2, -1, (2, 3), (1, -1), (1, 2, 3)))]


@pytest.fixture
def batch() -> Tensor:
    return torch.rand(1, 1, 8, 9, generator=torch.Generator().manual_seed(2))


def reached(model: nn.Module, batch: Tensor, cell: tuple[int, int]) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of where the gradient of a cell is not zero."""
    pixels = batch.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(pixels)[0, 0, *cell], pixels)
    rows, columns = gradient[0, 0].nonzero().T
    return rows.min().item(), columns.min().item(), rows.max().item() + 1, columns.max().item() + 1


@pytest.mark.parametrize("settings", MEANS, ids=str)
def test_what_a_cell_behind_a_mean_sees_is_what_its_gradient_reaches(batch, settings):
    model = Gated(**settings).eval()
    box = receptive_box(model, batch, "last", 0, 2, 3)
    assert (box.top, box.left, box.bottom, box.right) == reached(model, batch, (2, 3))


@pytest.mark.parametrize("settings", MEANS, ids=str)
def test_a_cell_behind_a_subtracted_mean_is_explained_and_sees_no_less_than_it_does(
    batch, settings
):
    model = Gated(is_less=True, **settings).eval().requires_grad_(False)
    found = explain_cell(model, batch, "last", 0, 2, 3)
    assert found.steps[-1].value == pytest.approx(model(batch)[0, 0, 2, 3].item(), abs=1e-5)
    box = receptive_box(model, batch, "last", 0, 2, 3)
    top, left, bottom, right = reached(model, batch, (2, 3))
    assert box.top <= top and box.left <= left
    assert box.bottom >= bottom and box.right >= right


def test_a_dropout_at_work_is_no_rearrangement():
    assert kind_of(nn.Dropout(0.5).train()) is kind_of(nn.Dropout2d(0.1).train()) is Kind.OTHER
    assert kind_of(nn.Dropout(0.5).eval()) is kind_of(nn.Dropout(0.0).train()) is Kind.MOVE


class Dropping(nn.Module):
    """A dropout by function, which does not know of evaluation mode unless it is told."""

    def __init__(self, *settings: Any) -> None:
        super().__init__()
        self.conv, self.settings = nn.Conv2d(1, 2, 3), settings

    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(self.conv(x), *self.settings)


@pytest.mark.parametrize(
    ("settings", "kind"), [((), Kind.OTHER), ((0.5, True), Kind.OTHER), ((0.5, False), Kind.MOVE)]
)
def test_a_dropout_by_function_is_at_work_unless_it_is_told(batch, settings, kind):
    model = Dropping(*settings).eval()
    played = tape(model, batch)
    assert played["dropout"].kind is kind
    found = explain_cell(model, batch, "dropout", 1, 2, 3, played)
    assert found.value == pytest.approx(played["dropout"].output[0, 1, 2, 3].item())
    box = receptive_box(model, batch, "dropout", 1, 2, 3)
    assert (box.top, box.left, box.bottom, box.right) == (2, 3, 5, 6)


def test_pixels_laid_out_as_channels_are_followed_to_where_they_were(batch):
    plain = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.PixelUnshuffle(2))
    square = batch[..., :8]
    assert tape(plain, square)["1"].kind is Kind.MOVE
    box = receptive_box(plain, square, "1", 3, 1, 2)  # the cell (3, 5) of the convolution
    assert (box.top, box.left, box.bottom, box.right) == (2, 4, 5, 7)
