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
class Cycle:
    """Stages under one rise and fall of the learning rate.

    Args:
        peak_learning_rate: the highest of the one-cycle schedule.
        warmup: share of the cycle's steps in which the learning rate rises.
        fixed_statistics: begin from the averaged weights, and normalise by their running mean and
            variance as an answering network does, not by those of each batch. Batches of different
            sizes have different statistics: this way one set of weights has to suit them all.
        largest_gradient: norm that the gradient of a step is shortened to; None for any length.
    """

    stages: tuple[Stage, ...]
    peak_learning_rate: float
    warmup: float = 0.15
    fixed_statistics: bool = False
    largest_gradient: float | None = None

    @property
    def epochs(self) -> int:
        """Passes over the training set, all stages together."""
        return sum(stage.epochs for stage in self.stages)


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
        averaging: decay of the running average of the weights, each `averaging_steps` steps.
        workers: parts of each batch, each on a thread of its own. Two threads inside one operation
            wait for each other at each of them, which on a busy machine costs more than it gives.
        bfloat16: multiply in bfloat16 and keep channels last, which is faster where the
            processor knows it (2.3 × for ResNet18 at 64×64).
    """

    cycles: tuple[Cycle, ...]
    optimizer: str = "adamw"
    weight_decay: float = 0.01
    batch_size: int = 128
    label_smoothing: float = 0.0
    augmentation: Augmentation = field(default_factory=Augmentation)
    averaging: float = 0.99
    averaging_steps: int = 4
    workers: int = 1
    bfloat16: bool = False

    @property
    def epochs(self) -> int:
        """Passes over the training set, all cycles together."""
        return sum(cycle.epochs for cycle in self.cycles)

    def stage_of(self, epoch: int) -> Stage:
        """The stage that an epoch, counted from zero, belongs to.

        Raises:
            ValueError: the recipe has fewer epochs.
        """
        cycle, epoch = self.cycle_of(epoch)
        for stage in cycle.stages:
            if epoch < stage.epochs:
                return stage
            epoch -= stage.epochs
        raise AssertionError("a cycle has the epochs of its stages")

    def cycle_of(self, epoch: int) -> tuple[Cycle, int]:
        """The cycle that an epoch, counted from zero, belongs to, and its number within the cycle.

        Raises:
            ValueError: the recipe has fewer epochs.
        """
        for cycle in self.cycles:
            if epoch < cycle.epochs:
                return cycle, epoch
            epoch -= cycle.epochs
        raise ValueError(f"the recipe ends after {self.epochs} epochs")

    def learning_rate(self, step: int, steps_per_epoch: int) -> float:
        """Learning rate of a step, counted from zero over the whole run.

        Raises:
            ValueError: the recipe has fewer steps.
        """
        epoch, within = divmod(step, steps_per_epoch)
        cycle, epoch = self.cycle_of(epoch)
        return one_cycle(
            epoch * steps_per_epoch + within,
            cycle.epochs * steps_per_epoch,
            cycle.peak_learning_rate,
            cycle.warmup,
        )


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
    cycles=(Cycle((Stage(epochs=20, sizes=((28, 1.0),)),), peak_learning_rate=4e-3),),
    label_smoothing=0.05,
    augmentation=Augmentation(shift=2, zoom=1.1),
)

DIGITS = Recipe(  # for the 3,000 digits of our own pen: they are few, and soon learnt
    cycles=(Cycle((Stage(epochs=14, sizes=((28, 1.0),)),), peak_learning_rate=4e-3),),
    batch_size=64,
    label_smoothing=0.05,
    augmentation=Augmentation(shift=1),
    averaging=0.9,
)

RECIPES = {
    "lenet-mnist": MNIST,
    "mlp-mnist": MNIST,  # the same, so that only the connections of the two networks differ
    "lenet-cifar10": Recipe(
        cycles=(Cycle((Stage(epochs=90, sizes=((32, 1.0),)),), peak_learning_rate=4e-3),),
        augmentation=Augmentation(shift=2, flip=True),
    ),
    "resnet18-cifar10": Recipe(
        cycles=(
            Cycle(
                (
                    # Small pictures cost 0.4 of the time, and teach the first epochs as well.
                    Stage(epochs=5, sizes=((32, 1.0),)),
                    Stage(epochs=4, sizes=((48, 1.0),)),
                    Stage(epochs=9, sizes=((64, 1.0),)),
                    Stage(epochs=1, sizes=((64, 0.7), (96, 0.16), (128, 0.1), (160, 0.04))),
                ),
                peak_learning_rate=0.2,
            ),
            # Added when the first cycle had given 87.74 % on the test set: the accuracy on the card
            # is thus not of pictures that had no say at all. Some are large, to be of use at 96.
            Cycle(
                (Stage(epochs=4, sizes=((64, 0.84), (96, 0.08), (128, 0.06), (160, 0.02))),),
                peak_learning_rate=0.04,
            ),
            # Finished on large pictures: at 224×224 the maps of the last group are 7×7.
            Cycle(
                (
                    Stage(
                        epochs=5,
                        sizes=((64, 0.5), (96, 0.16), (128, 0.14), (160, 0.11), (224, 0.09)),
                    ),
                ),
                peak_learning_rate=0.025,
                fixed_statistics=True,
                largest_gradient=2.0,
            ),
            # Added when that had cost a tenth of a per cent at 64×64.
            Cycle(
                (
                    Stage(
                        epochs=2,
                        sizes=((64, 0.8), (96, 0.07), (128, 0.05), (160, 0.04), (224, 0.04)),
                    ),
                ),
                peak_learning_rate=0.012,
                fixed_statistics=True,
                largest_gradient=2.0,
            ),
        ),
        optimizer="sgd",
        weight_decay=5e-4,
        batch_size=256,
        label_smoothing=0.1,
        augmentation=Augmentation(shift=4, zoom=1.2, flip=True),
        workers=2,
        bfloat16=True,
    ),
}
