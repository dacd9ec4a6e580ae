"""The data sets that can be chosen, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from threading import Lock
from weakref import WeakValueDictionary

from cnnviz.models.shipped import DIGITS
from cnnviz.training.digits import INPUT, shipped_digits
from cnnviz.training.material.folder import folder_material
from cnnviz.training.material.kind import Material, MaterialError, halves, input_of
from cnnviz.training.material.planted import SHAPES, planted_shapes
from cnnviz.training.material.shelf import SHELVES, Shelf, shelf_material

HELD_OUT_DIGITS = 500
PLANTED = 2_000  # shapes to learn from, and a quarter as many others to be asked
PLANTED_SEEDS = (0, 1)

_in_use: WeakValueDictionary[str, Material] = WeakValueDictionary()
_reading: defaultdict[str, Lock] = defaultdict(Lock)


@dataclass(frozen=True)
class Offer:
    """A data set before it is read.

    Attributes:
        title: how it is called in a chooser.
        read: gives the material, or raises `MaterialError`.
        shelf: of a data set that may have to be fetched first (`cnnviz.training.material.fetch`).
    """

    title: str
    read: Callable[[], Material]
    shelf: Shelf | None = None


def material(name: str) -> Material:
    """The data set of a name; the same object each time, only to be read.

    Raises:
        MaterialError: there is none of this name, or its pictures are not on this machine.
    """
    if name not in MATERIALS:
        raise MaterialError(f"There are the data sets {', '.join(MATERIALS)}, and no {name!r}.")
    return _shared(name)


def _shared(name: str) -> Material:
    """What somebody still uses is not read again; what nobody uses does not stay."""
    with _reading[name]:
        given = _in_use.get(name)
        if given is None:
            given = _in_use[name] = MATERIALS[name].read()
        return given


@cache
def _digits() -> Material:
    training, validation = halves(shipped_digits(), HELD_OUT_DIGITS)
    note = "Digits drawn by the app's own pen, many ways of writing each; they come with it."
    return Material("digits", "Drawn digits", DIGITS, INPUT, training, validation, note)


@cache
def _planted() -> Material:
    first, second = PLANTED_SEEDS
    training, validation = planted_shapes(PLANTED, first), planted_shapes(PLANTED // 4, second)
    note = "One shape among scribbles of the same pen, drawn by the app: only the shape tells."
    spec = input_of(training.pictures, padding=2)
    return Material("planted", "Planted shapes", SHAPES, spec, training, validation, note)


MATERIALS: dict[str, Offer] = {
    "digits": Offer("Drawn digits", _digits),
    "planted": Offer("Planted shapes", _planted),
    **{
        name: Offer(shelf.title, partial(shelf_material, shelf), shelf)
        for name, shelf in SHELVES.items()
    },
    "folder": Offer("Server’s folder", folder_material),
}
