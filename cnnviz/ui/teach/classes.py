"""Classes of one's own as a text of the address: names, and the samples that each begins with.

animal:cat,dog;seven:7.0,7.1 is two classes; 7.1 is the digit 7 as the second hand writes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cnnviz.images import SAMPLES

LEAST_CLASSES, MOST_CLASSES = 2, 5
MOST_PICTURES = 12  # of a class
LONGEST_NAME = 24
HANDS = 12  # that write a digit
DIGIT = re.compile(r"[0-9]\.([0-9]|1[01])", re.ASCII)
FORM = (
    f"{LEAST_CLASSES} to {MOST_CLASSES} classes with names of their own and at most "
    f"{MOST_PICTURES} samples each, as in animal:cat,dog;seven:7.0,7.1"
)


@dataclass(frozen=True)
class OwnClass:
    """A class: its name, and which samples it has."""

    name: str
    samples: tuple[str, ...] = ()


def is_sample(key: str) -> bool:
    """Whether a sample is called so."""
    return key in SAMPLES or DIGIT.fullmatch(key) is not None


def parsed(text: str) -> tuple[OwnClass, ...]:
    """The classes that a text names.

    Raises:
        ValueError: with what would be right.
    """
    classes = tuple(_parsed(part) for part in text.split(";")[: MOST_CLASSES + 1])
    names = {one.name for one in classes}
    if not LEAST_CLASSES <= len(classes) <= MOST_CLASSES or len(names) < len(classes):
        raise ValueError(FORM)
    return classes


def _parsed(part: str) -> OwnClass:
    name, _, keys = part.partition(":")
    samples = tuple(dict.fromkeys(filter(None, keys.split(","))))
    if clean(name) != name or not name or len(samples) > MOST_PICTURES:
        raise ValueError(FORM)
    if not all(map(is_sample, samples)):
        raise ValueError(FORM)
    return OwnClass(name, samples)


def written(classes: Sequence[OwnClass]) -> str:
    """The inverse of `parsed`."""
    return ";".join(f"{one.name}:{','.join(one.samples)}" for one in classes)


def read_classes(text: str) -> str:
    """The text in its one form.

    Raises:
        ValueError: with what would be right.
    """
    return written(parsed(text))


def read_sample(text: str) -> str:
    """The name of a sample.

    Raises:
        ValueError: there is none of that name.
    """
    if not is_sample(text):
        raise ValueError("a sample, such as cat, or 7.1 for the second 7")
    return text


def clean(name: str) -> str:
    """A name without what separates names, in one line and not too long."""
    plain = "".join(" " if sign in ":;," or not sign.isprintable() else sign for sign in name)
    return " ".join(plain.split())[:LONGEST_NAME].rstrip()


def renamed(classes: Sequence[OwnClass], place: int, name: str) -> tuple[OwnClass, ...]:
    """The classes, one with another name; as they were where that name is none, or taken."""
    name = clean(name)
    if not name or any(one.name == name for one in classes):
        return tuple(classes)
    return _changed(classes, place, replace(classes[place], name=name))


def with_sample(classes: Sequence[OwnClass], place: int, key: str) -> tuple[OwnClass, ...]:
    """The classes with one more sample; in another class it is there no longer."""
    without = [replace(one, samples=tuple(k for k in one.samples if k != key)) for one in classes]
    more = (*without[place].samples, key)
    return _changed(without, place, replace(without[place], samples=more[:MOST_PICTURES]))


def without_sample(classes: Sequence[OwnClass], place: int, key: str) -> tuple[OwnClass, ...]:
    """The classes, one without a sample."""
    less = tuple(other for other in classes[place].samples if other != key)
    return _changed(classes, place, replace(classes[place], samples=less))


def one_more(classes: Sequence[OwnClass]) -> tuple[OwnClass, ...]:
    """The classes and an empty one."""
    taken = {one.name for one in classes}
    names = (f"class {number}" for number in range(len(classes) + 1, 99))
    return (*classes, OwnClass(next(name for name in names if name not in taken)))


def _changed(classes: Sequence[OwnClass], place: int, new: OwnClass) -> tuple[OwnClass, ...]:
    return (*classes[:place], new, *classes[place + 1 :])
