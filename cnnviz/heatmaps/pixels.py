"""Heatmaps from the gradient of a class score with respect to the picture itself.

What captum has is captum's, on a twin of the model. SmoothGrad is ours because captum draws its
noise from the seed that all threads share, and guided backpropagation because captum only knows
`nn.ReLU` modules and misses every `F.relu`, such as the one at the end of a residual block.
"""

from __future__ import annotations

import importlib
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx

from cnnviz.activations import one_picture
from cnnviz.heatmaps.scores import (
    Progress,
    Score,
    Target,
    class_score,
    go_on,
    gradients,
    input_gradient,
    report,
    scorer,
)
from cnnviz.probes.watch import Step, watch

PATH_STEPS = 32  # points of the path of integrated gradients
NOISY_COPIES = 24
CHUNK = 8  # pictures in one forward pass


def saliency(model: nn.Module, batch: Tensor, class_idx: Target) -> Tensor:
    """How much each pixel would move the score (Simonyan et al., 2013, arxiv.org/abs/1312.6034).

        M_ij = max over channels of |∂y / ∂x_cij|      (section 3.1)

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class to explain, from 0, or a `Difference` of two.

    Returns:
        (height, width) of the picture, at least 0.

    Raises:
        ValueError: several pictures, or no such class.
    """
    attribution = captum_attribution("Saliency", scorer(model, class_idx), batch)
    return attribution[0].amax(dim=0)


def input_x_gradient(model: nn.Module, batch: Tensor, class_idx: Target) -> Tensor:
    """What each pixel adds to the score if the network were linear (Shrikumar et al., 2016).

        M_ij = Σ_c x_cij ∂y / ∂x_cij      (arxiv.org/abs/1605.01713, section 2)

    Args and Raises as for `saliency`.

    Returns:
        (height, width) of the picture, signed, in units of the score.
    """
    attribution = captum_attribution("InputXGradient", scorer(model, class_idx), batch)
    return attribution[0].sum(dim=0)


def integrated_gradients(
    model: nn.Module,
    batch: Tensor,
    class_idx: Target,
    steps: int = PATH_STEPS,
    baseline: Tensor | None = None,
    progress: Progress = go_on,
) -> Tensor:
    """Each pixel's share of the way from the baseline's score to the picture's.

        M_ij = Σ_c (x − x') ∫₀¹ ∂y(x' + α (x − x')) / ∂x_cij dα

    Sundararajan et al., 2017, arxiv.org/abs/1703.01365, equation 1. The shares add up to
    y(x) − y(x'), as far as the steps are fine enough.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class to explain, from 0, or a `Difference` of two.
        steps: points on the path, by Gauss-Legendre quadrature.
        baseline: the picture x' that says nothing, of the same shape; zeros if None, which is the
            mean colour of the training set for a network whose input is normalised.
        progress: told how far it is, may stop it.

    Returns:
        (height, width) of the picture, signed, in units of the score.

    Raises:
        ValueError: several pictures, or no such class.
        StoppedError: `progress` said so.
    """
    score = Counted(scorer(model, class_idx), -(-steps // CHUNK), progress)
    start = torch.zeros_like(batch) if baseline is None else baseline
    settings = {"baselines": start.clone(), "n_steps": steps, "internal_batch_size": CHUNK}
    return captum_attribution("IntegratedGradients", score, batch, **settings)[0].sum(dim=0)


def smooth_grad(
    model: nn.Module,
    batch: Tensor,
    class_idx: Target,
    copies: int = NOISY_COPIES,
    noise: float = 0.15,
    seed: int = 0,
    progress: Progress = go_on,
) -> Tensor:
    """The gradient, averaged over noisy copies (Smilkov et al., 2017, arxiv.org/abs/1706.03825).

        M_ij = max over channels of |1/n Σ ∂y(x + N(0, σ²)) / ∂x_cij|      (section 2)

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class to explain, from 0, or a `Difference` of two.
        copies: n.
        noise: σ as a share of the picture's range, largest minus smallest value.
        seed: of the noise, which is the same for the same seed and shape.
        progress: told how far it is, may stop it.

    Returns:
        (height, width) of the picture, at least 0.

    Raises:
        ValueError: several pictures, or no such class.
        StoppedError: `progress` said so.
    """
    picture, score = one_picture(batch), scorer(model, class_idx)
    generator = torch.Generator().manual_seed(seed)
    sigma = noise * (picture.max() - picture.min())
    total = torch.zeros_like(picture)
    for done in range(0, copies, CHUNK):
        report(progress, done / copies)
        shape = (min(CHUNK, copies - done), *picture.shape[1:])
        noisy = picture + sigma * torch.randn(shape, generator=generator)
        total = total + input_gradient(score, noisy).sum(dim=0)
    return (total / copies)[0].abs().amax(dim=0)


def guided_backprop(model: nn.Module, batch: Tensor, class_idx: Target) -> Tensor:
    """The gradient, with negative parts cut at every ReLU (Springenberg et al., 2014).

        R_l = (A_l > 0) · (R_l+1 > 0) · R_l+1      (arxiv.org/abs/1412.6806, figure 1)

    M_ij is the largest |R_cij| over the channels. Every ReLU is guided, module or function.

    Args, Returns and Raises as for `saliency`.
    """

    def guide(step: Step) -> Tensor | None:
        is_relu = isinstance(step.operation, nn.ReLU)
        return _GuidedReLU.apply(step.inputs[0]) if is_relu else None

    def score(leaf: Tensor) -> Tensor:
        return class_score(watch(model, leaf, guide), class_idx)

    gradient = input_gradient(score, one_picture(batch))
    return gradient[0].abs().amax(dim=0)


class _GuidedReLU(torch.autograd.Function):
    """ReLU forwards; backwards only what is positive passes where the ReLU was open."""

    @staticmethod
    def forward(ctx: FunctionCtx, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x.relu()

    @staticmethod
    def backward(ctx: Any, *gradients_above: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gradients_above[0].relu() * (x > 0)


class Counted:
    """A score function that reports each call of it, so that what calls it can be stopped."""

    def __init__(self, score: Score, calls: int, progress: Progress) -> None:
        self.score, self.calls, self.progress = score, calls, progress
        self.done = 0

    def __call__(self, batch: Tensor) -> Tensor:
        """The scores (N,).

        Raises:
            StoppedError: `progress` said so.
        """
        report(self.progress, min(self.done / self.calls, 1.0))
        self.done += 1
        return self.score(batch)


def captum_attribution(method: str, score: Score, batch: Tensor, **settings: Any) -> Tensor:
    """A captum attribution (1, channel, height, width) of one picture.

    captum is imported here: with matplotlib it takes half a second that other pages need not pay.

    Args:
        method: the name of the class in `captum.attr`.
        score: the score of one class.
        batch: one picture (1, channel, height, width).
        settings: passed on to captum's `attribute`.
    """
    picture = one_picture(batch)
    attribution = getattr(importlib.import_module("captum.attr"), method)(score)
    with gradients():
        inputs = picture.clone().requires_grad_()
        return attribution.attribute(inputs, **settings).detach()
