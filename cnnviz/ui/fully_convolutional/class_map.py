"""A picture with the winning class of every cell over it, and the canvas that the picture is of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from torch import Tensor

from cnnviz.figures.pictures import encode_photo
from cnnviz.figures.style import CLASSES
from cnnviz.fully_conv.class_map import ClassMap
from cnnviz.fully_conv.scenes import LARGEST, SMALLEST, Item, read_items
from cnnviz.ui import media, turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import cell as cell_of
from cnnviz.ui.sent import sent_text, word

LONGEST = 1000  # characters of what lies on the canvas

_mount = register("class_map")


@dataclass(frozen=True)
class Checked:
    """A cell whose crop LeNet was given by itself, and what came of it in words."""

    cell: tuple[int, int]
    words: str


@dataclass(frozen=True)
class Canvas:
    """What can be dragged: the items, and the picture of each of their kinds."""

    items: Sequence[Item]
    pictures: dict[str, Image.Image]
    kinds: Sequence[str]
    on_change: Callable[[list[Item]], None]


def class_map_view(
    picture: Image.Image,
    found: ClassMap | None,
    classes: Sequence[str],
    *,
    key: str,
    alt: str,
    cell: tuple[int, int],
    on_cell: Callable[[tuple[int, int]], None],
    shown_class: int | None = None,
    least: float = 0.0,
    skipped: Sequence[bool] = (),
    canvas: Canvas | None = None,
    checked: Checked | None = None,
) -> None:
    """Show the picture with its cells and what one of them says; where it is a canvas, its items.

    Each cell is drawn where the middle of its window lies, in the colour and with the name of its
    winning class, or of `shown_class`; from the probability `least` on, and
    not where `skipped` (row by row) says so. Pointing at a cell frames its window and shows its
    crop and scores without a word to the server; a click or Enter calls `on_cell` with
    (row, column), and `checked` is what is known of such a cell.

    Raises:
        ValueError: there are more classes than colours.
    """
    kinds = canvas.kinds if canvas is not None else ()

    def changed() -> None:
        items = turns.said(key, "items", lambda value: sent_items(value, kinds))
        if canvas is not None and items is not None:
            canvas.on_change(items)

    data = map_data(
        picture,
        found,
        classes,
        key=key,
        alt=alt,
        cell=cell,
        shown_class=shown_class,
        least=least,
        skipped=skipped,
    ) | {
        "canvas": _drawn(canvas, key) if canvas is not None else None,
        "checked": vars(checked) if checked else None,
    }
    size = (found.rows, found.columns) if found is not None else (0, 0)
    mount(data, key=key, size=size, on_cell=on_cell, on_items=changed)


def map_data(
    picture: Image.Image,
    found: ClassMap | None,
    classes: Sequence[str],
    *,
    key: str,
    alt: str,
    cell: tuple[int, int],
    shown_class: int | None = None,
    least: float = 0.0,
    skipped: Sequence[bool] = (),
    ahead: str = "",
) -> dict[str, Any]:
    """What the component is told of a picture and its map; see `class_map_view`.

    `ahead` names the stop of a slider that this is computed for before it gets there.

    Raises:
        ValueError: there are more classes than colours.
    """
    if len(classes) > len(CLASSES):
        raise ValueError(f"there are colours for {len(CLASSES)} classes, not for {len(classes)}")
    encoded = encode_photo(picture.convert("RGB"))
    return {
        "picture": media.url(encoded.data, encoded.mimetype, f"{key}.picture{ahead}"),
        "width": picture.width,
        "height": picture.height,
        "alt": alt,
        "names": list(classes),
        "colours": list(CLASSES[: len(classes)]),
        "least": least,
        "cell": list(cell),
        "map": _cells(found, shown_class) | {"skipped": list(skipped)} if found else None,
        "canvas": None,
        "checked": None,
        "turn": turns.turn(key, "items"),
    }


def mount(
    data: dict[str, Any],
    *,
    key: str,
    size: tuple[int, int],
    on_cell: Callable[[tuple[int, int]], None],
    on_items: Callable[[], None] | None = None,
) -> None:
    """Show the component; `size` is the map's rows and columns, of which a browser names one."""

    def chosen() -> None:
        place = word(key, "cell", cell_of(size))
        if place is not None:
            on_cell(place)

    _mount(
        data=data,
        key=key,
        on_cell_change=chosen,
        on_items_change=on_items or _nothing,
        height="content",
    )


def _nothing() -> None:
    """What a picture without a canvas does with its items."""


def sent_items(value: Any, kinds: Sequence[str]) -> list[Item] | None:
    """What a browser says lies on the canvas; None for anything but items of these kinds."""
    text = sent_text(value, LONGEST)
    try:
        return None if text is None else read_items(text, kinds)
    except ValueError:
        return None


def _cells(found: ClassMap, shown_class: int | None) -> dict[str, Any]:
    """Class and probability of every cell, row by row."""
    probabilities, winners = found.probabilities, found.winners
    if shown_class is not None:
        winners = winners.clone().fill_(shown_class)
        highest = probabilities[shown_class]
    else:
        highest = probabilities.amax(dim=0)
    return {
        "rows": found.rows,
        "columns": found.columns,
        "window": found.window,
        "stride": found.stride,
        "start": (found.window - found.stride) / 2,
        "first": 0,
        "classes": winners.flatten().tolist(),
        "winners": found.winners.flatten().tolist(),
        "shares": [round(share, 4) for share in highest.flatten().tolist()],
        "scores": _thousandths(probabilities),
    }


def _thousandths(probabilities: Tensor) -> list[int]:
    """Every cell's probability of every class, (cells · classes), cell by cell."""
    return (probabilities * 1000).round().int().permute(1, 2, 0).flatten().tolist()


def _drawn(canvas: Canvas, key: str) -> dict[str, Any]:
    urls = {}
    for kind, picture in canvas.pictures.items():
        encoded = encode_photo(picture)
        urls[kind] = media.url(encoded.data, encoded.mimetype, f"{key}.item.{kind}")
    return {
        "items": [vars(item) for item in canvas.items if item.kind in urls],
        "urls": urls,
        "lighten": all(picture.mode == "L" for picture in canvas.pictures.values()),
        "smallest": SMALLEST,
        "largest": LARGEST,
    }
