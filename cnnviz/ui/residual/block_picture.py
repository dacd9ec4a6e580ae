"""One map at six points of a block, as a component that writes out the cell pointed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.sent import cell as cell_of
from cnnviz.ui.sent import word

_mount = register("residual_block")

Role = Literal["in", "kernel", "out"]


@dataclass(frozen=True)
class MapPicture:
    """A map: its picture (PNG), and the number of each cell, row by row, as it is written."""

    title: str
    note: str
    alt: str
    role: Role
    png: bytes
    size: tuple[int, int]
    texts: Sequence[str]


@dataclass(frozen=True)
class Way:
    """What lies between two maps: above, below and under the arrow."""

    title: str
    note: str = ""
    below: str = ""


@dataclass(frozen=True)
class Part:
    """A term of a sum: the same for every cell (`text`) or a text for each; a sign has no label."""

    label: str = ""
    text: str = ""
    texts: Sequence[str] | None = None


@dataclass(frozen=True)
class Line:
    """One step of the cell pointed at, written out: its parts, and the result for each cell."""

    name: str
    note: str
    tone: Role
    parts: Sequence[Part]
    results: Sequence[str]


def block_picture(
    maps: Mapping[str, MapPicture],
    ways: Mapping[str, Way],
    lines: Sequence[Line],
    *,
    size: tuple[int, int],
    cell: tuple[int, int],
    key: str,
    on_pin: Callable[[tuple[int, int]], None],
) -> None:
    """Show a block.

    Args:
        maps: x, half_way, main, shortcut, total and output; x may have more cells than the rest.
        ways: shortcut, main, first and last.
        lines: the cell's steps; every row of texts has one for each cell of `size`.
        size: rows and columns of what the block gives.
        cell: that is marked while nobody points.
        key: name of the component.
        on_pin: told row and column of a cell that is clicked.
    """

    def pinned() -> None:
        place = word(key, "pin", cell_of(size))
        if place is not None:
            on_pin(place)

    _mount(
        data={
            "maps": {name: _described(name, one, key) for name, one in maps.items()},
            "ways": {
                name: {"title": way.title, "note": way.note, "below": way.below}
                for name, way in ways.items()
            },
            "lines": [_written(line) for line in lines],
            "rows": size[0],
            "columns": size[1],
            "cell": list(cell),
        },
        key=key,
        on_pin_change=pinned,
        height="content",
    )


def _described(name: str, one: MapPicture, key: str) -> dict[str, Any]:
    return {
        "title": one.title,
        "note": one.note,
        "alt": one.alt,
        "role": one.role,
        "url": media.url(one.png, "image/png", f"{key}.{name}"),
        "rows": one.size[0],
        "columns": one.size[1],
        "texts": list(one.texts),
    }


def _written(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "note": line.note,
        "tone": line.tone,
        "parts": [
            {"label": part.label, "text": part.text}
            | ({"texts": list(part.texts)} if part.texts is not None else {})
            for part in line.parts
        ],
        "results": list(line.results),
    }
