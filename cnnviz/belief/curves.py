"""Take away the pixels that a heatmap calls important, or put them back, and watch the class."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.activations import one_picture
from cnnviz.arithmetic import whole_number
from cnnviz.heatmaps.methods import upsample
from cnnviz.heatmaps.scores import at_once, class_score, scores_of
from cnnviz.probes.watch import share
from cnnviz.progress import Progress, go_on, report

BLUR = 1 / 8  # σ of the blurred picture, as a share of its shorter side


@dataclass(frozen=True, eq=False)
class Curves:
    """The probability of a class while pixels go or come, the most important first.

    Attributes:
        shares: (steps + 1,), the share of the pixels that are gone or back, from 0 to 1.
        deletion: (steps + 1,) probabilities, from the whole picture to its mean colour.
        insertion: (steps + 1,) probabilities, from the blurred picture to the whole one.
    """

    shares: Tensor
    deletion: Tensor
    insertion: Tensor

    @property
    def deletion_area(self) -> float:
        """Area under the deletion curve, in [0, 1]. A good heatmap makes it small."""
        return torch.trapezoid(self.deletion, self.shares).item()

    @property
    def insertion_area(self) -> float:
        """Area under the insertion curve, in [0, 1]. A good heatmap makes it large."""
        return torch.trapezoid(self.insertion, self.shares).item()


def deletion_insertion(
    model: nn.Module,
    batch: Tensor,
    class_idx: int,
    heatmap: Tensor,
    steps: int = 20,
    progress: Progress = go_on,
) -> Curves:
    """Deletion and insertion curves of a heatmap (Petsiuk et al., 2018, arxiv.org/abs/1806.07421).

    Deleted pixels become the mean colour of the picture. Insertion starts from the picture blurred
    by a Gaussian of an eighth of its side, because sharp edges of a grey one are news to the
    network. Among equal values of the heatmap the order is random, the same every time.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class whose probability is followed, from 0.
        heatmap: (height, width) of the picture, or of a layer: then it is made larger.
        steps: in so many equal parts the pixels go or come.
        progress: told how far it is, may stop it.

    Raises:
        ValueError: several pictures, no such class, or no step.
        StoppedError: `progress` said so.
    """
    pictures = curve_pictures(batch, heatmap, steps)
    deleted = probabilities(model, pictures.deleted, class_idx, lambda part: progress(part / 2))
    inserted = probabilities(
        model, pictures.inserted, class_idx, lambda part: progress(0.5 + part / 2)
    )
    return Curves(pictures.shares, deleted, inserted)


@dataclass(frozen=True, eq=False)
class CurvePictures:
    """The pictures that the curves are measured on.

    Attributes:
        shares: (steps + 1,), the share of the pixels that are gone or back.
        deleted: (steps + 1, channel, height, width), from the whole picture to its mean colour.
        inserted: (steps + 1, channel, height, width), from the blurred picture to the whole one.
    """

    shares: Tensor
    deleted: Tensor
    inserted: Tensor


def curve_pictures(batch: Tensor, heatmap: Tensor, steps: int = 20) -> CurvePictures:
    """What `deletion_insertion` shows the network.

    Raises:
        ValueError: several pictures, or no step.
    """
    steps = whole_number("steps", steps, least=1)
    picture = one_picture(batch)
    rank = importance_rank(upsample(heatmap, (picture.shape[2], picture.shape[3])))
    counts = torch.linspace(0, rank.numel(), steps + 1).round()  # pixels gone or back
    grey = picture.mean(dim=(2, 3), keepdim=True).expand_as(picture)
    deleted = _mixed(rank, counts, picture, grey)
    inserted = _mixed(rank, counts, blurred(picture), picture)
    return CurvePictures(counts / rank.numel(), deleted, inserted)


def importance_rank(heatmap: Tensor) -> Tensor:
    """The place of each pixel in the order of importance: 0 for the highest value."""
    generator = torch.Generator().manual_seed(0)
    shuffled = torch.randperm(heatmap.numel(), generator=generator)
    order = shuffled[heatmap.flatten()[shuffled].argsort(descending=True, stable=True)]
    rank = torch.empty_like(order)
    rank[order] = torch.arange(len(order))
    return rank.view(heatmap.shape)


def _mixed(rank: Tensor, counts: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """One picture for each count: the so many most important pixels from `after`."""
    is_changed = rank < counts[:, None, None, None]  # (steps + 1, 1, height, width)
    return torch.where(is_changed, after, before)


def blurred(picture: Tensor) -> Tensor:
    """The pictures (N, channel, height, width) without detail: a Gaussian, the border repeated."""
    sigma = BLUR * min(picture.shape[2:])
    radius = math.ceil(3 * sigma)
    offsets = torch.arange(-radius, radius + 1)
    kernel = torch.exp(-(offsets**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).expand(picture.shape[1], 1, 1, -1)
    rows = _filtered(picture, kernel, (radius, radius, 0, 0))
    return _filtered(rows, kernel.transpose(2, 3), (0, 0, radius, radius))


def _filtered(picture: Tensor, kernel: Tensor, padding: tuple[int, int, int, int]) -> Tensor:
    padded = F.pad(picture, padding, mode="replicate")
    return F.conv2d(padded, kernel, groups=picture.shape[1])


def probabilities(
    model: nn.Module, pictures: Tensor, class_idx: int, progress: Progress = go_on
) -> Tensor:
    """The probability (N,) of a class for many pictures, a few at a time.

    Raises:
        ValueError: the network has no such class.
        StoppedError: `progress` said so.
    """
    twin, found = share(model), []
    with torch.no_grad():
        few = at_once(pictures)
        for chunk in pictures.split(few):
            report(progress, len(found) * few / len(pictures))
            found.append(class_score(scores_of(twin, chunk).softmax(dim=1), class_idx))
    return torch.cat(found)
