"""A run at one of its moments: what the network of a snapshot answers, and what it looks like.

now = moment(network, run.snapshots[-1], material)
now.accuracy, now.confusion, now.answers

Snapshots hold weights only; all of this is worked out where it is asked for, not in the training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.builder.modules import build
from cnnviz.builder.names import layer_names
from cnnviz.builder.shapes import forward_shapes
from cnnviz.heatmaps.class_activation import grad_cam
from cnnviz.heatmaps.scores import class_scores
from cnnviz.models.specs import ACTIVATIONS, BatchNorm2d, Conv2d, Linear, NetworkSpec, Residual
from cnnviz.training.data import LabelledPictures
from cnnviz.training.material.kind import Material
from cnnviz.training.snapshots import Snapshot

CHUNK = 250  # pictures of one forward pass
LARGEST = 1e30  # what stands for infinity
WORTH_SEEING = 7  # cells a side that a heatmap's layer should have


@dataclass(frozen=True, eq=False)
class Moment:
    """What a network answers after so many steps.

    Attributes:
        step: how many.
        seconds: that these took.
        loss: mean cross-entropy of the pictures asked.
        accuracy: share answered right, in [0, 1].
        confusion: (C, C), how many pictures of each true class (row) got each answer (column).
        answers: (N) the class with the highest score.
        confidences: (N) its probability.
        true_confidences: (N) the probability of the true class.
    """

    step: int
    seconds: float
    loss: float
    accuracy: float
    confusion: Tensor
    answers: Tensor
    confidences: Tensor
    true_confidences: Tensor

    @property
    def most_given(self) -> tuple[int, int]:
        """The answer that is given most often, and how often: at first it is often the only one."""
        counts = self.confusion.sum(0)
        return int(counts.argmax()), int(counts.max())


@dataclass(frozen=True, eq=False)
class Look:
    """One picture in a network: what the first layer sees of it, and what the answer hangs on.

    Attributes:
        probabilities: (C) of the classes.
        answer: the likeliest.
        maps: (K, h, w) of the first convolution, behind its activation; None without convolution.
        maps_layer: which layer gave them.
        heatmap: (h, w), Grad-CAM of the answer, at least 0, in units of the score; None without
            maps.
        heatmap_layer: where it was taken.
    """

    probabilities: Tensor
    answer: int
    maps: Tensor | None
    maps_layer: str
    heatmap: Tensor | None
    heatmap_layer: str


def network_of(network: NetworkSpec, weights: Mapping[str, Tensor]) -> nn.Module:
    """The network of a snapshot, frozen and in evaluation mode; it shares the snapshot's memory."""
    model = build(network, device="meta")
    model.load_state_dict(weights, assign=True)
    return model.eval().requires_grad_(False)


def moment(
    network: NetworkSpec,
    snapshot: Snapshot,
    material: Material,
    data: LabelledPictures | None = None,
) -> Moment:
    """What the network of a snapshot answers.

    Args:
        data: the pictures asked; those of the material's validation if not given.
    """
    asked = material.validation if data is None else data
    scores = scores_of(network_of(network, snapshot.weights), material, asked.pictures)
    probabilities = scores.softmax(1)
    confidences, answers = probabilities.max(1)
    right = (answers == asked.labels).double().mean()
    return Moment(
        step=snapshot.step,
        seconds=snapshot.seconds,
        loss=F.cross_entropy(scores, asked.labels).item(),
        accuracy=right.item(),
        confusion=confusion(asked.labels, answers, len(material.classes)),
        answers=answers,
        confidences=confidences,
        true_confidences=probabilities.gather(1, asked.labels[:, None])[:, 0],
    )


def scores_of(model: nn.Module, material: Material, pictures: Tensor) -> Tensor:
    """Scores (N, C) of pictures (N, channels, H, W) of uint8, in equal batches; see `numbers`."""
    with torch.inference_mode():
        chunks = [class_scores(model(material.batch(part))) for part in pictures.split(CHUNK)]
        return numbers(torch.cat(chunks))


def numbers(values: Tensor) -> Tensor:
    """The values, 0 where there is none: a run that fails may have weights that give no numbers."""
    return values.nan_to_num(0.0, posinf=LARGEST, neginf=-LARGEST)


def confusion(labels: Tensor, answers: Tensor, num_classes: int) -> Tensor:
    """How many of each true class (row) got each answer (column): (C, C)."""
    pairs = labels * num_classes + answers
    return torch.bincount(pairs, minlength=num_classes**2).view(num_classes, num_classes)


def first_of_each(data: LabelledPictures, num_classes: int) -> list[int]:
    """The number of the first picture of each class that has one."""
    found = [(data.labels == label).nonzero() for label in range(num_classes)]
    return [int(places[0]) for places in found if len(places)]


def first_layer(network: NetworkSpec) -> str:
    """The name of the first layer with filters: a convolution, or a Linear that sees all pixels.

    Raises:
        ValueError: no layer of the network's own row has any.
    """
    for name, layer in zip(layer_names(network.layers), network.layers, strict=True):
        if isinstance(layer, Conv2d | Linear):
            return name
    raise ValueError("The network's own layers have no filters: its first stand inside a block.")


def first_filters(network: NetworkSpec, weights: Mapping[str, Tensor]) -> Tensor:
    """The filters of the first layer: (K, channels, height, width).

    A Linear layer's are as large as the pictures.

    Raises:
        ValueError: no layer of the network's own row has any, or it sees no whole picture.
    """
    weight = weights[f"{first_layer(network)}.weight"]
    if weight.ndim == 4:
        return weight
    if weight.shape[1] != prod(network.input_shape):
        raise ValueError("The network's first filters do not see the picture itself.")
    return weight.view(-1, *network.input_shape)


def changed(start: Tensor, now: Tensor) -> float:
    """How far filters have come from where they started: ‖now − start‖ / ‖start‖."""
    return ((now - start).norm() / start.norm()).item()


def share_of_way(start: Tensor, now: Tensor, end: Tensor) -> Tensor:
    """How far each filter (K, …) is: ‖now − start‖ / ‖end − start‖, 1 where it never moved."""
    gone, whole = ((to - start).flatten(1).norm(dim=1) for to in (now, end))
    return torch.where(whole > 0, gone / whole, 1.0)


def look(
    network: NetworkSpec, weights: Mapping[str, Tensor], material: Material, picture: Tensor
) -> Look:
    """One picture (channels, H, W) of uint8 in the network of a snapshot."""
    model, batch = network_of(network, weights), material.batch(picture[None])
    probabilities = scores_of(model, material, picture[None])[0].softmax(0)
    answer = int(probabilities.argmax())
    maps_layer, heatmap_layer = seen_behind(network), heatmap_place(network)
    maps = numbers(record(model, batch, [maps_layer])[maps_layer][0]) if maps_layer else None
    heatmap = numbers(grad_cam(model, batch, answer, heatmap_layer)) if heatmap_layer else None
    return Look(probabilities, answer, maps, maps_layer, heatmap, heatmap_layer)


def seen_behind(network: NetworkSpec) -> str:
    """The layer that gives what the first convolution sees: its activation, or else itself.

    Empty where the network has no convolution of its own before the pictures are flattened.
    """
    rows = [*zip(layer_names(network.layers), network.layers, strict=True)]
    at = next((i for i, (_, layer) in enumerate(rows) if isinstance(layer, Conv2d | Linear)), None)
    if at is None or not isinstance(rows[at][1], Conv2d):
        return ""
    behind = at + 1
    while behind < len(rows) and isinstance(rows[behind][1], BatchNorm2d):
        behind += 1
    is_active = behind < len(rows) and isinstance(rows[behind][1], ACTIVATIONS)
    return rows[behind if is_active else at][0]


def heatmap_place(network: NetworkSpec) -> str:
    """The last activation or block whose maps are worth seeing, at least 7 cells a side.

    Of a network whose maps are all smaller, the layer with the largest; empty without maps.
    """
    found = [
        (row.name, row.output_shape)
        for row in forward_shapes(network)
        if len(row.path) == 1
        and isinstance(row.layer, (Conv2d, Residual, *ACTIVATIONS))
        and row.output_shape is not None
        and len(row.output_shape) == 3
    ]
    large = [name for name, shape in found if min(shape[1:]) >= WORTH_SEEING]
    if large:
        return large[-1]
    return max(found, key=lambda one: min(one[1][1:]), default=("", ()))[0]
