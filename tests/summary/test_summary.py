"""Summaries against hand counts, torch's own counter, torchvision's metadata and real passes."""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.summary import INPUT, Row, Summary, summarize
from cnnviz.torchvision_compat import torchvision
from cnnviz.zoo import networks
from cnnviz.zoo.on_meta import build_on_meta

PICTURE = (1, 3, 32, 32)


def column(summary: Summary, name: str) -> list:
    return [getattr(row, name) for row in summary.rows]


# The tutorial's numbers.


def test_lenet_has_the_tutorials_shapes_parameters_and_multiply_adds():
    summary = summarize(LeNet(), PICTURE)
    assert summary.num_params == 62_006
    assert summary.macs == 651_720
    assert [row.num_params for row in summary.rows if row.num_params] == [
        456, 2416, 48_120, 10_164, 850,
    ]  # fmt: skip
    assert column(summary, "output_shape")[:7] == [
        (1, 6, 28, 28), (1, 6, 28, 28), (1, 6, 14, 14),
        (1, 16, 10, 10), (1, 16, 10, 10), (1, 16, 5, 5), (1, 400),
    ]  # fmt: skip
    assert summary.output_shape == (1, 10)


def test_one_pass_of_the_fully_convolutional_lenet_costs_less_than_81_crops():
    network = LeNetFullyConv()
    assert summarize(network, PICTURE).macs == 651_720
    assert summarize(network, (1, 3, 64, 64)).macs == 8_014_920
    assert 81 * 651_720 == 52_789_320


def test_the_residual_block_and_resnet18_have_the_tutorials_numbers():
    block = summarize(ResNetBlock(3, 64, 2))
    assert (block.num_params, block.output_shape) == (39_168, (1, 64, 112, 112))
    summary = summarize(ResNet18(10))
    assert summary.num_params == 11_181_642
    sums = {row.name: row for row in summary.rows if row.type == "add"}
    assert len(sums) == 8
    assert sums["group3.1.add"].output_shape == (1, 512, 7, 7)


def test_kinds_are_written_as_repr_writes_them():
    rows = summarize(LeNet(), PICTURE).rows
    assert rows[0].kind == "Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))"
    assert (rows[0].type, rows[0].is_module) == ("Conv2d", True)
    assert (rows[6].kind, rows[6].is_module) == ("flatten(start_dim=1)", False)


# Against others who count.


SMALLEST = {
    network.name: min(network.weights, key=lambda w: w.input_size) for network in networks()
}


@pytest.mark.parametrize("family", sorted({network.family.name for network in networks()}))
def test_totals_are_torchvisions_own_for_every_classification_network(family):
    members = [network for network in networks() if network.family.name == family]
    if not members[0].family.is_convolutional:
        members = members[:1]  # a sample: these are not what the app is about
    for name in [network.name for network in members]:
        weights = SMALLEST[name]
        shape = (1, 3, weights.input_size, weights.input_size)
        summary = summarize(build_on_meta(name, weights.name), shape)
        assert summary.num_params == weights.num_params, name
        assert round(summary.macs / 1e9, 3) == weights.giga_macs, name


@pytest.mark.parametrize(
    "name",
    [
        "alexnet", "vgg11_bn", "googlenet", "inception_v3", "resnet18", "resnext50_32x4d",
        "squeezenet1_1", "mobilenet_v3_small", "shufflenet_v2_x1_0", "efficientnet_b0",
        "regnet_y_400mf", "convnext_tiny", "vit_b_32",
    ],
)  # fmt: skip
def test_multiply_adds_are_half_of_what_torchs_flop_counter_counts(name):
    model = build_on_meta(name).to("meta")
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.empty(1, 3, 224, 224, device="meta"))
    assert 2 * summarize(model).macs == counter.get_total_flops()


@pytest.mark.parametrize(
    ("layer", "macs"),
    [
        (nn.Conv2d(4, 6, (3, 5), bias=False), 6 * 8 * 6 * 4 * 3 * 5),
        (nn.Conv2d(4, 8, 3, groups=2, padding=1), 8 * 10 * 10 * 2 * 3 * 3),
        (nn.Conv2d(4, 4, 3, groups=4, stride=2), 4 * 4 * 4 * 1 * 3 * 3),
        (nn.ConvTranspose2d(4, 6, 2, stride=2), 4 * 10 * 10 * 6 * 2 * 2),
        (nn.Linear(10, 7), 4 * 10 * 7 * 10),
        (nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)), 0),
    ],
)
def test_multiply_adds_of_a_layer_are_those_counted_by_hand(layer, macs):
    assert summarize(layer, (1, 4, 10, 10)).macs == macs


# Rows, names, edges.


class Reuse(nn.Module):
    """One convolution called twice, functions, a skip and a concatenation."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.relu = nn.Conv2d(3, 3, 3, padding=1), nn.ReLU(inplace=True)
        self.fc = nn.Linear(6, 2)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.conv(x))
        y = self.relu(self.conv(y)) + x
        y = torch.cat([y, F.max_pool2d(x, 3, 1, 1)], dim=1)
        return self.fc(y.mean((2, 3)))


def test_a_layer_called_twice_has_two_rows_and_counts_its_parameters_once():
    summary = summarize(Reuse(), (1, 3, 8, 8))
    rows = {row.name: row for row in summary.rows}
    assert list(rows) == [
        "conv", "relu", "conv_1", "relu_1", "add", "max_pool2d", "cat", "mean", "fc",
    ]  # fmt: skip
    assert (rows["conv"].num_params, rows["conv_1"].num_params) == (84, 0)
    assert rows["conv"].macs == rows["conv_1"].macs == 3 * 8 * 8 * 27
    assert summary.num_params == 84 + 14


def test_edges_follow_the_data_through_skips_and_concatenations():
    edges = summarize(Reuse(), (1, 3, 8, 8)).edges
    assert edges == (
        (INPUT, "conv"),
        ("conv", "relu"),
        ("relu", "conv_1"),
        ("conv_1", "relu_1"),
        (INPUT, "add"),
        ("relu_1", "add"),
        (INPUT, "max_pool2d"),
        ("add", "cat"),
        ("max_pool2d", "cat"),
        ("cat", "mean"),
        ("mean", "fc"),
    )


def test_the_identity_shortcut_goes_round_the_main_path():
    edges = summarize(ResNetBlock(4, 4), (1, 4, 8, 8)).edges
    assert (INPUT, "main_path.0") in edges
    assert (INPUT, "add") in edges
    assert ("main_path.4", "add") in edges


def test_an_identity_module_is_a_row_of_its_own_and_not_in_the_way_of_the_skip():
    class Skip(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.same, self.conv = nn.Identity(), nn.Conv2d(3, 3, 1)

        def forward(self, x: Tensor) -> Tensor:
            return x + self.conv(self.same(x))

    edges = summarize(Skip(), PICTURE).edges
    assert edges == ((INPUT, "same"), ("same", "conv"), (INPUT, "add"), ("conv", "add"))


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "densenet121", "squeezenet1_1"])
def test_rows_bear_the_names_of_torchvisions_feature_extractor(name):
    model = build_on_meta(name)
    extraction = importlib.import_module(f"{torchvision.__name__}.models.feature_extraction")
    _, nodes = extraction.get_graph_node_names(model, suppress_diff_warning=True)
    assert column(summarize(model), "name") == nodes[1:]  # the first node is the input


def test_rows_know_the_modules_they_lie_in():
    summary = summarize(build_on_meta("resnet18"))
    row = summary.row("layer1.0.conv1")
    assert (row.parent, row.depth) == ("layer1.0", 2)
    assert summary.containers["layer1.0"] == "BasicBlock"
    assert summary.containers[""] == "ResNet"


def test_parameters_that_no_row_reads_are_in_the_total():
    summary = summarize(build_on_meta("inception_v3"), (1, 3, 299, 299))
    assert summary.num_params - sum(column(summary, "num_params")) == 3_326_696  # AuxLogits


def test_activation_memory_is_none_for_what_writes_over_or_only_looks_at_its_input():
    layers = [nn.Conv2d(3, 4, 1), nn.ReLU(), nn.ReLU(inplace=True), nn.Flatten(), nn.Dropout()]
    summary = summarize(nn.Sequential(*layers), (2, 3, 8, 8))
    size = 4 * 2 * 4 * 8 * 8  # bytes of a float, batch, channels, height, width
    assert column(summary, "activation_bytes") == [size, size, 0, 0, 0]
    assert summary.activation_bytes == 2 * size


def test_a_summary_can_be_cached_as_bytes():
    summary = summarize(build_on_meta("mobilenet_v3_small"))
    assert pickle.loads(pickle.dumps(summary)) == summary


def test_a_row_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="'conv9'"):
        summarize(LeNet(), PICTURE).row("conv9")


def test_rows_stay_small_enough_to_read():
    rows: tuple[Row, ...] = summarize(build_on_meta("shufflenet_v2_x1_0")).rows
    assert not {"chunk", "transpose", "view", "contiguous"} & {row.type for row in rows}


class Gives(nn.Module):
    """A network whose last layer does not have the last word."""

    def __init__(self, end: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.conv, self.end = nn.Conv2d(3, 4, 3), end

    def forward(self, x: Tensor) -> object:
        return self.end(self.conv(x))


@pytest.mark.parametrize(
    "end",
    [
        lambda x: x.permute(0, 2, 3, 1),
        lambda x: x[:, :, -1],
        lambda x: x.flatten(2).transpose(1, 2),
        lambda x: {"out": x, "aux": x.mean()},
        lambda x: (x.amax((2, 3)), [x]),
    ],
)
def test_the_output_is_what_the_network_gives_and_not_what_its_last_layer_gave(end) -> None:
    model, shape = Gives(end).eval(), (2, 3, 9, 8)
    given = model(torch.zeros(shape))
    first = next(iter(given.values())) if isinstance(given, dict) else given
    first = first[0] if isinstance(first, tuple) else first
    assert summarize(model, shape).output_shape == tuple(first.shape)
