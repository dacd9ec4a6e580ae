"""How many there are and where, in words: one way for the whole app, as in shared/numbers.js."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 cell", "1,200 cells", "no cells"; `many` is the plural where it takes more than an s."""
    return f"{number:,} {plural(number, one, many)}" if number else f"no {many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """ "a, b and c"; "" of none."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 as all pages write it: "97 %", "96.9 %" with one digit behind the point."""
    return f"{100 * share:.{digits}f} %"


def plural(number: int, one: str, many: str = "") -> str:
    """The noun alone: "cell" for one, "cells" for any other number."""
    return one if number == 1 else many or f"{one}s"


def size_words(sizes: Iterable[int | Fraction]) -> str:
    """A shape or a size: "16 × 5 × 5", "2,704", "1/2"."""
    return " × ".join(f"{size:,}" if isinstance(size, int) else str(size) for size in sizes)


def place_words(row: int, column: int) -> str:
    """ "row 1, column 1" of the first cell: people count from 1, code and links from 0."""
    return f"row {row + 1}, column {column + 1}"


def lines_words(line: str, start: int, end: int) -> str:
    """ "rows 1 to 3" for `start` 0 and `end` 3 (as in a slice), "row 3" for 2 and 3."""
    words = f"{line} {end}" if end == start + 1 else f"{line}s {start + 1} to {end}"
    return words.replace("-", "−")
