"""Small pictures of what each layer made, that light with the layer and can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.figures.mosaic import Mosaic
from cnnviz.figures.style import css_gradient
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.sent import text, word

LONGEST_NUMBER = 24  # characters of a layer's number, such as 7.1

_mount = register("gallery")


@dataclass(frozen=True)
class Tile:
    """One layer: its number and name, what left it, its maps, and the ends of their scale."""

    path: str
    title: str
    shape: str
    mosaic: Mosaic
    low: str
    high: str
    alt: str
    note: str = ""


def gallery(
    tiles: Sequence[Tile], *, key: str, selected: str, on_select: Callable[[str], None]
) -> None:
    """Show the tiles in the order of the layers; `on_select` is called with a number."""

    def chosen() -> None:
        number = word(key, "select", text(LONGEST_NUMBER))
        if number is not None:
            on_select(number)

    _mount(
        data={"tiles": [_described(tile, key) for tile in tiles], "selected": selected},
        key=key,
        on_select_change=chosen,
        height="content",
    )


def _described(tile: Tile, key: str) -> dict[str, Any]:
    return {
        "path": tile.path,
        "title": tile.title,
        "shape": tile.shape,
        "url": media.url(tile.mosaic.png, "image/png", f"gallery.{key}.{tile.path}"),
        "ratio": tile.mosaic.width / tile.mosaic.height,
        "low": tile.low,
        "high": tile.high,
        "gradient": css_gradient(tile.mosaic.palette),
        "alt": tile.alt,
        "note": tile.note,
    }
