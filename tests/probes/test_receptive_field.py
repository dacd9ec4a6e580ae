"""Receptive fields against what really reaches a value: the footprint of its gradient, and NaN."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from torch import Tensor, nn

from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.resnet import ResNet18
from cnnviz.summary import Row, summarize
from cnnviz.zoo.on_meta import build_on_meta
from tests.support.footprints import (
    SHAPE,
    SIZE,
    all_of_a_pool_matters,
    averaging,
    centre,
    clipped,
    conv,
    gradient_footprint,
    random_network,
)

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


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
