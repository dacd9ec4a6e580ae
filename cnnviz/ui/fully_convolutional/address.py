"""What the address of the page `fully_convolutional` says: network, picture, canvas, view."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.fully_conv.scenes import read_items, write_items
from cnnviz.images import SAMPLES
from cnnviz.images.ten_digits import STROKES
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.ui.address import Address
from cnnviz.ui.fully_convolutional.networks import TITLES
from cnnviz.ui.parameters import choice, flag, one_of, pair, text, whole
from cnnviz.ui.weights.own import is_own

VIEWS = {"map": "Map of answers", "size": "Any size?", "surgery": "Linear → Conv2d"}
SOURCES = {"canvas": "Canvas", "picture": "One picture"}
SMALLEST_SIZE, LARGEST_SIZE = 16, 256
CANVASES = ("64x64", "96x96", "132x80", "128x96", "160x128")  # width x height
DRAWN = "drawn"
PICTURES = ("cat", "boat", "horse", "rocket")
DIGITS = (*STROKES, DRAWN)
LINEAR = {0: (400, 120), 2: (120, 84), 4: (84, 10)}  # place in the classifier -> inputs, outputs
LAYERS = {place: f"Linear({inputs}, {outputs})" for place, (inputs, outputs) in LINEAR.items()}
UNITS = {place: outputs for place, (_, outputs) in LINEAR.items()}
SMALLEST_SIDE, LARGEST_SIDE, SIDE_STEP = 64, 640, 32  # of a photo, for the networks of photos


def _read_items(text: str) -> str:
    return write_items(read_items(text, (*DIGITS, *PICTURES)))


def _read_model(name: str) -> str:
    if name not in (*TITLES, *PHOTOGRAPHS) and not is_own(name):
        raise ValueError(f"one of {', '.join((*TITLES, *PHOTOGRAPHS))}")
    return name


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; class −1 is the likeliest one of each cell.

    Of the networks of photos `side` is the longer side and `sure` what a cell speaks from.
    """

    view: str = choice("map", VIEWS)
    model: str = text(next(iter(TITLES)), _read_model)
    size: int = whole(64, SMALLEST_SIZE, LARGEST_SIZE)
    image: str = choice("cat", SAMPLES)
    linear: int = one_of(0, LAYERS)
    unit: int = whole(0, 0, UNITS[0] - 1)
    step: int = whole(0, 0, 100_000)
    source: str = choice("canvas", SOURCES)
    canvas: str = choice("132x80", CANVASES)
    items: str = text("", _read_items)
    cell: tuple[int, int] = pair((10, 14), 0, LARGEST_SIZE)
    class_idx: int = whole(-1, -1, 999)
    least: int = whole(90, 0, 99)
    skip_empty: bool = flag(True)
    as_scores: bool = flag(False)
    side: int = one_of(448, range(SMALLEST_SIDE, LARGEST_SIDE + 1, SIDE_STEP))
    sure: int = whole(30, 0, 99)


ADDRESS = Address("fully_convolutional", Values)
