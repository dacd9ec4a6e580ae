"""How many there are, in words: one way for the whole app, and `count` in shared/numbers.js."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 cell", "1,200 cells", "no cells"; `many` is the plural where it takes more than an s."""
    return f"{number:,} {plural(number, one, many)}" if number else f"no {many or one + 's'}"


def plural(number: int, one: str, many: str = "") -> str:
    """The noun alone: "cell" for one, "cells" for any other number."""
    return one if number == 1 else many or f"{one}s"
