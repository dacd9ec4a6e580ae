"""How each shipped network is trained: the numbers, and nothing but the numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stage:
    """A run of epochs over pictures of certain sizes.

    Args:
        epochs: passes over the training set.
        sizes: height and width of the pictures in pixels, with the share of batches that have it.
    """

    epochs: int
    sizes: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Augmentation:
    """How far a picture may be changed without being another picture.

    Args:
        shift: at most so many whole pixels of the stored picture, in both directions.
        zoom: at most this factor larger or smaller; 1 leaves the size alone.
        flip: mirror every second picture, left to right.
    """

    shift: int = 0
    zoom: float = 1.0
    flip: bool = False


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run, together with the data and a seed.

    Args:
        optimizer: "sgd" (Nesterov momentum 0.9) or "adamw".
        peak_learning_rate: of the one-cycle schedule.
        warmup: share of all steps in which the learning rate rises.
        averaging: decay of the running average of the weights, each `averaging_steps` steps.
        workers: parts of each batch, each on a thread of its own. Two threads inside one operation
            wait for each other at each of them, which on a busy machine costs more than it gives.
        bfloat16: multiply in bfloat16 and keep channels last, which is faster where the
            processor knows it (2.3 × for ResNet18 at 64×64).
    """

    stages: tuple[Stage, ...]
    optimizer: str = "adamw"
    peak_learning_rate: float = 4e-3
    weight_decay: float = 0.01
    warmup: float = 0.15
    batch_size: int = 128
    label_smoothing: float = 0.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    averaging: float = 0.99
    averaging_steps: int = 4
    workers: int = 1
    bfloat16: bool = False

    @property
    def epochs(self) -> int:
        """Passes over the training set, all stages together."""
        return sum(stage.epochs for stage in self.stages)

    def stage_of(self, epoch: int) -> Stage:
        """The stage that an epoch, counted from zero, belongs to."""
        for stage in self.stages:
            if epoch < stage.epochs:
                return stage
            epoch -= stage.epochs
        raise ValueError(f"the recipe ends after {self.epochs} epochs")


def one_cycle(step: int, num_steps: int, peak: float, warmup: float) -> float:
    """Learning rate of a step: a straight line up to `peak`, then half a cosine down to zero.

    Smith and Topin, 2017, arxiv.org/abs/1708.07120.
    """
    num_rising = max(1, round(warmup * num_steps))
    if step < num_rising:
        return peak * (step + 1) / num_rising
    progress = (step - num_rising + 1) / (num_steps - num_rising + 1)
    return peak * (1 + math.cos(math.pi * progress)) / 2


MNIST = Recipe(
    stages=(Stage(epochs=20, sizes=((28, 1.0),)),),
    label_smoothing=0.05,
    augmentation=Augmentation(shift=2, zoom=1.1),
)

RECIPES = {
    "lenet-mnist": MNIST,
    "mlp-mnist": MNIST,  # the same, so that only the connections of the two networks differ
    "lenet-cifar10": Recipe(
        stages=(Stage(epochs=90, sizes=((32, 1.0),)),),
        augmentation=Augmentation(shift=2, flip=True),
    ),
    "resnet18-cifar10": Recipe(
        stages=(
            # Small pictures cost 0.4 of the time, and teach the first epochs as well.
            Stage(epochs=5, sizes=((32, 1.0),)),
            Stage(epochs=4, sizes=((48, 1.0),)),
            Stage(epochs=9, sizes=((64, 1.0),)),
            # A few large ones at the end, to be of use on pictures larger than those of the set.
            Stage(epochs=1, sizes=((64, 0.7), (96, 0.16), (128, 0.1), (160, 0.04))),
        ),
        optimizer="sgd",
        peak_learning_rate=0.2,
        weight_decay=5e-4,
        batch_size=256,
        label_smoothing=0.1,
        augmentation=Augmentation(shift=4, zoom=1.2, flip=True),
        workers=2,
        bfloat16=True,
    ),
}
