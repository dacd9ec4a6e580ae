"""The kinds of parameters that a page's address can have, and how each is read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """One term of a page's address: its name, default, and how it is read and written.

    `read` turns the text of the address into a value and raises ValueError, with what would be
    right, for anything else. `write` is its inverse.
    """

    name: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def whole(name: str, default: int, low: int, high: int) -> Parameter:
    """A whole number from `low` to `high`."""
    return Parameter(name, default, lambda text: _whole(text, low, high))


def number(name: str, default: float, low: float, high: float) -> Parameter:
    """A real number from `low` to `high`."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return value

    return Parameter(name, default, read, lambda value: f"{value:g}")


def pair(
    name: str, default: tuple[int, int], low: int, high: int, words: Iterable[str] = ()
) -> Parameter:
    """One whole number for both axes, or `height,width`; or one of `words`."""
    words = tuple(words)

    def read(text: str) -> tuple[int, int] | str:
        if text in words:
            return text
        parts = text.split(",")
        try:
            if len(parts) > 2:
                raise ValueError
            values = [_whole(part, low, high) for part in parts]
        except ValueError:
            also = "".join(f", or {word}" for word in words)
            raise ValueError(
                f"a whole number from {low} to {high}, or two as height,width{also}"
            ) from None
        return values[0], values[-1]

    def write(value: tuple[int, int] | str) -> str:
        if isinstance(value, str):
            return value
        return str(value[0]) if value[0] == value[1] else f"{value[0]},{value[1]}"

    return Parameter(name, default, read, write)


def choice(name: str, default: str, options: Iterable[str]) -> Parameter:
    """One of `options`, by name."""
    options = tuple(options)

    def read(text: str) -> str:
        if text not in options:
            shown = ", ".join(options[:12]) + (", …" if len(options) > 12 else "")
            raise ValueError(f"one of {shown}")
        return text

    return Parameter(name, default, read)


def flag(name: str, default: bool) -> Parameter:
    """`true` or `false`."""

    def read(text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError("true or false")
        return text == "true"

    return Parameter(name, default, read, lambda value: "true" if value else "false")


def text(
    name: str, default: str, read: Callable[[str], str], write: Callable[[str], str] = str
) -> Parameter:
    """A text that `read` accepts; `write` gives an empty one where it is too long for a link."""
    return Parameter(name, default, read, write)


def _whole(text: str, low: int, high: int) -> int:
    plain = text.strip()
    if not (plain.lstrip("-").isascii() and plain.lstrip("-").isdigit() and len(plain) < 12):
        raise ValueError(f"a whole number from {low} to {high}")
    if not low <= int(plain) <= high:
        raise ValueError(f"a whole number from {low} to {high}")
    return int(plain)
