"""Limits of a run: what is too much is refused with numbers and a mend that is one."""

import re
from dataclasses import replace

import pytest

from cnnviz.models import networks as builders
from cnnviz.models.specs import Conv2d, Flatten, Linear, NetworkSpec
from cnnviz.training.limits import refusal
from cnnviz.training.material import material
from cnnviz.training.networks import NETWORKS, adapted
from cnnviz.training.plan import Plan

DIGITS = material("digits")


@pytest.mark.parametrize("name", NETWORKS)
def test_what_a_chooser_offers_may_be_trained(name):
    network = adapted(NETWORKS[name](), DIGITS.input, 10)
    assert refusal(network, DIGITS, Plan(epochs=10)) is None


def test_batches_that_are_too_large_are_refused_with_those_that_fit():
    network = adapted(NETWORKS["Small ResNet"](), DIGITS.input, 10)
    said = refusal(network, DIGITS, Plan(batch_size=256))
    assert said is not None
    size = re.search(r"would need about (\d+) MB and 300 are there: choose batches of (\d+)", said)
    assert size is not None
    assert int(size[1]) > 300
    assert refusal(network, DIGITS, Plan(batch_size=int(size[2]))) is None
    assert refusal(network, DIGITS, Plan(batch_size=2 * int(size[2]))) is not None


def test_networks_that_are_too_large_are_refused():
    network = adapted(builders.vgg11(), replace(DIGITS.input, size=64, padding=0), 10)
    large = replace(DIGITS, input=replace(DIGITS.input, size=64, padding=0))
    said = refusal(network, large, Plan())
    assert said is not None
    assert said.endswith("the network is too large, take away layers or channels.")


def test_runs_that_are_too_long_are_refused():
    wide = NetworkSpec(
        "Mine", (1, 32, 32),
        (Conv2d(1, 64, 3), Conv2d(64, 64, 3), Conv2d(64, 4, 3), Flatten(), Linear(2704, 10)),
    )  # fmt: skip
    said = refusal(wide, DIGITS, Plan(batch_size=4, epochs=100))
    assert said is not None
    assert re.search(r"about [\d,]+ minutes and 30 are given: choose fewer epochs", said)
    assert refusal(wide, DIGITS, Plan(batch_size=4, epochs=1)) is None


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (builders.lenet(3), "takes pictures of 3 × 32 × 32 and these have 1 × 32 × 32"),
        (replace(builders.lenet(1), layers=builders.lenet(3).layers), "layer 1, conv1"),
        (
            replace(builders.lenet(1), layers=(*builders.lenet(1).layers[:-1], Linear(84, 9))),
            "9,) and the pictures have 10 classes: end it with a Linear layer of 10",
        ),
    ],
)
def test_wrong_shapes_are_said_with_cause_and_mend(network, words):
    said = refusal(network, DIGITS, Plan())
    assert said is not None
    assert words in said
    assert said.endswith(".")
