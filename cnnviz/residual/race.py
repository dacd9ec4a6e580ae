"""Plain and residual networks trained on the same batches, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from cnnviz.models.deep import DeepNet
from cnnviz.models.seeded import build_seeded
from cnnviz.residual.small_digits import SmallDigits
from cnnviz.training.recipes import one_cycle

WARMUP = 0.15  # share of the steps in which the learning rate rises


@dataclass(frozen=True)
class RaceRecipe:
    """How long and on what batches; the same for every runner.

    Args:
        steps: of SGD with Nesterov momentum 0.9, under one rise and fall of the learning rate.
        width: maps of every layer.
        batch_size: pictures of a step.
        peak_rate: the highest learning rate.
        weight_decay: of all weights.
        seed: of the weights and of the order of the pictures.
    """

    steps: int
    width: int = 8
    batch_size: int = 128
    peak_rate: float = 0.1
    weight_decay: float = 5e-4
    seed: int = 0


@dataclass(frozen=True)
class RaceStep:
    """One step: the loss of its batch, and the share of it, in [0, 1], that was named wrongly."""

    loss: float
    error: float


def new_net(depth: int, residual: bool, recipe: RaceRecipe) -> DeepNet:
    """A network with batch norm for grey pictures, with the weights of the recipe's seed."""
    return build_seeded(
        lambda: DeepNet(depth, recipe.width, residual=residual, in_channels=1), recipe.seed
    )


def run_race(net: nn.Module, digits: SmallDigits, recipe: RaceRecipe) -> Iterator[RaceStep]:
    """Train a network in place, and tell after each step how it went.

    The batches depend on the recipe and the number of pictures alone: two networks see the same.

    Raises:
        FloatingPointError: the loss is no longer a number.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    optimizer = torch.optim.SGD(
        net.parameters(),
        recipe.peak_rate,
        momentum=0.9,
        weight_decay=recipe.weight_decay,
        nesterov=True,
    )
    net.train()
    for step in range(recipe.steps):
        chosen = torch.randint(len(digits), (recipe.batch_size,), generator=generator)
        rate = one_cycle(step, recipe.steps, recipe.peak_rate, WARMUP)
        yield _step(net, optimizer, rate, digits, chosen)


def _step(
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    rate: float,
    digits: SmallDigits,
    chosen: torch.Tensor,
) -> RaceStep:
    for group in optimizer.param_groups:
        group["lr"] = rate
    labels = digits.labels[chosen]
    with torch.enable_grad():
        scores = net(digits.pictures[chosen])
        loss = F.cross_entropy(scores, labels)
        if not loss.isfinite():
            raise FloatingPointError(f"the loss is {loss.item()}: the learning rate is too high")
        optimizer.zero_grad()
        gradients = torch.autograd.grad(loss, list(net.parameters()))
    for parameter, gradient in zip(net.parameters(), gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()
    wrong = (scores.detach().argmax(1) != labels).float().mean()
    return RaceStep(loss.item(), wrong.item())


def share_right(net: nn.Module, digits: SmallDigits) -> float:
    """Share of the pictures, in [0, 1], that the network names rightly by its running norms."""
    net.eval()
    with torch.inference_mode():
        parts = [
            (net(pictures).argmax(1) == labels).float().sum()
            for pictures, labels in zip(
                digits.pictures.split(250), digits.labels.split(250), strict=True
            )
        ]
    return (torch.stack(parts).sum() / len(digits)).item()
