"""A linear head: multinomial logistic regression on averages of maps, by torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

DECAY = 1.0  # of the squared weights, on features of spread 1
STEPS = 300  # of L-BFGS at most; 60 can stop half a per cent short of the minimum
Z95 = 1.959964  # two-sided 95 % of the normal distribution


@dataclass(frozen=True, eq=False)
class Head:
    """Scores = weight · features + bias.

    Attributes:
        weight: (classes, F).
        bias: (classes).
    """

    weight: Tensor
    bias: Tensor

    def __call__(self, features: Tensor) -> Tensor:
        """Scores (N, classes) of features (N, F)."""
        return F.linear(features, self.weight, self.bias)

    @property
    def num_params(self) -> int:
        """Numbers that were learnt."""
        return self.weight.numel() + self.bias.numel()


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Every picture left out once, and what a head taught by the others said of it.

    Attributes:
        labels: (N) the true classes.
        probabilities: (N, classes) of a head that has not seen the picture.
    """

    labels: Tensor
    probabilities: Tensor

    @property
    def answers(self) -> Tensor:
        """(N) the likeliest class of each."""
        return self.probabilities.argmax(1)

    @property
    def is_right(self) -> Tensor:
        """(N) whether it is the true one."""
        return self.answers == self.labels

    @property
    def num_right(self) -> int:
        """How many are."""
        return int(self.is_right.sum())


def taught(features: Tensor, labels: Tensor, num_classes: int, decay: float = DECAY) -> Head:
    """The head that fits best: the minimum, found by L-BFGS, of

        mean cross-entropy + decay / 2 · ‖W‖²

    on features of mean 0 whose spread, all together, is 1 (the head takes them as they are). The
    function is convex: the answer hangs on the pictures only, not on a start or a seed.

    Args:
        features: (N, F) of pictures to learn from.
        labels: (N) of 0 … num_classes − 1.
        decay: above 0.

    Raises:
        ValueError: no pictures, a class that is none, or no decay.
    """
    _check(features, labels, num_classes, decay)
    mean = features.mean(0)
    spread = (features - mean).square().mean().sqrt().clamp_min(1e-6)
    # Pictures are few and features many: W lies in the span of the pictures, whose axes are found.
    seen = ((features - mean) / spread).double()
    lengths, turned = torch.linalg.eigh(seen @ seen.T)
    kept = lengths > lengths[-1].clamp_min(1e-12) * 1e-12
    axes = (turned[:, kept] / lengths[kept].sqrt()).T @ seen  # (axes, F), orthonormal
    fitted = _fitted(seen @ axes.T, labels, num_classes, decay)
    weight = (fitted[:-1].T @ axes) / spread
    bias = fitted[-1] - weight @ mean.double()
    return Head(weight.float(), bias.float())


def _check(features: Tensor, labels: Tensor, num_classes: int, decay: float) -> None:
    if features.ndim != 2 or len(features) != len(labels) or not len(labels):
        raise ValueError(
            f"a head learns from features (N, F) with a label each, not from "
            f"{tuple(features.shape)} with {len(labels)}"
        )
    if not (labels.min() >= 0 and labels.max() < num_classes):
        raise ValueError(f"labels are from 0 to {num_classes - 1}")
    if not (decay > 0 and math.isfinite(decay)):
        raise ValueError(f"weight decay is above 0, not {decay}")


def _fitted(seen: Tensor, labels: Tensor, num_classes: int, decay: float) -> Tensor:
    """Weights of features (N, axes), (axes + 1, classes); the last row is the bias."""
    with torch.inference_mode(False), torch.enable_grad():
        weights = seen.new_zeros(seen.shape[1] + 1, num_classes).requires_grad_()
        search = torch.optim.LBFGS(
            [weights], max_iter=STEPS, history_size=10, line_search_fn="strong_wolfe",
            tolerance_grad=1e-7, tolerance_change=1e-10,
        )  # fmt: skip
        seen, labels = seen.clone(), labels.clone()

        def loss() -> Tensor:
            search.zero_grad()
            scores = seen @ weights[:-1] + weights[-1]
            value = F.cross_entropy(scores, labels) + decay / 2 * weights[:-1].square().sum()
            value.backward()
            return value

        search.step(loss)
        return weights.detach()


def left_out(features: Tensor, labels: Tensor, num_classes: int, decay: float = DECAY) -> LeftOut:
    """Leave each picture out once, teach a head by the others, and ask it.

    Raises:
        ValueError: fewer than two pictures.
    """
    if len(labels) < 2:
        raise ValueError("one picture cannot be left out: the others would be none")
    places = torch.arange(len(labels))
    said = []
    for place in range(len(labels)):
        others = places != place
        head = taught(features[others], labels[others], num_classes, decay)
        said.append(head(features[place : place + 1]).softmax(1))
    return LeftOut(labels, torch.cat(said))


def interval(num_right: int, count: int) -> tuple[float, float]:
    """Between which shares the true rate lies, with 95 % confidence (Wilson, 1927).

        (p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) / (1 + z²/n)      with p = num_right / n

    Raises:
        ValueError: more right than there are, or none were asked.
    """
    if not 0 <= num_right <= count or count < 1:
        raise ValueError(f"{num_right} of {count} is no share")
    share, part = num_right / count, Z95**2 / count
    half = Z95 * math.sqrt(share * (1 - share) / count + part / (4 * count))
    middle = share + part / 2
    return max(0.0, (middle - half) / (1 + part)), min(1.0, (middle + half) / (1 + part))
