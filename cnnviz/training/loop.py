"""The training loop: a generator of steps that prints nothing and keeps nothing global."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.models.transforms import InputSpec, normalised, padded, resized
from cnnviz.training.augment import random_views
from cnnviz.training.data import LabelledPictures
from cnnviz.training.recipes import Recipe

SEEDS_PER_RUN = 1_000_003  # epochs of two runs share no seed as long as a run has fewer epochs


@dataclass(frozen=True)
class Step:
    """What one step of training did."""

    epoch: int
    step: int
    num_steps: int
    size: int
    loss: float
    accuracy: float
    learning_rate: float


@dataclass(frozen=True)
class _Gradients:
    loss: Tensor
    scores: Tensor
    gradients: tuple[Tensor, ...]


class Training:
    """A network on its way: the weights, the optimizer's memory and the average of the weights.

    The same model, data, recipe and seed give the same weights; every epoch draws from a generator
    made of the seed and its number, so that a run that was stopped goes on as if it had not been.
    """

    def __init__(
        self, model: nn.Module, spec: InputSpec, data: LabelledPictures, recipe: Recipe, seed: int
    ) -> None:
        self.model = model.train()
        self.spec = spec
        self.data = data
        self.recipe = recipe
        self.seed = seed
        self.epoch = 0
        if recipe.bfloat16:
            self.model.to(memory_format=torch.channels_last)  # ty: ignore[no-matching-overload]
        self.averaged = copy.deepcopy(self.model).eval().requires_grad_(False)
        self.optimizer = _optimizer(model, recipe)
        self.replicas = [self.model, *(_replica(model) for _ in range(recipe.workers - 1))]
        self.pool = ThreadPoolExecutor(recipe.workers) if recipe.workers > 1 else None

    @property
    def steps_per_epoch(self) -> int:
        """Whole batches in the training set; what is left over waits for another epoch."""
        return len(self.data) // self.recipe.batch_size

    def run_epoch(self) -> Iterator[Step]:
        """Train for one epoch, and tell after each step how it went.

        Raises:
            FloatingPointError: the loss is no longer a number.
        """
        generator = torch.Generator().manual_seed(self.seed * SEEDS_PER_RUN + self.epoch)
        self._set_statistics()
        stage = self.recipe.stage_of(self.epoch)
        order = torch.randperm(len(self.data), generator=generator)
        shares = torch.tensor([share for _, share in stage.sizes])
        for number in range(self.steps_per_epoch):
            chosen = int(torch.multinomial(shares, 1, generator=generator))
            start = number * self.recipe.batch_size
            indices = order[start : start + self.recipe.batch_size]
            yield self._step(indices, stage.sizes[chosen][0], number, generator)
        self.epoch += 1

    def _set_statistics(self) -> None:
        """Let batch norm measure each batch, or hold it to what the averaged weights go by."""
        cycle, epoch = self.recipe.cycle_of(self.epoch)
        if cycle.fixed_statistics and epoch == 0:
            self.model.load_state_dict(self.averaged.state_dict())
        for replica in self.replicas:
            if cycle.fixed_statistics:
                replica.load_state_dict(self.model.state_dict())
            for module in replica.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.train(not cycle.fixed_statistics)

    def _step(self, indices: Tensor, size: int, number: int, generator: torch.Generator) -> Step:
        step = self.epoch * self.steps_per_epoch + number
        num_steps = self.recipe.epochs * self.steps_per_epoch
        batch = normalised(self.data.pictures[indices], self.spec)
        batch = padded(random_views(batch, size, self.recipe.augmentation, generator), self.spec)
        labels = self.data.labels[indices]
        rate = self.recipe.learning_rate(step, self.steps_per_epoch)
        loss, scores = self._update(batch, labels, rate)
        if (step + 1) % self.recipe.averaging_steps == 0:
            move_towards(self.averaged, self.model, 1 - self.recipe.averaging)
        accuracy = (scores.argmax(1) == labels).float().mean()
        return Step(self.epoch, step, num_steps, size, float(loss), float(accuracy), rate)

    def _update(self, batch: Tensor, labels: Tensor, rate: float) -> tuple[Tensor, Tensor]:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        parts = len(self.replicas)
        run = self.pool.map if self.pool else map
        results = list(run(self._gradients, self.replicas, batch.chunk(parts), labels.chunk(parts)))
        for parameter, *gradients in zip(
            self.model.parameters(), *(result.gradients for result in results), strict=True
        ):
            parameter.grad = _mean_like(parameter, gradients)
        cycle, _ = self.recipe.cycle_of(self.epoch)
        if cycle.largest_gradient:
            nn.utils.clip_grad_norm_(self.model.parameters(), cycle.largest_gradient)
        self.optimizer.step()
        loss = torch.stack([result.loss for result in results]).mean()
        if not loss.isfinite():
            raise FloatingPointError(f"the loss is {float(loss)}: the learning rate is too high")
        return loss, torch.cat([result.scores for result in results])

    def _gradients(self, replica: nn.Module, batch: Tensor, labels: Tensor) -> _Gradients:
        if self.recipe.bfloat16:
            batch = batch.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.bfloat16):
            scores = replica(batch)
        scores = scores.float()
        loss = F.cross_entropy(scores, labels, label_smoothing=self.recipe.label_smoothing)
        gradients = torch.autograd.grad(loss, list(replica.parameters()))
        return _Gradients(loss.detach(), scores.detach(), gradients)

    def identity(self) -> dict[str, Any]:
        """What tells this run from others: a checkpoint of another one is none of it."""
        return {
            "seed": self.seed,
            "pictures": len(self.data),
            "data": self._checksum,
            "recipe": repr(self.recipe),
        }

    @cached_property
    def _checksum(self) -> int:
        """Of all pictures and labels: 0.1 s for CIFAR-10."""
        pictures, labels = (
            part.contiguous().numpy() for part in (self.data.pictures, self.data.labels)
        )
        return zlib.crc32(labels, zlib.crc32(pictures))

    def state(self) -> dict[str, Any]:
        """Everything that a stopped run needs to go on."""
        return {
            **self.identity(),
            "epoch": self.epoch,
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.epoch = state["epoch"]
        self.model.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])


def _mean_like(parameter: Tensor, gradients: list[Tensor]) -> Tensor:
    """Mean of the gradients in the memory layout of the parameter.

    A fused optimizer walks through the memory of both side by side: in another layout each
    gradient would silently move the wrong weight.
    """
    if len(gradients) == 1 and gradients[0].stride() == parameter.stride():
        return gradients[0]
    total = torch.zeros_like(parameter)
    for gradient in gradients:
        total.add_(gradient, alpha=1 / len(gradients))
    return total


def _replica(model: nn.Module) -> nn.Module:
    """The same weights under buffers of its own; those of the first replica are the ones kept."""
    return copy.deepcopy(model, {id(parameter): parameter for parameter in model.parameters()})


def move_towards(averaged: nn.Module, model: nn.Module, share: float) -> None:
    """Move every weight of `averaged` by `share` of the way to the one of `model`, in place."""
    with torch.no_grad():
        targets = model.state_dict()
        for name, value in averaged.state_dict().items():
            if value.is_floating_point():
                value.lerp_(targets[name], share)
            else:
                value.copy_(targets[name])


def _optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    rate, decay = recipe.cycles[0].peak_learning_rate, recipe.weight_decay
    if recipe.optimizer == "sgd":
        return torch.optim.SGD(
            model.parameters(), rate, momentum=0.9, weight_decay=decay, nesterov=True, fused=True
        )
    return torch.optim.AdamW(model.parameters(), rate, weight_decay=decay, fused=True)


def accuracy(
    model: nn.Module, spec: InputSpec, data: LabelledPictures, size: int | None = None
) -> float:
    """Share of the pictures, in [0, 1], whose highest score is that of their class.

    The model is in eval mode; pictures are resized to `size`, or to the size of `spec`.
    """
    correct = 0
    with torch.inference_mode():
        for start in range(0, len(data), 250):
            batch = normalised(data.pictures[start : start + 250], spec)
            scores = model(padded(resized(batch, size or spec.size), spec))
            correct += int((scores.argmax(1) == data.labels[start : start + 250]).sum())
    return correct / len(data)
