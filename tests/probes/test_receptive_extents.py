"""Receptive boxes of whole layers, and the small box that holds most of the influence."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.probes.excitation import strongest_cells
from cnnviz.probes.receptive import Box, core_box, effective_receptive_field, extents, receptive_box
from cnnviz.probes.tape import tape


class TwoWays(nn.Module):
    """Maps that have come two ways, side by side: the second half saw more."""

    def __init__(self) -> None:
        super().__init__()
        self.near = nn.Conv2d(1, 2, 1)
        self.far = nn.Conv2d(1, 2, (3, 5), padding=(1, 2))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.near(x), self.far(x)], dim=1)


@pytest.mark.parametrize("channel", [0, 3])
def test_rows_and_columns_give_the_box_of_every_cell(channel: int) -> None:
    model, picture = TwoWays().eval(), torch.rand(1, 1, 6, 7)
    rows, columns = extents(tape(model, picture), "cat", channel)
    for row in range(6):
        for column in range(7):
            box = receptive_box(model, picture, "cat", channel, row, column)
            assert (rows[row], columns[column]) == ((box.top, box.height), (box.left, box.width))


class Stays(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.where(x > 0, torch.maximum(x, x.roll(2, 3)), -x.flip(2)).repeat(1, 1, 2, 1)


class Shuffled(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        apart = F.pixel_unshuffle(x, 2)
        back = F.pixel_shuffle(F.channel_shuffle(apart, 2).unflatten(1, (1, 4)).squeeze(1), 2)
        return back.masked_fill(back > 2, 1.0)


RESIZED = [nn.Upsample(scale_factor=2), nn.Upsample(size=(7, 13)), nn.Upsample(scale_factor=0.5),
           nn.Upsample(scale_factor=2, mode="bilinear"), nn.UpsamplingBilinear2d(scale_factor=2),
           nn.Upsample(scale_factor=3, mode="bilinear"), nn.UpsamplingBilinear2d(scale_factor=3),
           nn.Upsample(scale_factor=5, mode="bilinear"),
           nn.Upsample(scale_factor=(1, 3), mode="bicubic")]  # fmt: skip
BORDERED = [nn.ZeroPad2d((1, 2, 3, 0)), nn.ZeroPad2d(-1), nn.ReflectionPad2d(2),
            nn.ReplicationPad2d((0, 3, 1, 2)), nn.CircularPad2d(2),
            nn.ConstantPad2d(1, 5.0)]  # fmt: skip


@pytest.mark.parametrize(
    "first", [*RESIZED, *BORDERED, nn.LocalResponseNorm(3), Stays(), Shuffled()]
)
def test_no_cell_sees_more_or_less_than_has_a_gradient(first: nn.Module) -> None:
    torch.manual_seed(0)
    network = nn.Sequential(first, nn.Conv2d(1, 1, 2)).double().eval()
    pictures = torch.randn(200, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    answers = network(pictures)
    rows, columns = extents(tape(network, pictures[:1].detach()), "1")
    for row in range(answers.shape[2]):
        for column in range(answers.shape[3]):
            cell = answers[:, 0, row, column].sum()
            (read,) = torch.autograd.grad(cell, pictures, retain_graph=True)
            down, along = (read.abs() > 1e-9).any(0)[0].nonzero().T
            seen = [
                (int(at.min()), int(at.max() - at.min()) + 1) for at in (down, along) if len(at)
            ]
            assert seen in ([], [rows[row], columns[column]])  # behind a border there may be none


def test_a_mean_over_a_stack_of_maps_is_no_error() -> None:
    class Stack(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.stack([x, x]).mean(0)

    rows, _ = extents(tape(Stack(), torch.rand(1, 1, 4, 6)), "mean")
    assert rows == ((0, 4),) * 4


def test_a_feature_sees_what_its_inputs_see() -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Flatten(), nn.Linear(8, 2)).eval()
    played = tape(model, torch.rand(1, 1, 4, 6))
    assert extents(played, "2", 1) == (((0, 4),), ((0, 6),))


def test_there_are_no_extents_of_a_map_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no cell"):
        extents(tape(TwoWays().eval(), torch.rand(1, 1, 6, 7)), "cat", 4)


def test_the_core_leaves_out_the_edges_that_matter_least() -> None:
    field = torch.tensor([[0.0, 1.0, 0.0], [2.0, 90.0, 3.0], [0.0, 4.0, 0.0]])
    assert core_box(field, 0.9) == Box(1, 1, 2, 2)  # 90 of 100
    assert core_box(field, 0.91) == Box(1, 1, 3, 2)  # 94: the 4 below is kept, the 3 is cut
    assert core_box(field, 1.0) == Box(0, 0, 3, 3)


def test_a_field_of_zeros_has_an_empty_core() -> None:
    assert core_box(torch.zeros(4, 4)).area == 0


@pytest.mark.parametrize("share", [0.0, 1.1, -1.0])
def test_a_core_holds_a_share(share: float) -> None:
    with pytest.raises(ValueError, match=f"{share}"):
        core_box(torch.ones(2, 2), share)


def test_the_core_holds_its_share_of_a_real_field() -> None:
    model = nn.Sequential(*(nn.Conv2d(1, 1, 5, padding=2) for _ in range(3))).eval()
    field = effective_receptive_field(model, torch.rand(1, 1, 24, 24), "2", 0, 12, 11)
    box = core_box(field)
    inside = field[box.top : box.bottom, box.left : box.right].sum() / field.sum()
    assert 0.9 <= float(inside) < 1
    assert box.area < receptive_box(model, torch.rand(1, 1, 24, 24), "2", 0, 12, 11).area


def test_the_strongest_cells_are_those_of_every_map_and_picture() -> None:
    model, batch = TwoWays().eval(), torch.rand(3, 1, 6, 7)
    found = strongest_cells(model, "cat", batch)
    with torch.no_grad():
        maps = record(model, batch, ["cat"])["cat"]
    for picture in range(3):
        for channel in range(4):
            value, row, column = found.of(picture, channel)
            assert value == float(maps[picture, channel].max())
            assert float(maps[picture, channel, row, column]) == value


def test_a_border_of_zeros_is_no_pixel_and_moves_the_others():
    stack = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ZeroPad2d((2, 1, 1, 0)), nn.Conv2d(1, 1, 3, 2))
    for parameter in stack.parameters():
        nn.init.ones_(parameter)
    picture = torch.rand(1, 1, 12, 13, requires_grad=True)
    maps = stack(picture)
    rows, columns = extents(tape(stack, picture.detach()), "2")
    for row in range(maps.shape[2]):
        for column in range(maps.shape[3]):
            (pull,) = torch.autograd.grad(maps[0, 0, row, column], picture, retain_graph=True)
            down, along = (pull[0, 0].sum(dim=axis).nonzero().flatten().tolist() for axis in (1, 0))
            has = (down[0], len(down)), (along[0], len(along))
            assert has == (rows[row], columns[column])
