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
    """A map and its picture (PNG)."""

    title: str
    note: str
    alt: str
    role: Role
    png: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class Way:
    """What lies between two maps: above, below and under the arrow."""

    title: str
    note: str = ""
    below: str = ""


@dataclass(frozen=True)
class Part:
    """A term of a sum: the same for every cell (`text`), or those of `row`; a sign has no label."""

    label: str = ""
    text: str = ""
    row: str = ""


@dataclass(frozen=True)
class Line:
    """One step of the cell pointed at, written out: its parts, and the row of its results."""

    name: str
    note: str
    tone: Role
    parts: Sequence[Part]
    results: str


@dataclass(frozen=True)
class Block:
    """What is drawn.

    Attributes:
        maps: x, half_way, main, shortcut, total and output; x may have more cells than the rest.
        ways: shortcut, main, first and last.
        lines: the cell's steps.
        rows: by name the number of each cell, row by row, as it is written, with spaces between:
            one for every map, and those that the lines name.
        size: rows and columns of what the block gives.
    """

    maps: Mapping[str, MapPicture]
    ways: Mapping[str, Way]
    lines: Sequence[Line]
    rows: Mapping[str, str]
    size: tuple[int, int]


def block_picture(
    block: Block,
    cell: tuple[int, int],
    *,
    key: str,
    on_pin: Callable[[tuple[int, int]], None],
) -> None:
    """Show a block.

    Args:
        block: what is drawn.
        cell: that is marked while nobody points.
        key: name of the component.
        on_pin: told row and column of a cell that is clicked.
    """

    def pinned() -> None:
        place = word(key, "pin", cell_of(block.size))
        if place is not None:
            on_pin(place)

    _mount(data=block_data(block, cell, key), key=key, on_pin_change=pinned, height="content")


def block_data(block: Block, cell: tuple[int, int], key: str, ahead: str = "") -> dict[str, Any]:
    """What the component is told; `ahead` names the stop of a slider it is computed for."""
    place = f"{key}.{ahead}" if ahead else key
    return {
        "maps": {name: _described(name, one, place) for name, one in block.maps.items()},
        "ways": {
            name: {"title": way.title, "note": way.note, "below": way.below}
            for name, way in block.ways.items()
        },
        "lines": [_written(line) for line in block.lines],
        "texts": dict(block.rows),
        "rows": block.size[0],
        "columns": block.size[1],
        "cell": list(cell),
    }


def _described(name: str, one: MapPicture, key: str) -> dict[str, Any]:
    return {
        "title": one.title,
        "note": one.note,
        "alt": one.alt,
        "role": one.role,
        "url": media.url(one.png, "image/png", f"{key}.{name}"),
        "rows": one.size[0],
        "columns": one.size[1],
    }


def _written(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "note": line.note,
        "tone": line.tone,
        "parts": [{"label": part.label, "text": part.text, "row": part.row} for part in line.parts],
        "results": line.results,
    }
