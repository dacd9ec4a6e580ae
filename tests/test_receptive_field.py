"""Receptive fields against what really reaches a value: the footprint of its gradient, and NaN."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import torch
from torch import Tensor, nn

from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.resnet import ResNet18
from cnnviz.summary import Row, ShapeError, summarize
from cnnviz.weightless import build_on_meta

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")

SIZE = 61  # odd and prime, so that strides leave rows over
SHAPE = (1, 1, SIZE, SIZE)


class Residual(nn.Module):
    """main(x) + skip(x); where the skip is larger it is cut to size, `offset` rows from the top."""

    def __init__(self, main: nn.Module, skip: nn.Module, offset: int = 0) -> None:
        super().__init__()
        self.main, self.skip, self.offset = main, skip, offset

    def forward(self, x: Tensor) -> Tensor:
        y, x = self.main(x), self.skip(x)
        rows = slice(self.offset, self.offset + y.shape[2])
        columns = slice(self.offset, self.offset + y.shape[3])
        return y + x[:, :, rows, columns]


class Concat(nn.Module):
    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def conv(kernel_size, **arguments) -> nn.Conv2d:
    return nn.Conv2d(4, 4, kernel_size, **arguments)


def random_piece(rng: random.Random) -> nn.Module:
    """A layer or a small block that keeps four channels."""
    k, s = rng.choice([1, 2, 3, 5]), rng.choice([1, 1, 2, 3])
    d, p = rng.choice([1, 1, 2, 3]), rng.choice([0, 1, 2])
    pool = rng.choice([nn.MaxPool2d, nn.AvgPool2d])
    make = [
        lambda: conv(k, stride=s, padding=p, dilation=d),
        lambda: conv((k, 3), stride=(1, s), padding=(p, 0), dilation=(1, d)),
        lambda: conv(3, padding="same", dilation=d, groups=rng.choice([1, 2, 4])),
        lambda: nn.Sequential(conv(2, padding="same"), nn.BatchNorm2d(4), nn.ReLU()),
        lambda: pool(k + 1, stride=s, padding=min(p, (k + 1) // 2), ceil_mode=rng.random() < 0.5),
        lambda: Residual(nn.Sequential(conv(3, padding=1), conv(5, padding=2)), nn.Identity()),
        lambda: Residual(conv(3, stride=2, padding=1), conv(1, stride=2)),
        lambda: Residual(conv(3), nn.Identity(), offset=rng.choice([0, 1, 2])),
        lambda: Residual(conv(5), conv(3, dilation=2, padding=1), offset=rng.choice([0, 2])),
        lambda: nn.Sequential(
            Concat(conv(1), conv(3, padding=1), pool(3, stride=1, padding=1)), nn.Conv2d(12, 4, 1)
        ),
        lambda: nn.Sequential(
            Concat(conv((1, 7), padding=(0, 3)), conv((3, 1), padding=(1, 0))), nn.Conv2d(8, 4, 1)
        ),
        lambda: nn.ConvTranspose2d(4, 4, k, stride=s, padding=min(p, k - 1), dilation=1),
        lambda: nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1, dilation=d),
        lambda: nn.Upsample(scale_factor=rng.choice([2, 3, 1.5]), mode="nearest"),
        lambda: nn.Upsample(scale_factor=2, mode=rng.choice(["bilinear", "bicubic"])),
        lambda: nn.Upsample(size=(53, 67), mode="bilinear", align_corners=True),
        lambda: nn.ZeroPad2d((rng.choice([0, 3]), 1, 2, rng.choice([-1, 1]))),
        lambda: nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(16, 8, 3), nn.Conv2d(8, 4, 1)),
        lambda: nn.Sequential(nn.Conv2d(4, 16, 1), nn.PixelShuffle(2)),
        lambda: nn.AdaptiveAvgPool2d((rng.choice([11, 13]), 12)),
        lambda: nn.Sequential(nn.ChannelShuffle(2), nn.Dropout2d(), nn.Hardswish()),
    ]
    return rng.choice(make)()


def averaging(network: nn.Module) -> nn.Module:
    """The network with positive weights that sum to about one, so that no gradient cancels."""
    generator = torch.Generator().manual_seed(0)
    for parameter in network.parameters():
        uniform = torch.rand(parameter.shape, generator=generator, dtype=parameter.dtype)
        parameter.data = (0.5 + uniform) / max(1, parameter[0].numel())
    return network.eval()


def random_network(seed: int) -> nn.Sequential:
    """Up to six pieces in a row; the window of the middle stays on the picture."""
    rng = random.Random(seed)
    network = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1))
    for _ in range(rng.choice([4, 5, 6])):
        longer = nn.Sequential(*network, random_piece(rng))
        try:
            row = summarize(longer, SHAPE).rows[-1]
        except ShapeError:
            continue
        if min(row.output_shape[2:]) >= 5 and max(row.output_shape) <= 150 and is_inside(row):
            network = longer
    return averaging(network.double())


def is_inside(row: Row) -> bool:
    """Whether what the middle of a map sees lies on the picture, or is nothing at all."""
    window = row.input_window(*centre(row))
    assert window is not None
    return not all(window) or all(r.start >= 0 and r.stop <= SIZE for r in window)


def all_of_a_pool_matters(network: nn.Module) -> nn.Module:
    """The network with average for maximum pooling: a gradient then reaches the whole window."""
    for name, child in network.named_children():
        if isinstance(child, nn.MaxPool2d):
            mean = nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode)
            setattr(network, name, mean)
        else:
            all_of_a_pool_matters(child)
    return network


def gradient_footprint(
    network: nn.Module, shape: tuple[int, ...], position: tuple[int, int]
) -> tuple[range, ...]:
    """Rows and columns from the first to the last where d output / d input is not zero."""
    generator = torch.Generator().manual_seed(0)
    dtype = next(network.parameters()).dtype
    picture = (torch.rand(shape, generator=generator, dtype=dtype) + 0.5).requires_grad_()
    value = network(picture)[0, :, position[0], position[1]].sum()
    (gradient,) = torch.autograd.grad(value, picture)
    touched = gradient.abs().sum(dim=(0, 1))
    lines = [touched.sum(dim=axis).nonzero().flatten().tolist() for axis in (1, 0)]
    return tuple(range(line[0], line[-1] + 1) if line else range(0) for line in lines)


def clipped(window: tuple[range, ...] | None, shape: tuple[int, ...]) -> tuple[range, ...]:
    """The part of a window that lies on the picture; no window where one of its sides is empty."""
    assert window is not None
    sizes = shape[2:] if all(window) else (0, 0)
    return tuple(range(max(w.start, 0), min(w.stop, n)) for w, n in zip(window, sizes, strict=True))


def centre(row: Row) -> tuple[int, int]:
    height, width = row.output_shape[2:]
    return height // 2, width // 2


@pytest.mark.parametrize("seed", range(60))
def test_the_window_of_a_random_network_is_the_footprint_of_its_gradient(seed):
    network = random_network(seed)
    row = summarize(network, SHAPE).rows[-1]
    truth = gradient_footprint(all_of_a_pool_matters(network), SHAPE, centre(row))
    assert clipped(row.input_window(*centre(row)), SHAPE) == truth


@pytest.mark.parametrize("seed", range(60, 72))
def test_nothing_outside_its_window_reaches_any_value_of_a_random_network(seed):
    # Some rows, each in a picture of its own, are not a number: they spoil all that they reach.
    network = random_network(seed)
    row = summarize(network, SHAPE).rows[-1]
    spoilt = range(0, SIZE, 6)
    pictures = torch.ones(len(spoilt), 1, SIZE, SIZE, dtype=torch.float64)
    pictures[range(len(spoilt)), :, spoilt] = torch.nan
    with torch.inference_mode():
        reached = network(pictures).isnan().any(dim=1).any(dim=-1)  # (spoilt row, output row)
    for position, is_reached in enumerate(reached.T):
        window = row.input_window(position, 0)
        assert window is not None
        assert {spoilt[i] for i in is_reached.nonzero()} <= set(window[0])


@pytest.mark.parametrize(
    ("num_groups", "picture_size", "field", "jump"),
    [(0, 64, 11, 4), (1, 96, 43, 4), (2, 160, 99, 8), (3, 256, 211, 16), (4, 480, 435, 32)],
)
def test_the_groups_of_resnet18_see_11_43_99_211_and_435_pixels(
    num_groups, picture_size, field, jump
):
    shape = (1, 3, picture_size, picture_size)
    groups = averaging(nn.Sequential(*list(ResNet18(10).children())[: 1 + num_groups]))
    row = summarize(groups, shape).rows[-1]
    truth = gradient_footprint(all_of_a_pool_matters(groups), shape, centre(row))
    assert (row.receptive_field, row.jump) == (field, jump)
    assert row.input_window(*centre(row)) == truth
    assert [len(side) for side in truth] == [field, field]


def test_a_feature_of_lenet_sees_16_pixels_and_its_neighbour_lies_4_further():
    shape = (1, 3, 32, 32)
    features = averaging(LeNet().feature_extractor)
    row = summarize(features, shape).rows[-1]
    assert (row.receptive_field, row.jump) == (16, 4)
    truth = gradient_footprint(all_of_a_pool_matters(features), shape, (2, 2))
    assert row.input_window(2, 2) == truth == (range(8, 24), range(8, 24))


def test_the_fully_convolutional_lenet_sees_32_pixels_4_apart():
    row = summarize(LeNetFullyConv(), (1, 3, 64, 64)).rows[-1]
    assert row.output_shape == (1, 10, 9, 9)
    assert (row.receptive_field, row.jump) == (32, 4)
    assert row.input_window(3, 8) == (range(12, 44), range(32, 64))


@pytest.mark.parametrize(
    ("name", "layer", "field", "size"),
    [  # Araujo, Norris, Sim, "Computing receptive fields", Distill 2019,
        # doi.org/10.23915/distill.00021
        ("alexnet", "features.12", 195, 224),
        ("vgg16", "features.30", 212, 224),
        ("inception_v3", "Mixed_7c.cat_2", 1311, 299),
    ],
)
def test_famous_networks_see_what_distill_has_published(name, layer, field, size):
    network = build_on_meta(name)
    assert summarize(network, (1, 3, size, size)).row(layer).receptive_field == field


def test_receptive_field_and_jump_end_with_the_flatten():
    rows = summarize(LeNet(), (1, 3, 32, 32)).rows
    assert [row.receptive_field for row in rows] == [5, 5, 6, 14, 14, 16] + 6 * [None]
    assert [row.jump for row in rows] == [1, 1, 2, 2, 2, 4] + 6 * [None]
    assert rows[-1].input_window(0, 0) is None


def last_row(*layers: nn.Module, shape: tuple[int, ...] = (1, 4, 24, 20)) -> Row:
    return summarize(nn.Sequential(*layers), shape).rows[-1]


def test_height_and_width_are_told_apart_where_they_differ():
    row = last_row(conv((3, 5), stride=(1, 2), dilation=(2, 1)))
    assert (row.receptive_field, row.jump) == (5, (1, 2))
    row = last_row(conv((3, 7), stride=2))
    assert (row.receptive_field, row.jump) == ((3, 7), 2)


def test_the_jump_is_a_fraction_after_upsampling():
    row = last_row(nn.ConvTranspose2d(4, 4, kernel_size=2, stride=2))
    assert (row.receptive_field, row.jump) == (1, Fraction(1, 2))
    assert [row.input_window(i, 0)[0] for i in range(3)] == [range(1), range(1), range(1, 2)]


def test_a_global_pooling_sees_the_picture_from_end_to_end():
    for pool in (nn.AdaptiveAvgPool2d(1), nn.AdaptiveMaxPool2d(1)):
        row = last_row(conv(3), pool)
        assert (row.receptive_field, row.jump) == ((24, 20), (24, 20))
        assert row.input_window(0, 0) == (range(24), range(20))


def test_pooling_a_map_of_one_cell_adds_nothing():
    row = last_row(conv((24, 20)), nn.AdaptiveAvgPool2d(1))
    assert row.receptive_field == (24, 20)
    assert row.input_window(0, 0) == (range(24), range(20))


class Gate(nn.Module):
    """Squeeze and excitation: a weight for each map, found from the means of all maps."""

    def __init__(self) -> None:
        super().__init__()
        self.means, self.weigh = nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weigh(self.means(x))


class FlatGate(Gate):
    def forward(self, x: Tensor) -> Tensor:
        return x * self.weigh(x.mean((2, 3))[:, :, None, None]).sigmoid()


@pytest.mark.parametrize("gate", [Gate(), FlatGate()])
def test_a_gated_map_keeps_its_field_and_says_that_the_whole_picture_has_a_say(gate):
    plain, gated = last_row(conv(3), conv(3)), last_row(conv(3), gate, conv(3))
    assert gated.receptive_field == plain.receptive_field == 5
    assert gated.has_global_context and not plain.has_global_context


@pytest.mark.parametrize(
    ("layer", "is_global"),
    [
        (nn.GroupNorm(2, 4), True),
        (nn.InstanceNorm2d(4), True),
        (nn.LayerNorm(18), True),
        (nn.Softmax(dim=2), True),
        (nn.Softmax(dim=1), False),
        (nn.BatchNorm2d(4), False),
        (nn.LocalResponseNorm(2), False),
    ],
)
def test_a_norm_over_the_map_has_global_context_and_batch_norm_has_not(layer, is_global):
    row = last_row(conv(3), layer)
    assert row.receptive_field == 3
    assert row.has_global_context is is_global


def test_an_average_over_one_axis_ends_the_map():
    class ColumnMeans(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.mean(dim=2)

    assert last_row(conv(3), ColumnMeans()).receptive_field is None


def test_maps_joined_top_to_bottom_see_each_its_own_part():
    class HalvesSwapped(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            top, bottom = x.chunk(2, dim=2)
            return torch.cat([bottom, top], dim=2)

    row = last_row(HalvesSwapped())
    rows_seen = [row.input_window(i, 0)[0].start for i in range(24)]
    assert rows_seen == [*range(12, 24), *range(12)]
    assert row.receptive_field == 1


def test_a_chain_of_upsamplings_gives_up_before_it_fills_the_memory():
    chain = [nn.ConvTranspose2d(4, 4, kernel_size=3, stride=7) for _ in range(8)]
    row = last_row(*chain, shape=(1, 4, 1, 1))
    assert row.output_shape[2] > 7**7
    assert row.receptive_field is None


def test_one_and_three_dimensional_networks_have_receptive_fields_too():
    row = last_row(nn.Conv1d(4, 4, 3), nn.MaxPool1d(2), shape=(1, 4, 50))
    assert (row.receptive_field, row.jump) == (4, 2)
    row = last_row(nn.Conv3d(4, 4, (1, 3, 3)), nn.AvgPool3d(2), shape=(1, 4, 8, 12, 12))
    assert (row.receptive_field, row.jump) == ((2, 4, 4), 2)
