"""A linear head: multinomial logistic regression on averages of maps, by torch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

DECAY = 1.0  # of the squared weights, on features of spread 1
STEPS = 100  # of Newton at most; 6 are usual, 20 where a class has no picture
FLAT = 1e-8  # a slope as small as this is none
ROUNDING = 1e-13  # of a height
TOGETHER = 10  # heads that are fitted at once; the second derivatives of 60 pictures take 7 MB
NO_SPREAD = 1e-6


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
    """The head that fits best: the minimum, found by Newton's method, of

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
    everyone = torch.ones(1, len(labels), dtype=torch.bool)
    return next(_fitted(features, labels, num_classes, decay, everyone))


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


def _fitted(
    features: Tensor, labels: Tensor, num_classes: int, decay: float, learnt: Tensor
) -> Iterator[Head]:
    """A head for each row of `learnt` (heads, N): which of the pictures it learns from.

    Pictures are few and features many: the weights lie in the span of the pictures. In the axes of
    all of them the heads have one shape, so that they are fitted together.
    """
    centre = features.double().mean(0)
    seen = features.double() - centre
    lengths, turned = torch.linalg.eigh(seen @ seen.T)
    kept = lengths > lengths[-1].clamp_min(1e-24) * 1e-12
    axes = (turned[:, kept] / lengths[kept].sqrt()).T @ seen  # (axes, F), orthonormal
    seen = seen @ axes.T
    for rows in learnt.split(TOGETHER):
        shares = rows / rows.sum(1, keepdim=True, dtype=seen.dtype)
        means = shares @ seen
        apart = seen - means[:, None]
        squares = (shares[..., None] * apart.square()).sum((1, 2)) / features.shape[1]
        spreads = squares.sqrt().clamp_min(NO_SPREAD)[:, None, None]
        found = _lowest(apart / spreads, shares, labels, num_classes, decay)
        weights = found[:, :-1].mT @ axes / spreads
        biases = found[:, -1] - (weights @ (centre + means @ axes)[..., None])[..., 0]
        yield from map(Head, weights.float(), biases.float())


def _lowest(seen: Tensor, shares: Tensor, labels: Tensor, num_classes: int, decay: float) -> Tensor:
    """Weights and, last, biases (heads, axes + 1, classes) where each head's function is lowest.

        W ← W − t · H⁻¹ g      with t = 1, halved while the function would grow

    Args:
        seen: (heads, N, axes).
        shares: (heads, N), of each picture in the mean; 0 for one that is left out.
    """
    seen = F.pad(seen, (0, 1), value=1.0)  # the bias reads a one
    truth = F.one_hot(labels, num_classes).to(seen)
    decays = torch.full((seen.shape[2], 1), decay, dtype=seen.dtype)
    decays[-1] = 0.0

    def height(weights: Tensor) -> Tensor:
        fit = -(shares[..., None] * truth * (seen @ weights).log_softmax(2)).sum((1, 2))
        return fit + (decays * weights.square()).sum((1, 2)) / 2

    weights = seen.new_zeros(len(seen), seen.shape[2], num_classes)
    for _ in range(STEPS):
        said = (seen @ weights).softmax(2)
        slope = seen.mT @ (shares[..., None] * (said - truth)) + decays * weights
        if slope.abs().max() < FLAT:
            break
        step = torch.linalg.solve(_curvature(seen, shares, said, decays), slope.flatten(1))
        step, before = step.view_as(weights), height(weights) + ROUNDING
        size = torch.ones_like(before)
        while (grows := height(weights - size[:, None, None] * step) > before).any():
            size = torch.where(grows, size / 2, size)
        weights = weights - size[:, None, None] * step
    return weights


def _curvature(seen: Tensor, shares: Tensor, said: Tensor, decays: Tensor) -> Tensor:
    """The matrix of second derivatives of each head, (heads, D, D), D = (axes + 1) · classes.

    H[ac, be] = Σₙ shareₙ · xₙₐ · xₙᵦ · pₙ𝚌 (δ𝚌ₑ − pₙₑ) + decayₐ · δₐᵦ · δ𝚌ₑ
    """
    heads, _, wide = seen.shape
    classes = said.shape[2]
    between = torch.diag_embed(said) - said[..., None] * said[..., None, :]
    between = (shares[..., None, None] * between).permute(0, 2, 3, 1)  # (heads, c, e, N)
    blocks = (seen.mT[:, None, None] * between[..., None, :]) @ seen[:, None, None]
    matrix = blocks.permute(0, 3, 1, 4, 2).reshape(heads, wide * classes, wide * classes)
    matrix[:, -classes:, -classes:] += 1 / classes  # one number added to all biases says nothing
    return matrix + torch.diag(decays.expand(wide, classes).flatten())


def left_out(features: Tensor, labels: Tensor, num_classes: int, decay: float = DECAY) -> LeftOut:
    """Leave each picture out once, teach a head by the others (as `taught` does), and ask it.

    Raises:
        ValueError: fewer than two pictures, and as `taught`.
    """
    if len(labels) < 2:
        raise ValueError("one picture cannot be left out: the others would be none")
    _check(features, labels, num_classes, decay)
    others = ~torch.eye(len(labels), dtype=torch.bool)
    heads = _fitted(features, labels, num_classes, decay, others)
    said = [head(one[None]).softmax(1) for head, one in zip(heads, features, strict=True)]
    return LeftOut(labels, torch.cat(said))
