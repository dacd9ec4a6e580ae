"""What a visitor chooses of a training: few things, each checked, all of them in the link."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cnnviz.training.recipes import one_cycle

OPTIMIZERS = ("sgd", "momentum", "adam", "adamw")
SCHEDULES = ("constant", "step", "cosine", "one-cycle")
WARMUP = 0.15  # share of a one-cycle's steps in which the rate rises
DROPS, DROP = 3, 0.1  # a step schedule: so many equal parts, each at a tenth of the one before

LEARNING_RATES = (1e-5, 10.0)
BATCH_SIZES = (4, 256)
WEIGHT_DECAYS = (0.0, 1.0)
DROPOUTS = (0.0, 0.9)
EPOCHS = (1, 100)
SEEDS = (0, 9999)


@dataclass(frozen=True)
class Change:
    """How far each picture of a batch is changed by chance, without being another picture.

    Attributes:
        shift: at most so many whole pixels, in both directions.
        degrees: turned by at most so much, to either side.
        flip: every second one is mirrored, left to right.
    """

    shift: int = 0
    degrees: float = 0.0
    flip: bool = False


AUGMENTATIONS = {
    "none": Change(),
    "shift": Change(shift=2),
    "shift-rotate": Change(shift=2, degrees=12.0),
    "shift-flip": Change(shift=2, flip=True),
}


@dataclass(frozen=True)
class Plan:
    """Everything but network and pictures that decides a run: equal plans give equal weights.

    Attributes:
        optimizer: plain SGD, SGD with momentum 0.9, Adam, or AdamW, as in `torch.optim`.
        learning_rate: of the first step; the highest one of "one-cycle".
        schedule: how the rate goes on, see `rate`.
        batch_size: pictures of a step.
        weight_decay: of the optimizer.
        dropout: share of the numbers before the last layer that a step sets to zero.
        augmentation: one of `AUGMENTATIONS`.
        seed: of the first weights and of all chance.
        epochs: how often each picture is seen.

    Raises:
        ValueError: one of them is none that can be chosen; the sentence says what can.
    """

    optimizer: str = "adamw"
    learning_rate: float = 0.003
    schedule: str = "constant"
    batch_size: int = 64
    weight_decay: float = 0.0
    dropout: float = 0.0
    augmentation: str = "none"
    seed: int = 0
    epochs: int = 4

    def __post_init__(self) -> None:
        _one_of("optimiser", self.optimizer, OPTIMIZERS)
        _one_of("schedule", self.schedule, SCHEDULES)
        _one_of("augmentation", self.augmentation, tuple(AUGMENTATIONS))
        _between("learning rate", self.learning_rate, LEARNING_RATES)
        _between("weight decay", self.weight_decay, WEIGHT_DECAYS)
        _between("dropout", self.dropout, DROPOUTS)
        _whole("batch size", self.batch_size, BATCH_SIZES)
        _whole("number of epochs", self.epochs, EPOCHS)
        _whole("seed", self.seed, SEEDS)

    @property
    def change(self) -> Change:
        """What the augmentation does to pictures."""
        return AUGMENTATIONS[self.augmentation]

    def steps_per_epoch(self, num_pictures: int) -> int:
        """Whole batches in so many pictures; what is left over waits for another epoch."""
        return max(1, num_pictures // self.batch_size)

    def num_steps(self, num_pictures: int) -> int:
        """Steps of the whole run."""
        return self.epochs * self.steps_per_epoch(num_pictures)

    def rate(self, step: int, num_steps: int) -> float:
        """Learning rate of a step, counted from 0.

        "constant" stays; "step" falls to a tenth after each third; "cosine" falls along half a
        cosine to zero (Loshchilov and Hutter, 2017, arxiv.org/abs/1608.03983, without restarts);
        "one-cycle" rises in a straight line before that (Smith and Topin, 2017,
        arxiv.org/abs/1708.07120).
        """
        if self.schedule == "step":
            return self.learning_rate * DROP ** (step * DROPS // num_steps)
        if self.schedule == "cosine":
            return self.learning_rate * (1 + math.cos(math.pi * step / num_steps)) / 2
        if self.schedule == "one-cycle":
            return one_cycle(step, num_steps, self.learning_rate, WARMUP)
        return self.learning_rate


def _one_of(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"The {name} is one of {', '.join(choices)}, and not {value!r}.")


def _between(name: str, value: float, limits: tuple[float, float]) -> None:
    low, high = limits
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"The {name} is a number from {low:g} to {high:g}, and not {value!r}.")


def _whole(name: str, value: int, limits: tuple[int, int]) -> None:
    low, high = limits
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"The {name} is a whole number from {low} to {high}, and not {value!r}.")
