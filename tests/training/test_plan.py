"""A plan: what may be chosen, and how the learning rate goes."""

from dataclasses import fields

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.training.plan import SCHEDULES, Plan

WRONG = {
    "optimizer": ["sgdm", None, 3],
    "learning_rate": [0.0, 11.0, float("nan"), "fast", True, None],
    "schedule": ["warm", 1],
    "batch_size": [3, 257, 16.0, True],
    "weight_decay": [-0.1, 1.1, float("inf")],
    "dropout": [0.95, -1, "half"],
    "augmentation": ["mixup", None],
    "seed": [-1, 10_000, 0.5],
    "epochs": [0, 101, 1.5],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_what_cannot_be_chosen_is_refused_in_a_sentence_that_says_what_can(name, value):
    with pytest.raises(ValueError, match=r"^The .* (is one of|is a (whole )?number from) .*\.$"):
        Plan(**{name: value})


def test_every_choice_is_checked():
    assert {field.name for field in fields(Plan)} == set(WRONG)


@given(st.sampled_from(SCHEDULES), st.integers(2, 500))
def test_a_rate_is_never_above_what_was_chosen_nor_below_zero(schedule, num_steps):
    plan = Plan(schedule=schedule, learning_rate=0.1)
    rates = [plan.rate(step, num_steps) for step in range(num_steps)]
    assert max(rates) <= 0.1 + 1e-12
    assert min(rates) >= 0


@pytest.mark.parametrize("step", [0, 1, 30, 59, 60, 89])
def test_schedules_are_those_of_torch(step):
    def torch_rate(scheduler_of) -> float:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
        scheduler = scheduler_of(optimizer)
        for _ in range(step):
            optimizer.step()
            scheduler.step()
        return optimizer.param_groups[0]["lr"]

    schedulers = {
        "step": lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 30, 0.1),
        "cosine": lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 90),
        "constant": lambda optimizer: torch.optim.lr_scheduler.ConstantLR(optimizer, 1.0),
    }
    for schedule, scheduler_of in schedulers.items():
        plan = Plan(schedule=schedule, learning_rate=0.1)
        assert plan.rate(step, 90) == pytest.approx(torch_rate(scheduler_of))
