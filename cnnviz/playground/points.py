"""Small sets of points: two classes in the plane, or one number from another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor

CLASSES = ("circle", "xor", "spirals", "moons", "gaussians")
CURVES = ("sine", "steps")
DATA = (*CLASSES, *CURVES)
EDGE = 1.5  # the picture goes from −EDGE to EDGE


@dataclass(frozen=True)
class Points:
    """Points to learn from and points kept for the test.

    Args:
        x: (N, 2) in the plane, or (N, 1) on a line; the first `num_train` are to learn from.
        y: (N,) classes 0 (blue) and 1 (red), or (N, 1) numbers.
        num_train: how many are learned from, at least 1; at least 1 is kept for the test.
    """

    x: Tensor
    y: Tensor
    num_train: int

    @property
    def is_classes(self) -> bool:
        """True where classes are told apart, False where a number is guessed."""
        return not self.y.is_floating_point()

    @property
    def num_outputs(self) -> int:
        """Neurons of the last layer: a score for each class, or the number."""
        return 2 if self.is_classes else 1

    @property
    def num_test(self) -> int:
        """Points kept for the test."""
        return len(self.x) - self.num_train


def make_points(data: str, count: int, noise: float, test_share: float, seed: int) -> Points:
    """Points drawn by chance from one of `DATA`.

    Args:
        data: the set's name.
        count: points in all, at least 2.
        noise: standard deviation of what is added to every coordinate, or to the number.
        test_share: share kept for the test, between 0 and 1.
        seed: of all chance.

    Raises:
        ValueError: no such set, or too few points to have one of each kind.
    """
    if data not in DATA:
        raise ValueError(f"the sets of points are {', '.join(DATA)}, not {data!r}")
    if count < 2:
        raise ValueError(f"it takes a point to learn from and one for the test, not {count}")
    generator = torch.Generator().manual_seed(seed)
    x, y = _MAKERS[data](count, noise, generator)
    order = torch.randperm(count, generator=generator)
    num_test = min(count - 1, max(1, round(count * test_share)))
    return Points(x[order].contiguous(), y[order].contiguous(), count - num_test)


def _uniform(count: int, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator)


def _labels(count: int) -> Tensor:
    """0, 1, 0, 1, …: as many of either class as can be."""
    return torch.arange(count) % 2


def _noisy(x: Tensor, noise: float, generator: torch.Generator) -> Tensor:
    return x + noise * torch.randn(x.shape, generator=generator)


def _circle(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A disc of one class inside a ring of the other."""
    y = _labels(count)
    radius = torch.where(y == 0, 0.5 * _uniform(count, generator).sqrt(), 0.0)
    radius = torch.where(y == 1, 0.8 + 0.3 * _uniform(count, generator), radius)
    angle = 2 * pi * _uniform(count, generator)
    x = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)
    return _noisy(x, noise, generator), y


def _xor(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Four squares; those that lie across from each other are of one class."""
    y = _labels(count)
    size = 0.1 + _uniform(count * 2, generator).view(count, 2)
    sign = torch.where(_uniform(count, generator) < 0.5, -1.0, 1.0)
    x = torch.stack([sign, sign * torch.where(y == 0, 1.0, -1.0)], dim=1) * size
    return _noisy(x, noise, generator), y


def _spirals(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two arms, each once and three quarters around."""
    y = _labels(count)
    along = 0.08 + 0.92 * _uniform(count, generator)
    angle = 3.5 * pi * along + pi * y
    x = 1.2 * along.unsqueeze(1) * torch.stack([angle.cos(), angle.sin()], dim=1)
    return _noisy(x, noise * 0.3, generator), y


def _moons(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two half circles that reach into each other, the upper one blue."""
    y = _labels(count)
    angle = pi * _uniform(count, generator)
    sign = 1 - 2 * y
    x = torch.stack([angle.cos() * sign - 0.5 * sign, angle.sin() * sign - 0.25 * sign], dim=1)
    return _noisy(x * 0.8, noise, generator), y


def _gaussians(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two clouds."""
    y = _labels(count)
    middle = torch.tensor([[-0.5, -0.5], [0.5, 0.5]])[y]
    return _noisy(middle, 0.2 + noise, generator), y


def _sine(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    x = EDGE * (2 * _uniform(count, generator).unsqueeze(1) - 1)
    return x, _noisy((1.5 * pi * x).sin(), noise, generator)


def _steps(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A staircase of five steps from −1 to 1."""
    x = EDGE * (2 * _uniform(count, generator).unsqueeze(1) - 1)
    step = ((x + EDGE) / (2 * EDGE) * 5).floor().clamp(0, 4)
    return x, _noisy(step / 2 - 1, noise, generator)


_Maker = Callable[[int, float, torch.Generator], tuple[Tensor, Tensor]]
_MAKERS: dict[str, _Maker] = {
    "circle": _circle,
    "xor": _xor,
    "spirals": _spirals,
    "moons": _moons,
    "gaussians": _gaussians,
    "sine": _sine,
    "steps": _steps,
}
