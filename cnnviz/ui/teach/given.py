"""The pictures that the classes are given: samples, digits as other hands write them, one's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from PIL import Image

from cnnviz.figures.pictures import Encoded, encode_photo
from cnnviz.images import SAMPLES, fit, sample
from cnnviz.images.handwriting import write_digit
from cnnviz.ui.kept import kept
from cnnviz.ui.teach.address import Values
from cnnviz.ui.teach.classes import HANDS, OwnClass, parsed
from cnnviz.ui.teach.desk import Own, desk

THUMBNAIL, LARGE = 72, 256  # pixels
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ALL_SAMPLES = (*SAMPLES, *(f"{digit}.{hand}" for digit in range(10) for hand in range(HANDS)))


@dataclass(frozen=True)
class Given:
    """One picture: how the page knows it, what is seen, and a way to its pixels."""

    key: str  # the sample's name, or the digest of one's own
    digest: str
    title: str
    alt: str
    is_own: bool
    load: Callable[[], Image.Image] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Lesson:
    """What is to be learnt: the classes, and their pictures one class behind the other."""

    classes: tuple[OwnClass, ...]
    pictures: tuple[Given, ...]
    labels: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the classes."""
        return tuple(one.name for one in self.classes)

    @property
    def has_own(self) -> bool:
        """Whether one of the pictures is a visitor's."""
        return any(picture.is_own for picture in self.pictures)

    @property
    def is_enough(self) -> bool:
        """Whether two classes have a picture."""
        return len(set(self.labels)) > 1

    def count(self, place: int) -> int:
        """Pictures of a class."""
        return self.labels.count(place)


def lesson(values: Values) -> Lesson:
    """The classes of the address with the visitor's own pictures."""
    own = desk().pictures
    if not any(own.values()):
        return _of_samples(values.classes, values.seed)
    return _joined(values.classes, values.seed, own)


@kept(is_quick=True)
def _of_samples(classes: str, seed: int) -> Lesson:
    """A lesson that is the same for everybody."""
    return _joined(classes, seed, {})


def _joined(text: str, seed: int, mine: Mapping[int, Sequence[Own]]) -> Lesson:
    """The classes of a text with their samples, a visitor's own pictures behind those of each."""
    classes, pictures, labels = parsed(text), [], []
    for place, one in enumerate(classes):
        given = [sampled(key, seed) for key in one.samples]
        given += [own_given(own) for own in mine.get(place, [])]
        pictures += given
        labels += [place] * len(given)
    return Lesson(classes, tuple(pictures), tuple(labels))


def sampled(key: str, seed: int) -> Given:
    """A sample picture, or a digit written by a hand that follows from the seed."""
    if key in SAMPLES:
        entry = SAMPLES[key]
        return Given(key, key, entry.title, entry.alt, is_own=False, load=partial(sample, key))
    title = sample_title(key)
    load = partial(written_digit, key, seed)
    return Given(key, f"{key}@{seed}", title, f"{title}, white on black", is_own=False, load=load)


def sample_title(key: str) -> str:
    """What a sample is called."""
    if key in SAMPLES:
        return SAMPLES[key].title
    digit, hand = key.split(".")
    return f"A {WORDS[int(digit)]}, hand {int(hand) + 1}"


def written_digit(key: str, seed: int) -> Image.Image:
    """A digit as a hand writes it, 28 × 28, white on black."""
    digit, hand = map(int, key.split("."))
    generator = torch.Generator().manual_seed(10_000 * seed + 100 * digit + hand)
    ink = write_digit(digit, generator).to(torch.uint8).numpy()
    return Image.fromarray(ink).convert("RGB")


def own_given(own: Own) -> Given:
    """A visitor's own picture."""
    return Given(own.digest, own.digest, own.title, f"{own.title}, a picture of your own",
                 is_own=True, load=own.image)  # fmt: skip


def asked_picture(values: Values) -> Given:
    """What is asked: the visitor's own picture, or a sample."""
    own = desk().asked
    return own_given(own) if own else sampled(values.ask, values.seed)


def thumbnail(picture: Given) -> Encoded:
    """The picture cut to a small square."""
    if picture.is_own:
        return _thumbnail(picture)
    return _kept_thumbnail(picture.digest, picture)


@kept(is_quick=True)
def _kept_thumbnail(digest: str, _picture: Given) -> Encoded:
    return _thumbnail(_picture)


def _thumbnail(picture: Given) -> Encoded:
    buffer = io.BytesIO()
    fit(picture.load(), THUMBNAIL).save(buffer, "WEBP", quality=82)
    return Encoded(buffer.getvalue(), "image/webp")


def large(picture: Given) -> tuple[Encoded, bool]:
    """The middle square as it is shown large, and whether its pixels are seen one by one."""
    return _large(picture) if picture.is_own else _kept_large(picture.digest, picture)


@kept(is_quick=True)
def _kept_large(digest: str, _picture: Given) -> tuple[Encoded, bool]:
    return _large(_picture)


def _large(picture: Given) -> tuple[Encoded, bool]:
    image = picture.load()
    side = min(image.size)
    return encode_photo(fit(image, min(LARGE, side))), side < THUMBNAIL
