"""What a browser sent, believed only where it fits what was shown: a client can send anything.

A component says words: a name, and what it says under it. `word` is the one way to hear one (those
that go in turns: `cnnviz.ui.turns`). Each word has a shape, a function that gives what was said as
it may be used, or None for all else; it is total, whatever JSON it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")
Shape = Callable[[Any], T | None]


def word(key: str, name: str, shape: Shape[T]) -> T | None:
    """What the component `key` said under `name`; None if nothing, or nothing of that shape."""
    told = told_by(key)
    return shape(told[name]) if name in told else None


def told_by(key: str) -> Mapping[str, Any]:
    """All words of a component, unchecked."""
    told = st.session_state.get(key)
    return told if isinstance(told, dict) else {}


def stands_at(key: str) -> Any:
    """What a native widget that is no parameter of the page stands at, for `ADDRESS.set`.

    Client input: only a parameter's check, in `ADDRESS.values()`, makes a value of it.
    """
    return st.session_state.get(key)


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are none, "not a number" is one."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def sent_index(value: Any, count: int, least: int = 0) -> int | None:
    """The whole number from `least` to `count` − 1 that was sent; None for anything else."""
    return value if is_whole(value) and least <= value < count else None


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
    return int(value) if is_number(value) and 0 <= value <= 100 else None


def sent_text(value: Any, longest: int) -> str | None:
    """A text of at most `longest` characters; None for anything else."""
    return value if isinstance(value, str) and len(value) <= longest else None


def sent_values(value: Any, shapes: Mapping[str, Shape[Any]]) -> dict[str, Any]:
    """The values by name that were sent, of the names that are known, those of the right shape."""
    if not isinstance(value, dict):
        return {}
    read = {name: shapes[name](one) for name, one in value.items() if name in shapes}
    return {name: one for name, one in read.items() if one is not None}


def part(value: Any, *path: str | int) -> Any:
    """What stands at the end of a path of names and places in what was sent; None if nothing."""
    for step in path:
        is_there = (isinstance(value, dict) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        )
        if not is_there:
            return None
        value = value[step]
    return value


def index(count: int, least: int = 0) -> Shape[int]:
    """The shape of a whole number from `least` to `count` − 1."""
    return lambda value: sent_index(value, count, least)


def cell(size: Sequence[int]) -> Shape[tuple[int, int]]:
    """The shape of row and column of a cell of a map of `size` (height, width)."""
    return lambda value: sent_cell(value, size)


def one_of(names: Container[str]) -> Shape[str]:
    """The shape of one of some names."""
    return lambda value: sent_name(value, names)


def text(longest: int) -> Shape[str]:
    """The shape of a text of at most `longest` characters."""
    return lambda value: sent_text(value, longest)
