"""The microscope: what is written out is what torch computed, and what it says can be pasted."""

import random

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.mlp import MLP
from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.probes.microscope import CellExplanation, explain_cell
from cnnviz.probes.microscope.stages import number
from cnnviz.probes.receptive import Box
from cnnviz.probes.tape import Tape, tape
from cnnviz.torchvision_compat import torchvision
from tests.support.seeded import picture

CELLS = 500
TOLERANCE = 1e-5


def drawn(model: nn.Module, seed: int = 0) -> nn.Module:
    """The model with every weight and every statistic of its norms drawn from a seed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name.endswith(("running_var", "weight")) and tensor.ndim == 1:
                tensor.uniform_(0.5, 1.5, generator=generator)
            elif tensor.is_floating_point():
                fan_in = max(1, tensor[0].numel() if tensor.ndim > 1 else 10)
                tensor.normal_(std=fan_in**-0.5, generator=generator)
    return model.eval().requires_grad_(False)


def random_cells(played: Tape, count: int, seed: int = 0) -> list[tuple[str, tuple[int, ...]]]:
    """Layers of a pass, containers too, and cells of them."""
    chance = random.Random(seed)
    names = [name for name in played.names if played[name].output.ndim in (2, 4)]
    layers = [chance.choice(names) for _ in range(count)]
    return [
        (name, tuple(chance.randrange(size) for size in played[name].output.shape[1:]))
        for name in layers
    ]


OURS = {
    "LeNet": (LeNet, (1, 3, 32, 32)),
    "LeNetFullyConv": (LeNetFullyConv, (1, 3, 44, 44)),
    "ResNetBlock": (lambda: ResNetBlock(3, 8, 2), (1, 3, 15, 15)),
    "ResNet18": (lambda: ResNet18(10), (1, 3, 64, 64)),
    "MLP": (lambda: MLP(48, (20, 10), 5, activation="tanh"), (1, 3, 4, 4)),
    "everything a builder has": (
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, (3, 5), stride=(2, 1), padding=(2, 1), dilation=(2, 1)),
            nn.GroupNorm(2, 8),
            nn.LeakyReLU(0.1),
            nn.Conv2d(8, 8, 3, padding=1, groups=4, padding_mode="reflect"),
            nn.ELU(),
            nn.MaxPool2d(3, 2, padding=1, ceil_mode=True),
            nn.Conv2d(8, 6, 4, padding="same", padding_mode="circular", bias=False),
            nn.GELU(),
            nn.AvgPool2d(3, 2, padding=1, ceil_mode=True),
            nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1, output_padding=1, groups=2),
            nn.PReLU(4),
            nn.BatchNorm2d(4, affine=False),
            nn.Hardswish(),
            nn.LPPool2d(2, 2),
            nn.AvgPool2d(2, 1, padding=1, count_include_pad=False),
            nn.SiLU(),
            nn.AvgPool2d(2, 1, divisor_override=3),
            nn.Dropout(),
            nn.AdaptiveAvgPool2d((3, 2)),
            nn.Flatten(),
            nn.Linear(24, 7),
            nn.BatchNorm1d(7),
            nn.Sigmoid(),
            nn.Linear(7, 3, bias=False),
        ),
        (1, 3, 25, 26),
    ),
    "torchvision resnet18": (torchvision.models.resnet18, (1, 3, 64, 64)),
}


@pytest.mark.parametrize("name", OURS)
def test_the_written_out_sum_of_500_random_cells_is_the_activation(name: str) -> None:
    build, shape = OURS[name]
    model, batch = drawn(build()), picture(*shape)
    played, wrong = tape(model, batch), []
    for layer, cell in random_cells(played, CELLS):
        explained = explain_cell(model, batch, layer, *cell, played=played)
        expected = played[layer].output[(0, *cell)].item()
        assert explained.activation == expected
        assert explained.is_written_out, layer
        if abs(explained.value - expected) > TOLERANCE * max(1, abs(expected)):
            wrong.append((layer, cell, explained.value, expected))
    assert wrong == []


def evaluated(explained: CellExplanation, model: nn.Module, batch: Tensor) -> float:
    names = {"torch": torch, "F": F, "model": model, "x": batch, "record": record}
    with torch.no_grad():
        return float(eval(explained.expression, names))


@pytest.mark.parametrize("name", OURS)
def test_the_expression_pasted_into_python_gives_the_activation(name: str) -> None:
    build, shape = OURS[name]
    model, batch = drawn(build()), picture(*shape)
    played = tape(model, batch)
    for layer, cell in random_cells(played, 30, seed=1):
        explained = explain_cell(model, batch, layer, *cell, played=played)
        assert "\n" not in explained.expression
        value = evaluated(explained, model, batch)
        assert value == pytest.approx(explained.activation, rel=1e-4, abs=1e-5), layer


ELSEWHERE = ["googlenet", "densenet121", "mobilenet_v3_small", "shufflenet_v2_x0_5", "mnasnet0_5"]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_networks_of_torchvision_can_be_written_out_too(name: str) -> None:
    settings = {"init_weights": False} if name == "googlenet" else {}
    model = drawn(torchvision.models.get_model(name, weights=None, **settings))
    batch = picture(1, 3, 64, 64)
    played = tape(model, batch)
    explained = [
        explain_cell(model, batch, layer, *cell, played=played)
        for layer, cell in random_cells(played, 25)
    ]
    assert sum(one.is_written_out for one in explained) > 20
    for one in explained:
        assert abs(one.value - one.activation) <= TOLERANCE * max(1, abs(one.activation)), one.layer
    for one in explained[:4]:
        value = evaluated(one, model, batch)
        assert value == pytest.approx(one.activation, rel=1e-3, abs=1e-4), one.layer


def by_hand() -> nn.Sequential:
    """A 2×2 kernel of 1, 2, 3, 4 and bias 1, a batch norm, a ReLU, a maximum."""
    model = nn.Sequential(nn.Conv2d(1, 1, 2), nn.BatchNorm2d(1, eps=0), nn.ReLU(), nn.MaxPool2d(2))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]))
        model[0].bias.fill_(1)
        model[1].running_mean.fill_(21)
        model[1].running_var.fill_(4)
        model[1].weight.fill_(3)
        model[1].bias.fill_(5)
    return model.eval().requires_grad_(False)


NINE = torch.arange(1.0, 10.0).view(1, 1, 3, 3)


def test_a_convolution_done_by_hand() -> None:
    # 1·1 + 2·2 + 3·4 + 4·5 = 37, and the bias 1
    (step,) = explain_cell(by_hand(), NINE, "0", 0, 0, 0).steps
    assert [(term.label, term.value, term.products) for term in step.terms] == [
        ("channel 0", 37, 4),
        ("bias", 1, 0),
    ]
    assert step.value == 38
    assert step.formula == (
        r"\underbrace{37}_{\text{channel 0}} + \underbrace{1}_{\text{bias}} = 38"
    )
    assert step.expression == "(model[0].weight[0] * x[0, :, 0:2, 0:2]).sum() + model[0].bias[0]"
    assert step.window is not None
    assert step.window.values.tolist() == [[[1, 2], [4, 5]]]
    assert (step.window.rows, step.window.columns) == ((0, 1), (0, 1))


def test_the_whole_story_of_a_maximum_done_by_hand() -> None:
    explained = explain_cell(by_hand(), NINE, "3", 0, 0, 0)
    conv, norm, relu, maximum = explained.steps
    # the largest window is 5 6 8 9: 5 + 12 + 24 + 36 + 1 = 78, and (78 − 21) / 2 · 3 + 5 = 90.5
    assert (conv.value, norm.value, relu.value, maximum.value) == (78, 90.5, 90.5, 90.5)
    assert dict(norm.numbers) == {
        "x": 78, "mean": 21, "variance": 4, "eps": 0, "weight": 3, "bias": 5,
    }  # fmt: skip
    assert norm.formula == r"\frac{78 - 21}{\sqrt{4 + 0}} \cdot 3 + 5 = 90.5"
    assert relu.formula == r"\max(0,\ 90.5) = 90.5"
    assert [term.is_chosen for term in maximum.terms] == [False, False, False, True]
    assert maximum.formula == r"\max(30.5, 45.5, 75.5, \mathbf{90.5}) = 90.5"
    assert explained.box == Box(0, 0, 3, 3)
    assert explained.formula.count(r"\\") == 3


def test_padding_is_read_as_zeros_and_its_place_is_outside_the_picture() -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1, bias=False))
    nn.init.ones_(model[0].weight)
    (step,) = explain_cell(model, NINE, "0", 0, 0, 2).steps
    assert step.window is not None
    assert step.window.rows == (-1, 0, 1)
    assert step.window.columns == (1, 2, 3)
    assert step.window.values.tolist() == [[[0, 0, 0], [2, 3, 0], [5, 6, 0]]]
    assert step.value == 16


def test_channels_of_a_picture_are_called_by_their_colours() -> None:
    model, batch = drawn(LeNet()), picture(1, 3, 32, 32)
    (step,) = explain_cell(model, batch, "feature_extractor.0", 2, 3, 4).steps
    assert [term.label for term in step.terms] == ["red", "green", "blue", "bias"]
    assert [term.products for term in step.terms] == [25, 25, 25, 0]
    inner = explain_cell(model, batch, "feature_extractor.3", 2, 3, 4).steps[0]
    assert [term.label for term in inner.terms] == [*(f"channel {i}" for i in range(6)), "bias"]


def test_a_residual_block_is_main_path_plus_shortcut_then_relu() -> None:
    model, batch = drawn(ResNet18(10)), picture(1, 3, 64, 64)
    changed = explain_cell(model, batch, "group1.0", 5, 2, 3)
    assert [step.layer for step in changed.steps] == [
        "group1.0.main_path.3",
        "group1.0.main_path.4",
        "group1.0.shortcut_path.0",
        "group1.0.shortcut_path.1",
        "group1.0.add",
        "group1.0.relu",
    ]
    total = changed.steps[-2]
    assert [term.label for term in total.terms] == ["main path", "shortcut path"]
    same = explain_cell(model, batch, "group1.1.add", 5, 2, 3)
    shortcut = record(model, batch, ["group1.0"])["group1.0"][0, 5, 2, 3].item()
    assert same.steps[-1].terms[1].value == shortcut
    assert [step.layer for step in same.steps[:-1]] == [
        "group1.1.main_path.3",
        "group1.1.main_path.4",
    ]


def test_a_linear_layer_on_flattened_maps_is_summed_map_by_map() -> None:
    model, batch = drawn(LeNet()), picture(1, 3, 32, 32)
    (step,) = explain_cell(model, batch, "classifier.0", 7).steps
    assert [term.label for term in step.terms] == [*(f"channel {i}" for i in range(16)), "bias"]
    assert {term.products for term in step.terms[:-1]} == {25}
    assert step.window is not None
    assert step.window.layer == "feature_extractor.5"
    (last,) = explain_cell(model, batch, "classifier.4", 0).steps
    assert last.terms[3].label == "input 3"


def test_a_long_sum_shows_its_largest_terms_and_adds_up_the_others() -> None:
    model, batch = drawn(ResNet18(10)), picture(1, 3, 64, 64)
    (step,) = explain_cell(model, batch, "group1.0.main_path.0", 0, 1, 1).steps
    assert len(step.terms) == 64
    assert r"\text{60 others}" in step.formula
    assert step.formula.count("underbrace") == 5
    largest = sorted(step.terms, key=lambda term: -abs(term.value))[:4]
    assert all(rf"\text{{{term.label}}}" in step.formula for term in largest)


def test_expressions_call_whole_parts_of_the_network_by_their_names() -> None:
    model, batch = drawn(ResNet18(10)), picture(1, 3, 64, 64)
    explained = explain_cell(model, batch, "avgpool", 3)
    assert explained.expression == (
        "model.group3(model.group2(model.group1(model.group0(model.input_group(x)))))"
        "[0, 3, 0:2, 0:2].mean()"
    )


def test_the_picture_itself_is_a_layer_too() -> None:
    explained = explain_cell(drawn(LeNet()), picture(1, 3, 32, 32), "input", 1, 2, 3)
    assert explained.expression == "x[0, 1, 2, 3]"
    assert explained.value == explained.activation
    assert explained.box == Box(2, 3, 3, 4)


def test_what_cannot_be_written_out_says_so_and_still_gives_the_number() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.Softmax(dim=1)).eval()
    explained = explain_cell(model, NINE, "1", 0, 1, 1)
    assert not explained.is_written_out
    assert evaluated(explained, model, NINE) == pytest.approx(explained.activation)


def test_a_cell_that_does_not_exist_is_refused_with_the_shape() -> None:
    model, batch = drawn(LeNet()), picture(1, 3, 32, 32)
    with pytest.raises(ValueError, match=r"has the shape \(6, 28, 28\): there is no cell"):
        explain_cell(model, batch, "feature_extractor.0", 6, 0, 0)
    with pytest.raises(ValueError, match="no layer 'features'"):
        explain_cell(model, batch, "features", 0, 0, 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-1.23456, "-1.235"),
        (37.0, "37"),
        (1e-5, "10^{-5}"),
        (2.5e-7, r"2.5 \cdot 10^{-7}"),
    ],
)
def test_numbers_in_formulas_have_four_digits(value: float, text: str) -> None:
    assert number(value) == text
