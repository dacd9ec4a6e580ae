"""The plain loop: what a plan does to a network, step by step, and nothing besides.

for step in steps(model, spec, data, plan):
    print(step.step, step.loss)

The script of a run (`cnnviz.training.script`) repeats it line by line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.heatmaps.scores import class_scores
from cnnviz.models.transforms import InputSpec, normalised, padded
from cnnviz.training.data import LabelledPictures
from cnnviz.training.plan import Change, Plan


@dataclass(frozen=True)
class Step:
    """What one step did.

    Attributes:
        step: how many are done, this one counted.
        loss: of its batch, before the weights moved.
        accuracy: share of the batch that was answered right before the weights moved, in [0, 1].
        learning_rate: of this step.
        seconds: that all steps so far took, pauses not counted.
    """

    step: int
    loss: float
    accuracy: float
    learning_rate: float
    seconds: float


def steps(model: nn.Module, spec: InputSpec, data: LabelledPictures, plan: Plan) -> Iterator[Step]:
    """Train a network in place; every step is told when it is done.

    Order and augmentation are drawn from a generator of the plan's seed; dropout draws from torch's
    own, which only a process of the training's own may seed. A loss that is no number is told and
    is the last.

    Args:
        model: with its first weights.
        spec: what the pictures are made to before they enter.
        data: to learn from; pictures of the size that `spec` says.
        plan: how.
    """
    generator = torch.Generator().manual_seed(plan.seed)
    optimizer = optimizer_of(plan, model)
    batch_size, num_steps = min(plan.batch_size, len(data)), plan.num_steps(len(data))
    order = torch.empty(0, dtype=torch.long)
    model.train()
    seconds, since = 0.0, perf_counter()
    for step in range(num_steps):
        if len(order) < batch_size:
            order = torch.randperm(len(data), generator=generator)
        chosen, order = order[:batch_size], order[batch_size:]
        batch = augmented(data.pictures[chosen].float(), plan.change, generator)
        batch = padded(normalised(batch, spec), spec)
        rate = plan.rate(step, num_steps)
        loss, right = _update(model, optimizer, batch, data.labels[chosen], rate)
        seconds += perf_counter() - since
        yield Step(step + 1, loss, right, rate, seconds)
        if not math.isfinite(loss):
            return
        since = perf_counter()


def _update(
    model: nn.Module, optimizer: torch.optim.Optimizer, batch: Tensor, labels: Tensor, rate: float
) -> tuple[float, float]:
    """One step; the loss and the share right of its batch."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    with torch.enable_grad():
        scores = class_scores(model(batch))
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
    optimizer.step()
    return loss.item(), (scores.argmax(1) == labels).float().mean().item()


def optimizer_of(plan: Plan, model: nn.Module) -> torch.optim.Optimizer:
    """The optimizer of a plan, in torch's fused form: one call for all weights."""
    rate, decay = plan.learning_rate, plan.weight_decay
    if plan.optimizer in ("sgd", "momentum"):
        momentum = 0.9 if plan.optimizer == "momentum" else 0.0
        return torch.optim.SGD(
            model.parameters(), rate, momentum=momentum, weight_decay=decay, fused=True
        )
    kind = torch.optim.Adam if plan.optimizer == "adam" else torch.optim.AdamW
    return kind(model.parameters(), rate, weight_decay=decay, fused=True)


def augmented(batch: Tensor, change: Change, generator: torch.Generator) -> Tensor:
    """Each picture (N, C, H, W) shifted, turned and mirrored by chance; what comes in is 0."""
    if change == Change():
        return batch
    uniform = 2 * torch.rand(len(batch), 4, generator=generator) - 1  # (N, 4) in [-1, 1)
    angle = uniform[:, 0] * math.radians(change.degrees)
    mirror = torch.where((uniform[:, 1] < 0) & change.flip, -1.0, 1.0)
    sides = torch.tensor([batch.shape[3], batch.shape[2]])
    shift = (uniform[:, 2:] * (change.shift + 0.5)).round() * 2 / sides  # (N, 2): x, y
    turn = torch.stack([angle.cos() * mirror, -angle.sin(), angle.sin() * mirror, angle.cos()], 1)
    affine = torch.cat([turn.view(-1, 2, 2), shift.unsqueeze(2)], dim=2)  # (N, 2, 3)
    grid = F.affine_grid(affine, list(batch.shape), align_corners=False)
    return F.grid_sample(batch, grid, align_corners=False)
