"""Pictures put together from small ones: what lies where on a canvas, and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

MOST_ITEMS = 12
SMALLEST, LARGEST = 8, 160  # pixels of an item's side
FARTHEST = 512  # pixels from the canvas's corner
GREY = (128, 128, 128)  # behind pictures in colour


@dataclass(frozen=True)
class Item:
    """A small picture on the canvas: which one, its left and top pixel, and its side in pixels."""

    kind: str
    x: int
    y: int
    size: int


def write_items(items: Sequence[Item]) -> str:
    """The items as text: "7:10:20:28;3:50:12:28", each as kind, x, y and size."""
    return ";".join(f"{item.kind}:{item.x}:{item.y}:{item.size}" for item in items)


def read_items(text: str, kinds: Sequence[str]) -> list[Item]:
    """The items that `write_items` wrote; the text may come from anyone.

    Raises:
        ValueError: there are too many, or one is not of the form; says what would be right.
    """
    parts = [part for part in text.split(";") if part]
    if len(parts) > MOST_ITEMS:
        raise ValueError(f"at most {MOST_ITEMS} items")
    return [_read_item(part, kinds) for part in parts]


def _read_item(text: str, kinds: Sequence[str]) -> Item:
    kind, *numbers = text.split(":")
    plain = [number.removeprefix("-") for number in numbers]
    is_whole = all(n.isascii() and n.isdigit() and len(n) <= 4 for n in plain)
    if kind not in kinds or len(numbers) != 3 or not is_whole:
        raise ValueError(
            f"kind:x:y:size for each item, with semicolons between; kinds are {', '.join(kinds)}"
        )
    x, y, size = (int(number) for number in numbers)
    if not (SMALLEST <= size <= LARGEST and max(abs(x), abs(y)) <= FARTHEST):
        raise ValueError(
            f"items of {SMALLEST} to {LARGEST} pixels, at most {FARTHEST} from the corner"
        )
    return Item(kind, x, y, size)


def render(
    items: Sequence[Item], pictures: Mapping[str, Image.Image], height: int, width: int
) -> Image.Image:
    """The canvas with all items on it.

    Grey pictures (mode L) are light on a black canvas: where they overlap, the brighter one shows.
    Pictures in RGB lie on grey, the later ones on top. Items without a picture are left out.
    """
    is_grey = all(picture.mode == "L" for picture in pictures.values())
    canvas = Image.new("L" if is_grey else "RGB", (width, height), 0 if is_grey else GREY)
    for item in items:
        if item.kind not in pictures:
            continue
        scaled = pictures[item.kind].resize((item.size, item.size), Image.Resampling.BILINEAR)
        if is_grey:
            canvas = _lightened(canvas, scaled, item)
        else:
            canvas.paste(scaled, (item.x, item.y))
    return canvas


def _lightened(canvas: Image.Image, scaled: Image.Image, item: Item) -> Image.Image:
    """The brighter of canvas and item at every pixel."""
    layer = Image.new("L", canvas.size, 0)
    layer.paste(scaled, (item.x, item.y))
    return Image.fromarray(np.maximum(np.asarray(canvas), np.asarray(layer)))
