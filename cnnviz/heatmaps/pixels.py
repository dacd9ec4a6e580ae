"""Heatmaps from the gradient of a class score with respect to the picture itself.

All of it is plain autograd on a twin of the model, and equal to captum in the tests. Three things
captum has otherwise: it draws SmoothGrad's noise from the seed that all threads share, guides only
`nn.ReLU` modules, not the `F.relu` at the end of a residual block, and leaves ties of max pooling
to torch (see `max_pooling`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx

from cnnviz.activations import one_picture
from cnnviz.arithmetic import whole_number
from cnnviz.heatmaps.max_pooling import is_ruled, pooled
from cnnviz.heatmaps.scores import (
    Target,
    at_once,
    class_score,
    input_gradient,
    scorer,
)
from cnnviz.probes.watch import Step, watch
from cnnviz.progress import Progress, go_on, report

PATH_STEPS = 32  # points of the path of integrated gradients
NOISY_COPIES = 24


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
    return _strongest_channel(input_gradient(model, scorer(model, class_idx), one_picture(batch)))


def _strongest_channel(gradient: Tensor) -> Tensor:
    return gradient[0].abs().amax(dim=0)


def input_x_gradient(model: nn.Module, batch: Tensor, class_idx: Target) -> Tensor:
    """What each pixel adds to the score if the network were linear (Shrikumar et al., 2016).

        M_ij = Σ_c x_cij ∂y / ∂x_cij      (arxiv.org/abs/1605.01713, section 2)

    Args and Raises as for `saliency`.

    Returns:
        (height, width) of the picture, signed, in units of the score.
    """
    return _linear_share(input_gradient(model, scorer(model, class_idx), one_picture(batch)), batch)


def _linear_share(gradient: Tensor, batch: Tensor) -> Tensor:
    return (gradient * batch)[0].sum(dim=0)


def pixel_gradient_maps(model: nn.Module, batch: Tensor, class_idx: Target) -> dict[str, Tensor]:
    """`saliency` and `input_x_gradient` by name, for the price of one of them.

    Args and Raises as for `saliency`; each map as its function returns it.
    """
    gradient = input_gradient(model, scorer(model, class_idx), one_picture(batch))
    return {
        "saliency": _strongest_channel(gradient),
        "input_x_gradient": _linear_share(gradient, batch),
    }


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
        ValueError: several pictures, no such class, or no step.
        StoppedError: `progress` said so.
    """
    steps = whole_number("steps", steps, least=1)
    picture, score = one_picture(batch), scorer(model, class_idx)
    start = torch.zeros_like(picture) if baseline is None else baseline
    points, weights = (
        torch.tensor(numbers, dtype=picture.dtype)[:, None, None, None]
        for numbers in np.polynomial.legendre.leggauss(steps)  # on [-1, 1]
    )
    total = torch.zeros_like(picture)
    few = at_once(picture)
    for done in range(0, steps, few):
        report(progress, done / steps)
        here = slice(done, done + few)
        path = start + (1 + points[here]) / 2 * (picture - start)
        total = total + (weights[here] / 2 * input_gradient(model, score, path)).sum(dim=0)
    return ((picture - start) * total)[0].sum(dim=0)


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
        ValueError: several pictures, no such class, or no copy.
        StoppedError: `progress` said so.
    """
    copies = whole_number("copies", copies, least=1)
    picture, score = one_picture(batch), scorer(model, class_idx)
    generator = torch.Generator().manual_seed(whole_number("seed", seed))
    sigma = noise * (picture.max() - picture.min())
    total = torch.zeros_like(picture)
    few = at_once(picture)
    for done in range(0, copies, few):
        report(progress, done / copies)
        shape = (min(few, copies - done), *picture.shape[1:])
        noisy = picture + sigma * torch.randn(shape, generator=generator).to(picture)
        total = total + input_gradient(model, score, noisy).sum(dim=0)
    return (total / copies)[0].abs().amax(dim=0)


def guided_backprop(model: nn.Module, batch: Tensor, class_idx: Target) -> Tensor:
    """The gradient, with negative parts cut at every ReLU (Springenberg et al., 2014).

        R_l = (A_l > 0) · (R_l+1 > 0) · R_l+1      (arxiv.org/abs/1412.6806, figure 1)

    M_ij is the largest |R_cij| over the channels. Every ReLU is guided, module or function.

    Args, Returns and Raises as for `saliency`.
    """

    def guide(step: Step) -> Tensor | None:
        operation = step.operation
        if isinstance(operation, nn.MaxPool2d) and is_ruled(operation):
            return pooled(operation, step.inputs[0])
        is_relu = isinstance(operation, nn.ReLU)
        return _GuidedReLU.apply(step.inputs[0]) if is_relu else None

    def score(leaf: Tensor) -> Tensor:
        return class_score(watch(model, leaf, guide), class_idx)

    gradient = input_gradient(model, score, one_picture(batch))
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
