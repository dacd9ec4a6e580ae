"""Sheets of numbered cells that light one another: a matrix, a vector, a kernel, a picture.

A cell has a name of its own (`key`) and the names of all it belongs to (`tags`). Pointing at a cell
lights every cell that carries its key as a tag, and shows the sentence of that key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cnnviz.figures.pictures import diverging_levels
from cnnviz.figures.style import DIVERGING

Role = Literal["in", "out", "k", "plain", "blank"]
DARK, LIGHT = "#000000", "#ffffff"


@dataclass(frozen=True)
class Cell:
    """One cell: its text, what it is, its colour if it has one of its own, key and tags."""

    text: str = ""
    role: Role = "blank"
    fill: str = ""
    key: str = ""
    tags: tuple[str, ...] = ()
    corner: str = ""


@dataclass(frozen=True)
class Sheet:
    """Cells in rows.

    Args:
        title: above it, and `note` beside the title in grey.
        cells: row by row.
        columns: cells in a row.
        alt: what it shows, in a sentence.
        size: pixels of a cell; 0 where the sheet fills the line.
        gap: a wider gap after each so many columns; `row_gap` for rows; 0 for none.
    """

    title: str
    note: str
    cells: Sequence[Cell]
    columns: int
    alt: str
    size: int = 30
    gap: int = 0
    row_gap: int = 0


@dataclass(frozen=True)
class Sign:
    """What stands between two sheets: ·, +, =."""

    text: str


@dataclass(frozen=True)
class Count:
    """A number that counts, with words and perhaps a small picture."""

    number: str
    words: str
    url: str = ""
    alt: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Tally:
    """Counts below one another, with a title."""

    title: str
    counts: Sequence[Count]


Part = Sheet | Sign | Tally


@dataclass(frozen=True)
class Sheets:
    """Lines of parts, and the sentence of every key."""

    lines: Sequence[Sequence[Part]]
    say: Mapping[str, str] = field(default_factory=dict)
    start: str = ""  # the key that is lit while nobody points


def signed_fill(value: float, limit: float) -> str:
    """The colour of a signed value on the diverging scale from −limit to limit."""
    level = int(diverging_levels([value], limit)[0])
    return "#" + bytes(DIVERGING[level]).hex()


def ink_on(fill: str) -> str:
    """Black or white letters, whichever reads better on a colour: 4.58 : 1 or more (WCAG 2)."""
    parts = [value / 255 for value in bytes.fromhex(fill[1:])]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return DARK if luminance > 0.179 else LIGHT


def told(sheets: Sheets) -> dict[str, Any]:
    """What the browser is told: plain lists, dictionaries and texts."""
    return {
        "lines": [[_part(part) for part in line] for line in sheets.lines],
        "say": dict(sheets.say),
        "start": sheets.start,
    }


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Sign):
        return {"kind": "sign", "text": part.text}
    if isinstance(part, Tally):
        counts = [vars(count) for count in part.counts]
        return {"kind": "tally", "title": part.title, "counts": counts}
    return {**vars(part), "kind": "sheet", "cells": [_cell(cell) for cell in part.cells]}


def _cell(cell: Cell) -> dict[str, Any] | None:
    """Only what a cell has: most of a large matrix is blank."""
    if cell == Cell():
        return None
    found = {"t": cell.text, "r": cell.role, "k": cell.key, "g": list(cell.tags), "n": cell.corner}
    found |= {"c": cell.fill, "i": ink_on(cell.fill)} if cell.fill else {}
    return {name: value for name, value in found.items() if value}


def decimal(value: float, digits: int = 2) -> str:
    """A number to at most `digits` places after the point, with a true minus sign."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text in ("-0", "") else text.replace("-", "−")


def factor(value: float, digits: int = 2) -> str:
    """`decimal` in parentheses where it is negative: a factor of a product."""
    text = decimal(value, digits)
    return f"({text})" if value < 0 and text != "0" else text
