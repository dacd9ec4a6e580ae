"""A photo in front of one of the networks for photos, at its own shape and today's size."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from cnnviz.fully_conv.cost import Cost
from cnnviz.fully_conv.photographs import (
    Cells,
    Parts,
    PhotoMap,
    cells_of,
    parts_of,
    photo_cost,
    photo_map,
    smallest_side,
)
from cnnviz.images import fit
from cnnviz.models import Pretrained
from cnnviz.models.photographs import PHOTOGRAPHS, photograph_networks
from cnnviz.models.transforms import PictureTransform, normalised, picture_tensor
from cnnviz.ui.fully_convolutional.address import SIDE_STEP, SMALLEST_SIDE
from cnnviz.ui.kept import kept
from cnnviz.ui.models import load
from cnnviz.ui.pictures import Picture

LEAST = SMALLEST_SIDE // 2  # pixels of the shorter side: what both networks take


@dataclass(frozen=True)
class Seen:
    """A photo as a network reads it; it holds names and asks for tensors.

    Attributes:
        name: of the network.
        picture: as it was chosen.
        size: height and width in pixels that it is brought to, multiples of 32.
    """

    name: str
    picture: Picture
    size: tuple[int, int]

    @property
    def network(self) -> Pretrained:
        """With its weights; only to be read."""
        return load(self.name)

    @property
    def parts(self) -> Parts:
        """The network in two parts; no weight is copied."""
        return parts_of(self.network.model)

    @property
    def title(self) -> str:
        """Of the network."""
        return title_of(self.name)

    @property
    def classes(self) -> tuple[str, ...]:
        """Name of each score."""
        return self.network.classes

    @property
    def image(self) -> Image.Image:
        """The photo, RGB, as the network reads it."""
        return fit(self.picture.image, self.size)

    @property
    def batch(self) -> Tensor:
        """The photo normalised as in training, (1, 3, height, width)."""
        transform = self.network.transform
        assert isinstance(transform, PictureTransform)
        return normalised(picture_tensor(self.image, 3), transform.spec)

    @property
    def found(self) -> PhotoMap:
        """What the network says of it, kept for all who ask."""
        return _found(self.name, self.picture.digest, self.size, self)

    @property
    def cells(self) -> Cells:
        """Where the map's cells lie in the photo."""
        return _cells(self.name)

    @property
    def cost(self) -> Cost:
        """Of one pass and of a crop round every cell."""
        return _cost(self.name, self.size)

    @property
    def smallest(self) -> int:
        """Pixels a side of the smallest picture that the network takes."""
        return _smallest(self.name)


def title_of(name: str) -> str:
    """How one of the networks is called."""
    return photograph_networks()[name].title.partition(",")[0]


def photo_titles() -> dict[str, str]:
    """The networks for photos by name, with a word on what they know."""
    return {name: f"{title_of(name)}, photos" for name in PHOTOGRAPHS}


def at_side(picture: Picture, side: int) -> tuple[int, int]:
    """Height and width of a picture whose longer side is `side`, both multiples of 32.

    EfficientNet was trained on such sizes; at most 16 pixels of the shorter side are cut off.
    """
    width, height = picture.image.size
    share = side / max(width, height)
    sizes = (round(length * share / SIDE_STEP) * SIDE_STEP for length in (height, width))
    tall, wide = (max(LEAST, size) for size in sizes)
    return tall, wide


@kept
def _found(name: str, digest: str, size: tuple[int, int], _seen: Seen) -> PhotoMap:
    return photo_map(_seen.parts, _seen.batch)


@kept
def _cells(name: str) -> Cells:
    return cells_of(parts_of(load(name).model))


@kept
def _cost(name: str, size: tuple[int, int]) -> Cost:
    return photo_cost(parts_of(load(name).model), *size)


@kept
def _smallest(name: str) -> int:
    return smallest_side(parts_of(load(name).model))
