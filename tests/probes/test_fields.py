"""The public receptive field against the footprint of gradients and against published numbers."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import torch
from torch import Tensor, nn

import cnnviz.models as models
from cnnviz.probes import receptive_field
from cnnviz.probes.receptive import extents
from cnnviz.probes.tape import tape
from cnnviz.summary import ShapeError
from cnnviz.zoo.on_meta import build_on_meta
from tests.support.footprints import (
    Concat,
    Residual,
    all_of_a_pool_matters,
    averaging,
    conv,
    gradient_footprint,
)

MOST_PIXELS = 140  # of the field of a random stack


def random_layer(rng: random.Random) -> nn.Module:
    """A layer or a block of four channels, with settings of their own for rows and columns."""
    kernel, dilation = (
        [rng.choice([1, 2, 3, 5]) for _ in "hw"],
        [rng.choice([1, 1, 2]) for _ in "hw"],
    )
    stride, padding = (
        [rng.choice([1, 1, 2, 3]) for _ in "hw"],
        [rng.choice([0, 1, 2]) for _ in "hw"],
    )
    half = [min(p, k // 2) for p, k in zip(padding, kernel, strict=True)]
    step, wide = rng.choice([1, 2]), rng.random() < 0.5
    make = [
        lambda: conv(tuple(kernel), stride=stride, padding=padding, dilation=dilation),
        lambda: conv(3, padding=1, groups=rng.choice([1, 2, 4])),
        lambda: nn.MaxPool2d(tuple(kernel), stride, half, ceil_mode=wide),
        lambda: nn.AvgPool2d(tuple(kernel), stride, half, ceil_mode=wide),
        lambda: nn.LPPool2d(1, 2, stride=step, ceil_mode=wide),
        lambda: Residual(
            nn.Sequential(conv(3, stride=step, padding=1), nn.BatchNorm2d(4), conv(3, padding=1)),
            conv(1, stride=step),
        ),
        lambda: Residual(conv((3, 5)), nn.Identity(), offset=1),
        lambda: nn.Sequential(
            Concat(conv(1), conv((1, 5), padding=(0, 2)), nn.AvgPool2d(3, 1, 1)),
            nn.Conv2d(12, 4, 1),
        ),
        lambda: nn.Sequential(nn.ZeroPad2d((3, 0, 1, 2)), conv(2)),
    ]
    return rng.choice(make)()


def random_stack(seed: int) -> nn.Sequential:
    """Up to seven layers, and after them what no picture but one would go through."""
    rng = random.Random(seed)
    stack = nn.Sequential(nn.Conv2d(2, 4, rng.choice([1, 3]), bias=False))
    for _ in range(rng.randint(1, 7)):
        longer = nn.Sequential(*stack, random_layer(rng))
        size = receptive_field(longer, str(len(stack)), (1, 2, 900, 900)).size
        if size is not None and max(size) <= MOST_PIXELS:
            stack = longer
    return averaging(stack.double())


@pytest.mark.parametrize("seed", range(200))
def test_a_random_stack_sees_what_its_gradient_reaches(seed: int) -> None:
    stack = random_stack(seed)
    whole = nn.Sequential(stack, nn.Flatten(), nn.Linear(1, 1))
    field = receptive_field(whole, "0")
    assert field.size and field.jump and field.offset
    unit = [1 - offset // jump for offset, jump in zip(field.offset, field.jump, strict=True)]
    sides = [
        (unit[i] + 2) * field.jump[i] + field.size[i] + MOST_PIXELS for i in range(2)
    ]  # nothing of the window lies outside the picture
    truth = gradient_footprint(all_of_a_pool_matters(stack), (1, 2, *sides), (unit[0], unit[1]))
    starts = [field.offset[i] + unit[i] * field.jump[i] for i in range(2)]
    assert [side.start for side in truth] == starts
    assert tuple(len(side) for side in truth) == field.size


@pytest.mark.parametrize(
    ("layer", "size", "jump"),
    [("input_group", 11, 4), ("group0", 43, 4), ("group1", 99, 8), ("group2", 211, 16),
     ("group3", 435, 32)],
)  # fmt: skip
def test_the_groups_of_resnet18(layer: str, size: int, jump: int) -> None:
    field = receptive_field(models.ResNet18(10), layer)
    assert (field.size, field.jump) == ((size, size), (jump, jump))
    assert field.offset == (-(size // 2), -(size // 2))  # centred: group3 begins at -217


def test_with_every_stride_1_the_groups_of_resnet18_see_41_pixels() -> None:
    network = models.ResNet18(10)
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.MaxPool2d):
            module.stride = (1, 1)
    assert receptive_field(network, "group3").size == (41, 41)


@pytest.mark.parametrize(
    ("name", "layer", "size"),
    [("resnet101", "layer4", 971), ("resnet18", "layer4", 435), ("vgg16", "features", 212),
     ("alexnet", "features", 195), ("inception_v3", "Mixed_7c", 1311)],
)  # fmt: skip
def test_torchvisions_networks_see_what_is_published(name: str, layer: str, size: int) -> None:
    field = receptive_field(build_on_meta(name), layer, (1, 3, 299, 299))
    assert field.size == (size, size)  # not cut to the picture


def test_lenet_is_followed_only_as_far_as_the_layer_at_any_size_and_of_any_channels() -> None:
    for channels in (1, 3):
        network = models.LeNet(channels)
        field = receptive_field(network, network.feature_extractor)
        assert (field.size, field.jump, field.offset) == ((16, 16), (4, 4), (0, 0))


def test_channels_are_those_the_network_takes_also_behind_a_rearrangement() -> None:
    network = nn.Sequential(nn.PixelUnshuffle(2), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 3))
    assert receptive_field(network, "2").size == (6, 6)


def test_rows_and_columns_are_told_apart() -> None:
    layer = nn.Conv2d(1, 1, (3, 5), stride=(1, 2), padding=(0, 4), dilation=(4, 2))
    field = receptive_field(nn.Sequential(layer, nn.MaxPool2d((1, 2))), "1")
    assert (field.size, field.jump, field.offset) == ((9, 11), (1, 4), (0, -4))
    assert receptive_field(layer, "").size == (9, 9)


def test_a_sum_has_a_name_too() -> None:
    assert receptive_field(models.ResNet18(10), "group0.0.add").size == (27, 27)


def test_behind_an_alternating_transposed_convolution_there_is_no_single_size() -> None:
    network = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ConvTranspose2d(1, 1, 3, stride=2)).eval()
    field = receptive_field(network, "1", (1, 1, 12, 12))
    assert (field.size, field.jump, field.offset) == (None, None, None)
    assert "'1', ConvTranspose2d(1, 1, kernel_size=(3, 3), stride=(2, 2))" in field.reason
    assert "3 or 4 pixels by turns" in field.reason
    rows, columns = extents(tape(network, torch.rand(1, 1, 12, 12)), "1")
    windows = [field.window(i, i) for i in range(len(rows))]
    assert [(w[0].start, len(w[0])) for w in windows[2:-2]] == list(rows[2:-2])
    assert rows == columns


def test_an_upsampling_that_does_not_alternate_has_a_size_and_half_a_jump() -> None:
    field = receptive_field(nn.Sequential(nn.ConvTranspose2d(1, 1, 2, stride=2)), "0")
    assert (field.size, field.jump) == ((1, 1), (Fraction(1, 2), Fraction(1, 2)))


def test_behind_a_flatten_there_are_no_rows_and_columns() -> None:
    field = receptive_field(models.LeNet(), "classifier.1", (1, 3, 32, 32))
    assert field.size is None and "no rows and columns" in field.reason
    assert field.window(0, 0) is None


def test_a_gate_is_told() -> None:
    network = build_on_meta("mobilenet_v3_small")
    assert receptive_field(network, "features.1").has_global_context
    assert not receptive_field(network, "features.0").has_global_context


class Unused(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.used, self.idle = nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.used(x)


def test_layers_that_are_not_there_or_never_run_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no layer 'grup3'; it has, for example, \['group3'"):
        receptive_field(models.ResNet18(10), "grup3")
    with pytest.raises(ValueError, match="never comes to a layer named 'idle'"):
        receptive_field(Unused(), "idle")
    with pytest.raises(ValueError, match="Linear is not a layer of this network"):
        receptive_field(models.LeNet(), nn.Linear(1, 1))


def test_a_picture_that_does_not_reach_the_layer_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"feature_extractor\.3"):
        receptive_field(models.LeNet(), "feature_extractor.3", (1, 3, 8, 8))


@pytest.mark.parametrize(("kernel", "stride"), [(1, 2), (2, 3), (1, 4)])
def test_where_the_kernel_is_smaller_than_the_stride_some_rows_see_nothing_and_the_rest_do(
    kernel: int, stride: int
) -> None:
    up = nn.ConvTranspose2d(1, 1, kernel, stride=stride)
    network = averaging(nn.Sequential(nn.Conv2d(1, 1, 3), up).double())
    rows, columns = extents(tape(network, torch.rand(1, 1, 7, 9, dtype=torch.float64)), "1")
    for row, (first, size) in enumerate(rows):
        reached = set().union(
            *(gradient_footprint(network, (1, 1, 7, 9), (row, c))[0] for c in range(stride))
        )
        assert set(range(first, first + size)) == reached
    assert {size for _, size in rows} == {size for _, size in columns} == {0, 3}
