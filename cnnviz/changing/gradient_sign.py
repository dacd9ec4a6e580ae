"""One step along the sign of the gradient (Goodfellow, Shlens and Szegedy, 2015, 1412.6572)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.heatmaps.scores import Difference, Target, class_number, class_score, scores_of
from cnnviz.probes.gradients import gradients
from cnnviz.probes.graph_memory import graph_kept
from cnnviz.probes.watch import share


@dataclass(frozen=True, eq=False)
class Levels:
    """What black and white are for a network, (1, channels, height, width) each.

    A black border that the network's transform puts around its pictures is as black in both, so
    no step changes it.
    """

    black: Tensor
    white: Tensor

    @property
    def one(self) -> Tensor:
        """One of 255 grey levels."""
        return (self.white - self.black) / 255


def gradient_sign(model: nn.Module, batch: Tensor, class_idx: Target) -> Tensor:
    """Sign of ∂ cross-entropy of a class / ∂ picture: −1, 0 or 1, of the batch's shape.

    Along it the class becomes less likely, against it more. Of a `Difference` it is that of the
    cross-entropy of the one minus that of the other, which is their scores' difference: along it
    the first gives way to the second.

    Raises:
        ValueError: no such class, or the network gives no gradient, with what cuts it off.
    """
    twin = share(model)
    with graph_kept(model, batch), gradients():
        leaf = batch.detach().clone().requires_grad_()
        return torch.autograd.grad(_loss(scores_of(twin, leaf.clone()), class_idx), leaf)[0].sign()


def _loss(scores: Tensor, class_idx: Target) -> Tensor:
    if isinstance(class_idx, Difference):
        return -class_score(scores, class_idx).sum()
    label = torch.full((len(scores),), class_number(class_idx, scores.shape[1]))
    return F.cross_entropy(scores, label, reduction="sum")


def stepped(batch: Tensor, sign: Tensor, epsilon: float, levels: Levels) -> Tensor:
    """The batch moved by `epsilon` grey levels along a sign, kept between black and white.

    Args:
        batch: (1, channels, height, width), as it enters the network.
        sign: of its shape; negated it leads the other way.
        epsilon: grey levels of 255, at least 0.
        levels: of the network.
    """
    moved = batch + epsilon * levels.one * sign
    return torch.minimum(torch.maximum(moved, levels.black), levels.white)
