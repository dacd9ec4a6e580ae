"""The pictures that come with cnnviz; where each is from is told in assets/SOURCES.md."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from cnnviz.places import ASSETS, read_from

FOLDER = ASSETS / "pictures"
OURS = "CC0, drawn for cnnviz"
SHOWN = {
    "cat": ("cat", "tabby"),
    "coffee": ("espresso", "cup"),
    "airplane": ("airplane", "airliner"),
    "automobile": ("automobile",),
    "penguin": ("bird",),
    "fawn": ("deer",),
    "dog": ("dog",),
    "frog": ("frog",),
    "pony": ("horse",),
    "schooner": ("ship", "schooner"),
    "truck": ("truck",),
    "boat": ("ship",),
    "horse": ("horse",),
}  # classes that samples are pictures of


@dataclass(frozen=True)
class Sample:
    """A picture of ours: its name in the address, its title, what is seen, its file and licence.

    Attributes:
        shows: the classes of CIFAR-10 and of ImageNet that it is a picture of.
    """

    name: str
    title: str
    alt: str
    file: Path
    licence: str
    shows: tuple[str, ...] = ()

    @property
    def is_photograph(self) -> bool:
        """Whether a camera took it: these are saved as JPEG, drawings as PNG."""
        return self.file.suffix == ".jpg"


def _samples(*rows: tuple[str, str, str, str, str]) -> dict[str, Sample]:
    return {
        name: Sample(name, title, alt, FOLDER / file, licence, SHOWN.get(name, ()))
        for name, title, file, licence, alt in rows
    }


SAMPLES = _samples(
    (
        "cat",
        "Cat",
        "cat.jpg",
        "CC0",
        "The face of a ginger tabby cat, looking to the right with green eyes",
    ),
    (
        "coffee",
        "Cup of coffee",
        "coffee.jpg",
        "CC0",
        "An espresso in a white cup on a red saucer with a spoon, on a wooden table",
    ),
    (
        "rocket",
        "Rocket at dusk",
        "rocket.jpg",
        "public domain",
        "A white rocket on its launch pad between lattice towers, under a deep blue sky",
    ),
    (
        "raccoon",
        "Raccoon",
        "raccoon.jpg",
        "public domain",
        "A raccoon with its black mask, looking into the camera from between long green leaves",
    ),
    (
        "airplane",
        "Airplane, drawn",
        "airplane.png",
        "public domain",
        "A drawing of a light blue airliner with four rows of windows, flying to the right",
    ),
    (
        "automobile",
        "Automobile, drawn",
        "automobile.png",
        "public domain",
        "A drawing of a brown two-door car, seen from the front left",
    ),
    (
        "penguin",
        "Penguin, drawn",
        "penguin.png",
        "public domain",
        "A drawing of a walking penguin with a yellow throat, its left wing lifted",
    ),
    (
        "fawn",
        "Fawn, silhouette",
        "fawn.png",
        "public domain",
        "The black outline of a fawn on white, looking at the reader",
    ),
    (
        "dog",
        "Puppy, drawn",
        "dog.png",
        "public domain",
        "A drawing of a white bulldog puppy with brown spots, on a grey background",
    ),
    (
        "frog",
        "Frog, drawn",
        "frog.png",
        "public domain",
        "A drawing of a sitting green frog with a yellow belly",
    ),
    (
        "pony",
        "Pony, drawn",
        "pony.png",
        "public domain",
        "A drawing of a brown pony with a yellow mane, walking to the left",
    ),
    (
        "schooner",
        "Schooner, drawn",
        "schooner.png",
        "public domain",
        "A drawing of a ship with two masts and five white sails",
    ),
    (
        "truck",
        "Truck, drawn",
        "truck.png",
        "public domain",
        "A drawing of a dump truck with a blue cab, seen from the front right",
    ),
    (
        "boat",
        "Sailing boat",
        "boat.png",
        OURS,
        "A drawing of a white boat with two sails on a blue sea under a light sky",
    ),
    (
        "horse",
        "Horse, silhouette",
        "horse.png",
        "CC0",
        "The black outline of a standing horse on white, facing right",
    ),
    (
        "brick",
        "Brick wall",
        "brick.jpg",
        "CC0",
        "Grey bricks in upright rows with light joints between them",
    ),
    (
        "gravel",
        "Gravel",
        "gravel.jpg",
        "CC0",
        "Small grey stones, seen from above, evenly over the whole picture",
    ),
    (
        "retina",
        "Retina",
        "retina.jpg",
        "CC0",
        "The back of an eye: an orange disc on black, with dark blood vessels that branch",
    ),
    (
        "galaxies",
        "Galaxies",
        "galaxies.jpg",
        "public domain",
        "Hundreds of small bright galaxies on a black sky",
    ),
    (
        "digit_3",
        "Digit three",
        "digit_3.png",
        OURS,
        "The digit 3, written by hand in white on black",
    ),
    (
        "digit_7",
        "Digit seven",
        "digit_7.png",
        OURS,
        "The digit 7, written by hand in white on black",
    ),
    (
        "test_chart",
        "Test chart",
        "test_chart.png",
        OURS,
        "A chart of tiles: rings that grow finer, a star of wedges, bars of four widths, waves, "
        "single pixels and thin lines, discs of nine sizes, nested squares, a ramp, eight colours",
    ),
)


def photographed() -> list[str]:
    """The classes of CIFAR-10 and ImageNet that a sample is a photograph of; of the others none."""
    return [name for one in SAMPLES.values() if one.is_photograph for name in one.shows]


def sample(name: str) -> Image.Image:
    """The sample picture of that name in RGB, at most 512 pixels a side; yours to change.

    Raises:
        ValueError: there is no such sample.
        AssetError: its file is missing or damaged.
    """
    if name not in SAMPLES:
        raise ValueError(f"there is no sample picture {name!r}; there are {', '.join(SAMPLES)}")
    return _decoded(name).copy()


@lru_cache(maxsize=4)  # of at most 1 MB each
def _decoded(name: str) -> Image.Image:
    file = SAMPLES[name].file
    with read_from(file), Image.open(file) as image:
        return image.convert("RGB")
