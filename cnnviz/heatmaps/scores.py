"""What all methods share: the score of a class, one picture, gradients."""

from __future__ import annotations

from collections.abc import Callable, Sized
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.arithmetic import whole_number
from cnnviz.counting import counted
from cnnviz.heatmaps.max_pooling import FirstOfTied, is_ruled
from cnnviz.probes.gradients import gradients
from cnnviz.probes.graph_memory import graph_kept
from cnnviz.probes.watch import run, share
from cnnviz.summary.taken import check_followed

Score = Callable[[Tensor], Tensor]  # pictures (N, channel, height, width) -> scores (N,)


@dataclass(frozen=True)
class Difference:
    """The question "why this class and not that one": the score of one minus that of the other.

    Attributes:
        of: the class that is explained, from 0.
        minus: the class that it is compared with.
    """

    of: int
    minus: int


Target = int | Difference  # what a heatmap explains: the score of a class, or a difference of two


PIXELS_AT_ONCE = 100_000  # of all pictures of a pass: what a gradient keeps of ResNet18 is 90 MB
MOST_AT_ONCE = 8


def at_once(picture: Tensor) -> int:
    """How many pictures (…, height, width) of this size go through a network together, 1 to 8."""
    return min(MOST_AT_ONCE, max(1, PIXELS_AT_ONCE // (picture.shape[-2] * picture.shape[-1])))


def class_scores(output: object) -> Tensor:
    """Scores (N, classes) of a network's output, where maps of scores are averaged over cells.

    A fully convolutional network gives (N, classes, rows, columns): a score at each place.

    Raises:
        ValueError: the output is no tensor of scores, with what it is.
    """
    if not isinstance(output, Tensor):
        raise ValueError(
            f"this network returns {_named(output)} and not one tensor of scores: wrap it so that "
            "it returns the scores only"
        )
    if output.ndim < 2:
        raise ValueError(
            f"this network returns numbers of shape {tuple(output.shape)}: scores have a batch and "
            "classes, (N, classes)"
        )
    if not output.is_floating_point():
        raise ValueError(f"this network returns numbers of {output.dtype}, which are no scores")
    return output.flatten(2).mean(dim=2) if output.ndim > 2 else output


def scores_of(network: nn.Module, pictures: Tensor) -> Tensor:
    """Scores (N, classes) that a network gives for pictures (N, channel, height, width).

    Raises:
        ValueError: its forward ends in an error, or gives no tensor of scores for each picture.
    """
    scores = class_scores(run(network, pictures))
    if len(scores) != len(pictures):
        raise ValueError(
            f"this network returns {counted(len(scores), 'row')} of scores for "
            f"{counted(len(pictures), 'picture')}"
        )
    return scores


def _named(output: object) -> str:
    """What a network returned, in words: "a tuple of 2"."""
    kind = type(output).__name__
    return f"a {kind} of {len(output)}" if isinstance(output, Sized) else f"a {kind}"


def class_score(output: Tensor, class_idx: Target) -> Tensor:
    """The scores (N,) of one class before the softmax, or the difference of two.

    Raises:
        ValueError: the network has no class of that number.
    """
    if isinstance(class_idx, Difference):
        return class_score(output, class_idx.of) - class_score(output, class_idx.minus)
    scores = class_scores(output)
    return scores[:, class_number(class_idx, scores.shape[1])]


def class_number(class_idx: int, count: int) -> int:
    """The number of a class, as Python's own.

    Raises:
        ValueError: it is none of so many classes.
    """
    number = whole_number("class_idx", class_idx)
    if not 0 <= number < count:
        raise ValueError(f"class {number} is not one of 0 to {count - 1}")
    return number


def shares_of(model: nn.Module, pictures: Tensor) -> Tensor:
    """The probabilities (N, classes) of many pictures (N, …), a few of them at a time.

    Raises:
        ValueError: the network cannot be followed, or gives no tensor of scores for each picture.
    """
    check_followed(model)
    with torch.inference_mode():
        parts = [scores_of(model, few) for few in pictures.split(at_once(pictures))]
        return torch.cat(parts).softmax(dim=1).clone()


def scorer(model: nn.Module, class_idx: Target) -> Score:
    """The score of one class, or the difference of two, as a function of pictures.

    It runs a twin that shares the weights: what a library does to it, the model does not feel. Its
    max poolings have one rule for ties, or the gradient would change with the layout of memory.
    """
    twin = _with_one_rule(share(model))
    return lambda batch: class_score(scores_of(twin, batch), class_idx)


def _with_one_rule(twin: nn.Module) -> nn.Module:
    """A twin whose max poolings give a gradient to the first of tied cells."""
    for module in list(twin.modules()):
        for name, child in module._modules.items():
            if isinstance(child, nn.MaxPool2d) and is_ruled(child):
                module._modules[name] = FirstOfTied(child)
    return twin


def input_gradient(model: nn.Module, score: Score, batch: Tensor) -> Tensor:
    """∂ score / ∂ picture, (N, channel, height, width), for each picture of a batch by itself.

    Waits while others keep what is needed for theirs, if it would be too much together.

    Args:
        model: that the score is made with.
        score: of pictures.
        batch: (N, channel, height, width).
    """
    with graph_kept(model, batch), gradients():
        leaf = batch.detach().clone().requires_grad_()
        # A clone: an in-place layer may not write over the leaf.
        return torch.autograd.grad(score(leaf.clone()).sum(), leaf)[0]
