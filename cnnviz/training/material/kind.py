"""Pictures to learn from and pictures to be asked, with all that a page says of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from cnnviz.models.transforms import InputSpec, normalised, padded
from cnnviz.training.data import LabelledPictures


class MaterialError(ValueError):
    """Pictures that cannot be had, with one sentence that says why and what would be right."""


class NotHereError(MaterialError):
    """Pictures that nobody has brought yet: nothing is wrong with them."""


@dataclass(frozen=True, eq=False)
class Material:
    """One data set, as it is trained on.

    Attributes:
        name: by which a link knows it.
        title: by which a reader does.
        classes: name of each class, in the order of the labels.
        input: how pictures enter a network; all pictures have its channels and size.
        training: to learn from; shared, only to be read.
        validation: others, which are asked.
        note: where they come from, a sentence.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    input: InputSpec
    training: LabelledPictures
    validation: LabelledPictures
    note: str

    def batch(self, pictures: Tensor) -> Tensor:
        """Pictures (N, C, H, W) of uint8 as they enter the network."""
        return padded(normalised(pictures, self.input), self.input)


def input_of(pictures: Tensor, padding: int = 0) -> InputSpec:
    """How these square pictures (N, C, S, S) of uint8 enter: by mean and spread of each channel."""
    channels, size = pictures.shape[1:3]
    mean, std = zip(*(_moments(pictures[:, channel]) for channel in range(channels)), strict=True)
    return InputSpec(channels, size, padding, tuple(mean), tuple(std))


def _moments(values: Tensor) -> tuple[float, float]:
    """Mean and standard deviation in [0, 1], to four places; a flat channel has the spread 1."""
    counts = torch.bincount(values.flatten(), minlength=256).double()  # exact, and without a copy
    levels = torch.arange(256) / 255
    mean = (counts * levels).sum() / counts.sum()
    std = ((counts * (levels - mean).square()).sum() / counts.sum()).sqrt()
    return round(mean.item(), 4), round(std.item(), 4) or 1.0


def halves(data: LabelledPictures, held_out: int) -> tuple[LabelledPictures, LabelledPictures]:
    """All but the last `held_out` pictures, and these."""
    cut = len(data) - held_out
    return (
        LabelledPictures(data.pictures[:cut], data.labels[:cut]),
        LabelledPictures(data.pictures[cut:], data.labels[cut:]),
    )
