"""Which pictures are answered wrongly, what those of a kind share, and what was said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from cnnviz.models.specs import NetworkSpec
from cnnviz.training.data import LabelledPictures
from cnnviz.training.material.kind import Material
from cnnviz.training.moments import Moment, network_of, scores_of
from cnnviz.training.snapshots import Snapshot

Order = Literal["surest", "true", "answer"]

INK = 64  # grey levels from which a pixel counts as ink


@dataclass(frozen=True)
class Mistake:
    """One picture that is answered wrongly.

    Attributes:
        index: of the picture among those asked.
        true: its class.
        answer: what the network says.
        confidence: the probability of that.
        true_confidence: the probability of the true class.
    """

    index: int
    true: int
    answer: int
    confidence: float
    true_confidence: float


BY_CLASS: dict[str, Callable[[Mistake], int]] = {
    "true": lambda one: one.true,
    "answer": lambda one: one.answer,
}


@dataclass(frozen=True)
class Confused:
    """How many pictures of one class are taken for another."""

    true: int
    answer: int
    count: int


@dataclass(frozen=True, eq=False)
class Shared:
    """What mistaken pictures have in common: their mean beside that of the right ones.

    Attributes:
        mistaken: (H, W), mean of the mistaken ones in [0, 1].
        right: (H, W), mean of those of the same class that are answered right.
        difference: (H, W), mistaken − right, in [−1, 1].
        mistaken_ink: (H, W), in how many of the mistaken ones the pixel is ink.
        right_ink: (H, W), in how many of the right ones.
        num_mistaken: pictures of the first mean.
        num_right: of the second.
    """

    mistaken: Tensor
    right: Tensor
    difference: Tensor
    mistaken_ink: Tensor
    right_ink: Tensor
    num_mistaken: int
    num_right: int


def wrong(
    now: Moment,
    asked: LabelledPictures,
    true: int | None = None,
    answer: int | None = None,
    order: Order = "surest",
) -> list[Mistake]:
    """The pictures that are answered wrongly.

    Args:
        now: what the network answers to `asked`.
        asked: the pictures that `now` is about.
        true: only those of this class.
        answer: only those that are given this answer.
        order: "surest", the most confident first; "true" or "answer", by that class, and the most
            confident of each class first.
    """
    is_wanted = now.answers != asked.labels
    if true is not None:
        is_wanted &= asked.labels == true
    if answer is not None:
        is_wanted &= now.answers == answer
    places = is_wanted.nonzero()[:, 0]
    surest = places[now.confidences[places].argsort(descending=True, stable=True)]
    found = [_mistake(now, asked, index) for index in surest.tolist()]
    return found if order == "surest" else sorted(found, key=BY_CLASS[order])


def _mistake(now: Moment, asked: LabelledPictures, index: int) -> Mistake:
    return Mistake(
        index=index,
        true=int(asked.labels[index]),
        answer=int(now.answers[index]),
        confidence=float(now.confidences[index]),
        true_confidence=float(now.true_confidences[index]),
    )


def confused(confusion: Tensor) -> list[Confused]:
    """Which class is taken for which, the most often first, of a confusion matrix (C, C)."""
    pairs = [
        Confused(true, answer, int(confusion[true, answer]))
        for true, answer in (confusion - confusion.diag().diag()).nonzero().tolist()
    ]
    return sorted(pairs, key=lambda pair: -pair.count)


def shared(now: Moment, asked: LabelledPictures, true: int, answer: int) -> Shared | None:
    """What pictures of one class that are taken for another share, against those answered right.

    Colours count as their mean. None where no picture is taken so, or none is answered right.
    """
    is_true = asked.labels == true
    groups = [asked.pictures[is_true & (now.answers == given)] for given in (answer, true)]
    if not all(len(group) for group in groups):
        return None
    grey = [group.float().mean(1) for group in groups]  # (n, H, W) in [0, 255]
    mistaken, right = (group.mean(0) / 255 for group in grey)
    mistaken_ink, right_ink = ((group >= INK).sum(0) for group in grey)
    return Shared(
        mistaken, right, mistaken - right, mistaken_ink, right_ink, len(grey[0]), len(grey[1])
    )


def along(
    network: NetworkSpec, snapshots: Sequence[Snapshot], material: Material, picture: Tensor
) -> Tensor:
    """What each snapshot says of one picture (channels, H, W): probabilities (snapshots, C)."""
    said = [
        scores_of(network_of(network, shot.weights), material, picture[None]) for shot in snapshots
    ]
    return torch.cat(said).softmax(1)
