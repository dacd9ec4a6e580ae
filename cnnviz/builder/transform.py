"""From a picture to what a built network takes."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from cnnviz.images import fit, to_tensor


@dataclass(frozen=True)
class BuiltTransform:
    """The middle of a picture at a network's input shape, its values in [0, 1]."""

    shape: tuple[int, int, int]  # channels, height, width

    @property
    def size(self) -> int:
        """Height in pixels of what enters the network."""
        return self.shape[1]

    def __call__(self, picture: Image.Image, size: int | None = None) -> Tensor:
        """The picture as a batch (1, channels, height, width); grey where there are not three.

        `size` is not looked at: a built network has one input shape.
        """
        channels, height, width = self.shape
        batch = to_tensor(fit(picture, (height, width)))[None]
        if channels == 3:
            return batch
        return batch.mean(dim=1, keepdim=True).expand(-1, channels, -1, -1)

    def crop(self, picture: Image.Image) -> Image.Image:
        """The part of the picture that the network gets to see."""
        _, height, width = self.shape
        side = min(picture.width / width, picture.height / height)
        return fit(picture, (max(1, round(height * side)), max(1, round(width * side))))
