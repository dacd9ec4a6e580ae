"""What a browser sent, believed only where it fits what was shown: a client can send anything."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any


def sent_index(value: Any, count: int, least: int = 0) -> int | None:
    """The whole number from `least` to `count` − 1 that was sent; None for anything else."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and least <= value < count else None


def sent_cell(value: Any, size: Sequence[int]) -> tuple[int, int] | None:
    """Row and column of a cell of a map of `size` (height, width); None for anything else."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    row, column = (sent_index(at, end) for at, end in zip(value, size, strict=True))
    return None if row is None or column is None else (row, column)


def sent_name(value: Any, names: Container[str]) -> str | None:
    """The one of `names` that was sent; None for anything else."""
    return value if isinstance(value, str) and value in names else None


def sent_percent(value: Any) -> int | None:
    """A number from 0 to 100, its fraction cut off; None for anything else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value <= 100 else None
