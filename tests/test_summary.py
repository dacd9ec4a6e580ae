"""Summaries against hand counts, torch's own counter, torchvision's metadata and real passes."""

from __future__ import annotations

import copy
import importlib
import pickle
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.summary import INPUT, Row, ShapeError, Summary, summarize
from cnnviz.torchvision_compat import torchvision
from cnnviz.weightless import build_on_meta
from cnnviz.zoo import networks

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


# Shapes against real passes.


def random_layer(rng: random.Random) -> nn.Module:
    k, s, p = rng.choice([1, 2, 3, 4]), rng.choice([1, 2]), rng.choice([0, 1])
    return rng.choice(
        [
            nn.Conv2d(4, 4, k, s, p, dilation=rng.choice([1, 2]), groups=rng.choice([1, 2, 4])),
            nn.ConvTranspose2d(4, 4, k, s, min(p, k - 1)),
            nn.MaxPool2d(k, s, min(p, k // 2), ceil_mode=rng.random() < 0.5),
            nn.AvgPool2d(k, s, min(p, k // 2), ceil_mode=rng.random() < 0.5),
            nn.LPPool2d(2, k, ceil_mode=rng.random() < 0.5),
            nn.AdaptiveAvgPool2d(rng.choice([1, 5, (3, None)])),
            nn.Upsample(scale_factor=1.5),
            nn.Sequential(nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.PReLU(), nn.Dropout()),
            nn.Sequential(nn.Flatten(2), nn.Unflatten(1, (2, 2)), nn.Flatten(1, 2), nn.ReLU6()),
        ]
    )


@pytest.mark.parametrize("seed", range(40))
def test_shapes_are_those_of_a_real_pass_and_what_torch_refuses_is_refused(seed):
    rng = random.Random(seed)
    network = nn.Sequential(*[random_layer(rng) for _ in range(5)]).eval()
    shape = (1, 4, rng.randint(6, 20), rng.randint(6, 20))
    try:
        with torch.inference_mode():
            real = tuple(network(torch.zeros(shape)).shape)
    except (RuntimeError, ValueError, IndexError) as refusal:
        with pytest.raises(ShapeError) as caught:
            summarize(network, shape)
        assert caught.value.torch_message == str(refusal)
    else:
        assert summarize(network, shape).output_shape == real


@pytest.mark.parametrize(
    "tensors",
    [
        ((1, 2, 4, 4), (1, 3, 4, 4)),
        ((1, 2, 4, 4), (1, 3, 4, 5)),
        ((1, 2, 4, 4), (1, 3, 4)),
        ((1, 2, 4, 4), (2, 2, 4, 4)),
    ],
)
@pytest.mark.parametrize("dim", [1, -1, 0, 4])
def test_concatenations_have_torchs_shapes_and_refusals(tensors, dim):
    class Cat(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([x * torch.ones(shape) for shape in tensors], dim)

    picture = torch.zeros(1)
    try:
        real = tuple(Cat()(picture).shape)
    except (RuntimeError, IndexError) as refusal:
        with pytest.raises(ShapeError) as caught:
            summarize(Cat(), (1, 1))
        assert caught.value.torch_message == str(refusal)
    else:
        assert summarize(Cat(), (1, 1)).output_shape == real


# Networks that do not fit their input.


def test_a_misfit_brings_the_rows_so_far_and_names_what_failed():
    with pytest.raises(ShapeError, match=r"mat1 and mat2 .* \(1x2704 and 400x120\)") as caught:
        summarize(LeNet(), (1, 3, 64, 64))
    error = caught.value
    assert error.rows[-1].output_shape == (1, 2704)
    assert (error.name, error.input_shapes) == ("classifier.0", ((1, 2704),))
    assert error.kind == "Linear(in_features=400, out_features=120, bias=True)"
    assert error.edges[-1] == ("feature_extractor.5", "flatten")


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Conv2d(3, 4, 3), (1, 1, 8, 8)),
        (nn.Conv2d(3, 4, 3), (1, 3, 2, 2)),
        (nn.Conv2d(3, 4, 3), (1, 3)),
        (nn.ConvTranspose2d(3, 4, 3), (1, 4, 8, 8)),
        (nn.BatchNorm2d(3), (1, 4, 8, 8)),
        (nn.BatchNorm2d(3), (1, 3, 8)),
        (nn.BatchNorm1d(3), (1, 3, 8, 8)),
        (nn.GroupNorm(2, 4), (1, 6, 8, 8)),
        (nn.LayerNorm(7), (1, 4, 8, 8)),
        (nn.PReLU(5), (1, 4, 8, 8)),
        (nn.MaxPool2d(9), (1, 3, 8, 8)),
        (nn.AvgPool2d(3, padding=2), (1, 3, 8, 8)),
        (nn.ReflectionPad2d(8), (1, 3, 8, 8)),
        (nn.PixelShuffle(2), (1, 3, 8, 8)),
        (nn.Unflatten(1, (2, 2)), (1, 3, 8, 8)),
        (nn.Flatten(1, 7), (1, 3, 8, 8)),
        (nn.Softmax(dim=4), (1, 3, 8, 8)),
        (nn.Upsample(size=(0, 3)), (1, 3, 8, 8)),
        (nn.LPPool2d(2, 9), (1, 3, 8, 8)),
        (nn.Linear(4, 2), (1, 3, 8, 8)),
    ],
)
def test_a_misfit_is_told_in_the_words_of_the_cpu(layer, shape):
    with pytest.raises((RuntimeError, ValueError, IndexError)) as real, torch.inference_mode():
        layer.eval()(torch.zeros(shape))
    with pytest.raises(ShapeError) as ours:
        summarize(layer, shape)
    assert ours.value.torch_message == str(real.value)


def test_a_skip_that_does_not_fit_is_named_with_both_shapes():
    class BadSkip(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(x) + x

    with pytest.raises(ShapeError) as caught:
        summarize(nn.Sequential(nn.ReLU(), BadSkip()), PICTURE)
    assert caught.value.name == "1.add"
    assert caught.value.input_shapes == ((1, 3, 30, 30), (1, 3, 32, 32))
    assert [row.name for row in caught.value.rows] == ["0", "1.conv"]


@pytest.mark.parametrize("shape", [(), (1,), (1, 0, 8, 8), (1, -3, 8, 8), (1, 3, 8.0, 8)])
def test_an_input_shape_that_is_none_is_refused(shape):
    with pytest.raises(ValueError, match="input_shape"):
        summarize(LeNet(), shape)


def test_a_path_that_depends_on_values_is_refused_with_a_sentence():
    class Moody(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x if x.mean() > 0 else -x

    with pytest.raises(ValueError, match="without values"):
        summarize(Moody(), PICTURE)


# The caller's network and the machine are left as they are.


def test_a_network_of_a_hundred_billion_parameters_takes_no_memory():
    with torch.device("meta"):
        network = nn.Sequential(nn.Conv2d(3, 100_000, 317), nn.Conv2d(100_000, 1_000_000, 1))
    summary = summarize(network, (64, 3, 8192, 8192))
    assert summary.num_params == 100_000 * (3 * 317**2 + 1) + 1_000_000 * (100_000 + 1)
    assert summary.activation_bytes > 10**15


def test_a_lazy_layer_is_refused_with_the_way_out():
    with pytest.raises(ValueError, match="run the network once"):
        summarize(nn.Sequential(nn.Flatten(), nn.LazyLinear(3)), PICTURE)


def test_the_network_is_only_read():
    model = ResNet18(10).train()
    calls = []
    model.group0.register_forward_hook(lambda *_: calls.append(1))
    before = copy.deepcopy(model.state_dict())
    summarize(model)
    assert model.training and all(module.training for module in model.modules())
    assert not calls
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.device.type == "cpu" for parameter in model.parameters())
    assert sum(len(module._forward_hooks) for module in model.modules()) == 1


def test_eight_threads_with_shared_models_get_what_one_thread_gets():
    models = [ResNet18(10).eval(), LeNetFullyConv().eval(), build_on_meta("googlenet"), Reuse()]
    jobs = [(i % 4, 64 + 32 * (i % 2)) for i in range(32)]
    truth = {job: summarize(models[job[0]], (1, 3, job[1], job[1])) for job in set(jobs)}

    def run(job: tuple[int, int]) -> bool:
        return summarize(models[job[0]], (1, 3, job[1], job[1])) == truth[job]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, jobs)) == [True] * len(jobs)


def test_summaries_beside_real_passes_disturb_neither():
    model = LeNet().eval().requires_grad_(False)
    picture = torch.ones(PICTURE)
    truth, summary = model(picture), summarize(model, PICTURE)

    def run(number: int) -> bool:
        if number % 2:
            return summarize(model, PICTURE) == summary
        with torch.inference_mode():
            return torch.equal(model(picture), truth)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(80)))


def test_a_row_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="'conv9'"):
        summarize(LeNet(), PICTURE).row("conv9")


def test_rows_stay_small_enough_to_read():
    rows: tuple[Row, ...] = summarize(build_on_meta("shufflenet_v2_x1_0")).rows
    assert not {"chunk", "transpose", "view", "contiguous"} & {row.type for row in rows}
