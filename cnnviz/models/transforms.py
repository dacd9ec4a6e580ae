"""From a picture to the batch that a network was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor


class Transform(Protocol):
    """What `pretrained(name).transform` can do, whoever trained the network."""

    @property
    def size(self) -> int:
        """Height and width in pixels that pictures are brought to unless asked otherwise."""
        ...

    def __call__(self, picture: Image.Image, size: int | None = None) -> Tensor:
        """The picture as a batch (1, channels, height, width), normalised as in training."""
        ...

    def crop(self, picture: Image.Image) -> Image.Image:
        """The square of the picture that the network gets to see, in the picture's own pixels."""
        ...


@dataclass(frozen=True)
class InputSpec:
    """What a network expects of a picture.

    Args:
        channels: 1 for grey, 3 for red, green and blue.
        size: height and width that the picture is resized to, in pixels.
        padding: pixels of black added on each side after that.
        mean: of each channel over the training set, for values in [0, 1].
        std: of each channel over the training set, for values in [0, 1].
        kept_share: side of the middle square that is looked at, as a share of the shorter side.
    """

    channels: int
    size: int
    padding: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    kept_share: float = 1.0

    @property
    def padded_size(self) -> int:
        """Height and width of what enters the network, in pixels."""
        return self.size + 2 * self.padding


@dataclass(frozen=True)
class PictureTransform:
    """A square cut from the middle, resized, normalised and padded as `spec` says."""

    spec: InputSpec

    @property
    def size(self) -> int:
        """Height and width in pixels that pictures are brought to unless asked otherwise."""
        return self.spec.size

    def __call__(self, picture: Image.Image, size: int | None = None) -> Tensor:
        """The picture as a batch (1, channels, height, width), normalised as in training.

        Args:
            picture: of any mode and size.
            size: height and width in pixels before padding, as in training if not given.

        Raises:
            ValueError: the size is below one pixel.
        """
        size = self.size if size is None else size
        if size < 1:
            raise ValueError(f"a picture needs at least one pixel a side, and the size is {size}")
        batch = normalised(picture_tensor(self.crop(picture), self.spec.channels), self.spec)
        return padded(resized(batch, size), self.spec)

    def crop(self, picture: Image.Image) -> Image.Image:
        """The square of the picture that the network gets to see, in the picture's own pixels."""
        return centre_square(picture, max(1, round(min(picture.size) * self.spec.kept_share)))


def centre_square(picture: Image.Image, side: int) -> Image.Image:
    """The square of `side` pixels in the middle of the picture."""
    left = round((picture.width - side) / 2)
    top = round((picture.height - side) / 2)
    return picture.crop((left, top, left + side, top + side))


def picture_tensor(picture: Image.Image, channels: int) -> Tensor:
    """The picture as uint8 (1, channels, height, width), grey where `channels` is 1."""
    picture = picture.convert("L" if channels == 1 else "RGB")
    values = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    return values.view(1, picture.height, picture.width, channels).permute(0, 3, 1, 2)


def normalised(pictures: Tensor, spec: InputSpec) -> Tensor:
    """Pictures (N, C, H, W) of uint8, as (value / 255 − mean) / std of each channel."""
    mean = torch.tensor(spec.mean).view(-1, 1, 1)
    std = torch.tensor(spec.std).view(-1, 1, 1)
    return (pictures / 255 - mean) / std


def padded(batch: Tensor, spec: InputSpec) -> Tensor:
    """The normalised batch with `spec.padding` pixels of black around each picture."""
    if not spec.padding:
        return batch
    black = -spec.mean[0] / spec.std[0]  # only grey networks pad: one value serves all channels
    return F.pad(batch, [spec.padding] * 4, value=black)


def resized(batch: Tensor, size: int) -> Tensor:
    """The batch (N, C, H, W) with height and width `size`: bilinear, averaging where it shrinks."""
    if batch.shape[-2:] == (size, size):
        return batch
    return F.interpolate(
        batch, size=(size, size), mode="bilinear", align_corners=False, antialias=True
    )
