"""What a pass may cost whose weights are drawn layer by layer."""

from __future__ import annotations

from math import prod

import pytest

from cnnviz.builder.edits import change_input_shape
from cnnviz.builder.limits import refuse_run
from cnnviz.builder.running.cost import MAX_MACS, pass_cost, refuse_pass
from cnnviz.builder.running.drawn import BLOCK
from cnnviz.models import networks
from cnnviz.models.specs import Conv2d, NetworkSpec

LARGE = [networks.alexnet, networks.vgg11, networks.vgg16, networks.vgg19]


@pytest.mark.parametrize("make", LARGE)
def test_what_is_too_large_to_be_kept_can_be_passed_through(make) -> None:
    spec = make()
    assert refuse_run(spec) is not None
    assert refuse_pass(spec) is None
    assert pass_cost(spec).num_bytes < 64_000_000


def test_the_largest_step_of_vgg_is_its_second_convolution() -> None:
    weights = 64 * 64 * 9 + 64
    assert pass_cost(networks.vgg16()).num_numbers == 3 * 64 * 224 * 224 + weights


def test_of_a_large_linear_layer_a_block_counts() -> None:
    flat = NetworkSpec("flat", (512, 7, 7), networks.vgg16().layers[-8:])
    assert pass_cost(flat).num_numbers == BLOCK + 25_088 + 2 * 4096


def test_what_waits_to_be_joined_is_held() -> None:
    spec = networks.unet()
    waiting = [prod(shape) for shape in ((16, 64, 64), (32, 32, 32), (64, 16, 16))]
    assert pass_cost(spec).num_numbers > sum(waiting)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (change_input_shape(networks.vgg16(), (3, 320, 320)), "multiply-adds"),
        (NetworkSpec("wide", (3, 512, 512), (Conv2d(3, 64, 1),)), "numbers in its largest step"),
        (change_input_shape(networks.lenet(), (3, 64, 64)), "layer 8, fc1"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_what_is_too_dear_is_refused_with_both_numbers(spec: NetworkSpec, words: str) -> None:
    sentence = refuse_pass(spec) or ""
    assert words in sentence
    assert "multiply" not in words or f"{MAX_MACS:,}" in sentence
