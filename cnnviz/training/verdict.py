"""What goes wrong in a run, seen from its own numbers: the cause and the mend in one sentence.

A rate that is too high seldom ends in a loss that is no number. What is seen in practice (SGD from
0.3 or 1 to 10, AdamW from 0.03 to 0.3) is one answer for everything and a loss that stays at
that of a guess or above it, while the weights have moved by more than their own size. A rate that
is too low stays there too, and its weights have hardly moved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import torch
from torch import Tensor

from cnnviz.rounding import plainly
from cnnviz.training.plain import Step
from cnnviz.training.plan import LEARNING_RATES, Plan

WINDOW = 20  # the last steps, whose mean loss is looked at
SOONEST = 40  # steps before anything but a loss that is no number is said
NO_BETTER = 0.97  # of a guess's loss: from here on a loss is no better than a guess
FAR, NEAR = 1.0, 0.05  # ‖now − start‖ / ‖start‖ of all weights
USUAL = {"sgd": 0.1, "momentum": 0.01, "adam": 0.003, "adamw": 0.003}
SHOWN = {"sgd": "SGD", "momentum": "SGD with momentum", "adam": "Adam", "adamw": "AdamW"}

Kind = Literal["no number", "too high", "too low", "not yet"]


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a run.

    Attributes:
        kind: "no number" and "too high" ask for a smaller rate, "too low" for a larger one; "not
            yet" for more steps.
        sentence: the cause and the mend.
    """

    kind: Kind
    sentence: str


def verdict(
    steps: Sequence[Step],
    plan: Plan,
    guess: float,
    moved: float,
    most_given: tuple[str, int, int] | None = None,
) -> Verdict | None:
    """What is wrong with a run so far; None where nothing is, or nothing can be said yet.

    Args:
        steps: so far.
        plan: of the run.
        guess: the loss of a guess, from `loss_of_a_guess`.
        moved: how far the weights have come, from `distance`.
        most_given: the answer that is given most often, how often, and to how many pictures.
    """
    if not steps:
        return None
    if not math.isfinite(steps[-1].loss):
        return Verdict("no number", no_number(steps[-1], plan))
    recent = fmean(step.loss for step in steps[-WINDOW:])
    if len(steps) < SOONEST or recent < NO_BETTER * guess:
        return None
    seen = f"After {steps[-1].step} steps the loss is {_short(recent)}, {_beside(recent, guess)}"
    if most_given and most_given[1] > 0.9 * most_given[2]:
        seen += f", and {most_given[1]:,} of {most_given[2]:,} pictures are called {most_given[0]}"
    return _cause(seen, plan, moved)


def no_number(step: Step, plan: Plan) -> str:
    """The sentence of a run that ended in a loss that is no number."""
    return (
        f"At step {step.step} the loss is no longer a number: {_rate_of(plan)} is too high and the "
        f"weights have grown without end. Try {plainly(_smaller(plan))}."
    )


def loss_of_a_guess(labels: Tensor, num_classes: int) -> float:
    """The cross-entropy of whoever knows only how many of each class there are, ln C at most."""
    shares = torch.bincount(labels, minlength=num_classes).double() / len(labels)
    return -torch.special.xlogy(shares, shares).sum().item()


def distance(start: Mapping[str, Tensor], now: Mapping[str, Tensor]) -> float:
    """How far all weights have come, as a share of where they started: ‖now − start‖ / ‖start‖.

    What a norm counts (running statistics) is no weight and stays out.
    """
    names = [name for name in start if name.endswith(("weight", "bias"))]
    moved = sum((now[name].double() - start[name]).square().sum().item() for name in names)
    size = sum(start[name].double().square().sum().item() for name in names)
    return math.sqrt(moved / size) if size else 0.0


def _cause(seen: str, plan: Plan, moved: float) -> Verdict:
    rate = _rate_of(plan)
    if not moved < FAR:
        return Verdict(
            "too high",
            f"{seen}. The weights have moved by {_short(moved)} times their own size: {rate} is "
            f"too high. Try {plainly(_smaller(plan))}.",
        )
    if moved < NEAR and plan.learning_rate < USUAL[plan.optimizer]:
        return Verdict(
            "too low",
            f"{seen}. The weights have moved by {100 * moved:.2g} % of their size only: {rate} is "
            f"too low. Try {plainly(_larger(plan))}.",
        )
    return Verdict(
        "not yet",
        f"{seen}. The weights have moved by {100 * moved:.2g} % of their size: give it more epochs,"
        f" or another learning rate ({plainly(USUAL[plan.optimizer])} is usual).",
    )


def _beside(loss: float, guess: float) -> str:
    if loss > 1.2 * guess:
        return f"worse than a guess ({guess:.2f})"
    return f"no better than a guess ({guess:.2f})"


def _rate_of(plan: Plan) -> str:
    return f"the learning rate {plainly(plan.learning_rate)} of {SHOWN[plan.optimizer]}"


def _smaller(plan: Plan) -> float:
    return min(plan.learning_rate / 10, USUAL[plan.optimizer])


def _larger(plan: Plan) -> float:
    return min(max(10 * plan.learning_rate, USUAL[plan.optimizer]), LEARNING_RATES[1])


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:.1e}"
