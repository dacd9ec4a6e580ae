import pytest
import torch
from torch import nn

from cnnviz.builder.edits import change_input_shape
from cnnviz.builder.limits import (
    MAX_ACTIVATIONS,
    MAX_LOOKS,
    MAX_MACS,
    MAX_NUMBERS,
    MAX_PARAMS,
    refuse_run,
    run_cost,
)
from cnnviz.builder.modules import build
from cnnviz.models import networks
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    Conv2d,
    Flatten,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Residual,
)
from tests.support.random_networks import random_network


def test_the_cost_of_lenet_is_known_by_hand() -> None:
    cost = run_cost(networks.lenet())
    assert cost.num_params == 62_006
    assert cost.macs == 651_720
    features = 2 * 6 * 28**2 + 6 * 14**2 + 2 * 16 * 10**2 + 16 * 5**2
    assert cost.num_activations == 3 * 32**2 + features + 400 + 2 * 120 + 2 * 84 + 10
    assert cost.largest == 6 * 28**2
    assert cost.num_bytes == 4 * (cost.num_params + cost.num_activations + cost.largest)


@pytest.mark.parametrize("seed", range(15))
def test_activations_are_all_that_the_layers_put_out(seed: int) -> None:
    spec = random_network(seed)
    if any(isinstance(layer, Residual) for layer in spec.layers):
        return  # the sum and the shortcut of a block count once
    numbers = torch.zeros(1, *spec.input_shape).numel()
    values = torch.zeros(1, *spec.input_shape)
    with torch.inference_mode():
        for module in build(spec).eval():
            assert isinstance(module, nn.Module)
            values = module(values)
            numbers += values.numel()
    assert run_cost(spec).num_activations == numbers


@pytest.mark.parametrize("name", ["LeNet", "ResNet18", "Tiny network", "MLP", "Empty page"])
def test_the_networks_of_the_tutorial_run(name: str) -> None:
    assert refuse_run(networks.NETWORKS[name]()) is None


@pytest.mark.parametrize(
    ("spec", "numbers"),
    [
        (networks.alexnet(), ("61,100,840 parameters", "244 MB", f"{MAX_PARAMS:,}", "120 MB")),
        (networks.vgg16(), ("138,357,544 parameters", "553 MB")),
        (
            change_input_shape(networks.resnet(), (3, 512, 512)),
            ("activations", f"{MAX_ACTIVATIONS:,}"),
        ),
        (
            networks.NetworkSpec(
                "both",
                (3, 128, 128),
                (Conv2d(3, 1300, 1), AdaptiveAvgPool2d(1), Flatten(), Linear(1300, 14_000)),
            ),
            ("the largest layer's twice (244 MB)", f"{MAX_NUMBERS:,} (136 MB)"),
        ),
        (
            networks.NetworkSpec("wide", (3, 100, 100), (Conv2d(3, 999, 1), Conv2d(999, 999, 1))),
            ("multiply-adds", f"{MAX_MACS:,}"),
        ),
        (change_input_shape(networks.lenet(), (3, 64, 64)), ("layer 8, fc1",)),
        (
            networks.NetworkSpec("long look", (1, 2000, 2000), (MaxPool2d(1024, 1, 512),)),
            ("windows", f"{2001**2 * 1024**2:,}", f"{MAX_LOOKS:,}"),
        ),
        (
            networks.NetworkSpec("many neighbours", (1, 900, 900), (LocalResponseNorm(1024),)),
            ("activations", f"{900**2 * (1024 + 2 + 2):,}"),
        ),
        (
            networks.NetworkSpec(
                "wide edge",
                (1000, 4, 4),
                (Conv2d(1000, 1, 3, 1024, 1024, padding_mode="replicate"),),
            ),
            ("activations", f"{MAX_NUMBERS:,}"),
        ),
        (
            networks.NetworkSpec(
                "same edge",
                (1000, 4, 4),
                (Conv2d(1000, 1, 2, padding="same", dilation=1024, padding_mode="replicate"),),
            ),
            ("activations", f"{MAX_NUMBERS:,}"),
        ),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_what_is_too_dear_is_refused_with_both_numbers(spec, numbers) -> None:
    sentence = refuse_run(spec)
    for number in numbers:
        assert number in sentence
