"""Verdicts: what real runs come to with rates that are too high, too low and right."""

import math
import re

import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.training.material import material
from cnnviz.training.moments import moment
from cnnviz.training.networks import NETWORKS, adapted
from cnnviz.training.plain import Step, steps
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import snapshot
from cnnviz.training.verdict import distance, loss_of_a_guess, no_number, verdict

DIGITS = material("digits")
GUESS = loss_of_a_guess(DIGITS.training.labels, 10)


def judged(optimizer: str, rate: float, name: str = "MLP", num_steps: int = 60):
    plan, network = Plan(optimizer, rate, epochs=8), adapted(NETWORKS[name](), DIGITS.input, 10)
    model, told = build(network), []
    start = snapshot(model, 0)
    for step in steps(model, DIGITS.input, DIGITS.training, plan):
        told.append(step)
        if step.step == num_steps:
            break
    now = snapshot(model, len(told))
    answer, count = moment(network, now, DIGITS).most_given
    given = (DIGITS.classes[answer], count, len(DIGITS.validation))
    return verdict(told, plan, GUESS, distance(start.weights, now.weights), given)


HIGH = [
    *(("sgd", 1.0, "LeNet"), ("sgd", 3.0, "MLP"), ("momentum", 1.0, "MLP")),
    *(("adamw", 0.03, "LeNet"), ("adamw", 0.1, "LeNet"), ("adamw", 0.3, "MLP")),
]


@pytest.mark.parametrize(("optimizer", "rate", "name"), HIGH)
def test_a_rate_that_is_too_high_is_seen(optimizer, rate, name):
    found = judged(optimizer, rate, name)
    assert found is not None
    assert found.kind == "too high"
    assert re.search(r"and (500|49\d) of 500 pictures are called \d\. ", found.sentence)
    assert f"the learning rate {rate:g} of " in found.sentence
    assert "too high. Try 0." in found.sentence


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 1e-4), ("adamw", 1e-5)])
def test_a_rate_that_is_too_low_is_not_taken_for_one_that_is_too_high(optimizer, rate):
    found = judged(optimizer, rate, "LeNet")
    assert found is not None
    assert found.kind == "too low"
    assert "% of their size only" in found.sentence


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 0.1), ("adamw", 0.003), ("adam", 0.003)])
def test_the_rate_that_a_verdict_asks_for_is_well(optimizer, rate):
    assert judged(optimizer, rate) is None


def test_nothing_is_said_too_soon_but_of_a_loss_that_is_no_number():
    bad = [Step(number, 2.5, 0.1, 0.1, 0.0) for number in range(1, 40)]
    assert verdict(bad, Plan(), GUESS, 5.0) is None
    assert verdict([], Plan(), GUESS, 0.0) is None
    found = verdict([*bad, Step(40, math.nan, 0.1, 0.1, 0.0)], Plan("sgd", 10.0), GUESS, math.nan)
    assert found is not None
    assert (found.kind, found.sentence) == (
        "no number",
        no_number(Step(40, math.nan, 0.1, 0.1, 0.0), Plan("sgd", 10.0)),
    )
    assert found.sentence.startswith("At step 40 the loss is no longer a number: the learning rate")
    assert found.sentence.endswith("Try 0.1.")


def test_a_guess_knows_how_many_there_are_of_each():
    assert pytest.approx(math.log(10)) == GUESS
    three_to_one = loss_of_a_guess(torch.tensor([0, 0, 0, 1]), 3)
    assert three_to_one == pytest.approx(-0.75 * math.log(0.75) - 0.25 * math.log(0.25))


def test_the_distance_leaves_out_what_norms_count():
    start = {"fc.weight": torch.tensor([3.0, 4.0]), "bn.running_mean": torch.zeros(2)}
    now = {"fc.weight": torch.tensor([3.0, 9.0]), "bn.running_mean": torch.ones(2)}
    assert distance(start, now) == pytest.approx(1.0)
