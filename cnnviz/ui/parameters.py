"""The kinds of terms that a page's address can have: how each is read, checked and written.

A page declares them as the fields of a frozen dataclass, with their defaults:

    @dataclass(frozen=True)
    class Values:
        view: str = choice("grid", VIEWS)
        stride: tuple[int, int] = pair((1, 1), 1, 8)
        relu: bool = flag(False)

To Python such a field is one with a default, of the type that it says; `cnnviz.ui.address` finds
in it how the term is read, checked and written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import Field, dataclass, field
from typing import Any, Generic, TypeVar, cast

from cnnviz.rounding import plainly

T = TypeVar("T")
NO_PLACE = -1  # of a row and a column, where there is none
NONE = "none"  # what an address says for no names
TERM = "term"  # under which a field keeps its parameter
LONGEST_TEXT = 200_000  # characters of a text in a session; an address carries far fewer
MOST_DIGITS = 11  # of a whole number in an address


@dataclass(frozen=True)
class Parameter(Generic[T]):
    """One term of a page's address: its default, and how it is read, checked and written.

    Attributes:
        default: what `check` takes and an address need not say.
        parse: turns the text of an address into what may be a value, and leaves the rest to
            `check`. It raises nothing but ValueError.
        check: gives the value that was given, whoever set it, and raises ValueError, with what
            would be right, for anything else that a browser could send.
        write: the inverse of `read`; "" where the value is too long for an address.
        said: a value as a sentence names it.
    """

    default: T
    parse: Callable[[str], Any]
    check: Callable[[Any], T]
    write: Callable[[T], str] = str
    said: Callable[[T], str] | None = None

    def read(self, text: str) -> T:
        """The value that an address says.

        Raises:
            ValueError: with what would be right.
        """
        return self.check(self.parse(text))


def term(parameter: Parameter[T]) -> T:
    """A field of a page's values, declared by how it is read, checked and written."""
    return field(default=parameter.default, metadata={TERM: parameter})


def parameter_of(declared: Field[Any]) -> Parameter[Any]:
    """How a field of a page's values is read, checked and written.

    Raises:
        TypeError: it was not declared by one of the functions here, or its own check refuses its
            default.
    """
    parameter = declared.metadata.get(TERM)
    if parameter is None:
        raise TypeError(f"{declared.name} is no term of an address: declare it by whole() or such")
    try:
        parameter.check(parameter.default)
    except ValueError as error:
        raise TypeError(f"the default of {declared.name} is none: it takes {error}") from error
    return parameter


def whole(default: int, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    words = f"a whole number from {low} to {high}"

    def check(value: Any) -> int:
        if not _is_whole(value, low, high):
            raise ValueError(words)
        return value

    return term(Parameter(default, _parsed_whole, check))


def number(default: float, low: float, high: float) -> float:
    """A real number from `low` to `high`, of which six digits count."""

    def check(value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and low <= value <= high):  # not a number is not <=
            raise ValueError(f"a number from {plainly(low)} to {plainly(high)}")
        return float(f"{value:g}")

    return term(Parameter(float(default), _parsed_number, check, plainly))


def pair(default: tuple[int, int], low: int, high: int) -> tuple[int, int]:
    """A whole number for each axis: one for both in an address, or `height,width`.

    Where `low` is −1, that is none, and both are.
    """
    return cast("tuple[int, int]", pair_or_word(default, low, high, ()))


def pair_or_word(
    default: tuple[int, int] | str, low: int, high: int, words: Iterable[str]
) -> tuple[int, int] | str:
    """As `pair`, or one of `words`."""
    words = tuple(words)
    also = "".join(f", or {word}" for word in words)
    right = f"a whole number from {low} to {high}, or two as height,width{also}"

    def parse(text: str) -> tuple[int | None, ...] | str:
        if text in words:
            return text
        return _parsed_pair(text)

    def check(value: Any) -> tuple[int, int] | str:
        if isinstance(value, str) and value in words:
            return value
        if not _is_pair(value, low, high):
            raise ValueError(right)
        return value[0], value[1]

    return term(Parameter(default, parse, check, _written_pair))


def choice(default: str, options: Iterable[str]) -> str:
    """One of `options`, by name."""
    return one_of(default, options)


def one_of(default: T, options: Iterable[T]) -> T:
    """One of a few values, that their texts tell apart."""
    by_text = {str(option): option for option in options}

    def check(value: Any) -> T:
        option = by_text.get(value if isinstance(value, str) else _short(value))
        if option is None or type(option) is not type(value) or option != value:
            listed = ", ".join(list(by_text)[:12])
            more = f" and {len(by_text) - 12} more" if len(by_text) > 12 else ""
            raise ValueError(f"one of {listed}{more}")
        return option

    return term(Parameter(default, by_text.get, check))


def some_of(
    default: tuple[str, ...], options: Sequence[str], what: str, most: int
) -> tuple[str, ...]:
    """Up to `most` of `options`, each once, with commas between them; `what` they are called.

    None of them is "none": an address leaves out what is empty.
    """

    def check(value: Any) -> tuple[str, ...]:
        is_list = isinstance(value, list | tuple) and len(value) <= len(options) + most
        if not (is_list and all(isinstance(name, str) and name in options for name in value)):
            raise ValueError(f"at most {most} {what}, with commas between them")
        names = tuple(dict.fromkeys(value))
        if len(names) > most:
            raise ValueError(f"at most {most} {what}, with commas between them")
        return names

    def parse(text: str) -> tuple[str, ...]:
        return () if text == NONE else tuple(filter(None, text.split(",")))

    return term(Parameter(default, parse, check, lambda names: ",".join(names) or NONE))


def span(default: tuple[int, int], low: int, high: int) -> tuple[int, int]:
    """The first and the last of a span of whole numbers, in either order."""

    def check(value: Any) -> tuple[int, int]:
        if not _is_pair(value, low, high):
            raise ValueError(f"two whole numbers from {low} to {high} with a comma between them")
        return min(value), max(value)

    return term(Parameter(default, _parsed_pair, check, lambda both: f"{both[0]},{both[1]}"))


def flag(default: bool) -> bool:
    """`true` or `false`."""

    def check(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("true or false")
        return value

    words = {"true": True, "false": False}
    return term(Parameter(default, words.get, check, lambda value: str(value).lower()))


def text(
    default: str,
    read: Callable[[str], str],
    write: Callable[[str], str] = str,
    said: Callable[[str], str] | None = None,
) -> str:
    """A text that `read` accepts and gives in its one form, which it gives back as it is.

    `write` gives an empty one where it is too long for a link, `said` what a sentence calls it.
    """

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("a text")
        if len(value) > LONGEST_TEXT:
            raise ValueError(f"at most {LONGEST_TEXT:,} characters")
        return read(value)

    return term(Parameter(default, str, check, write, said))


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_pair(value: Any, low: int, high: int) -> bool:
    is_two = isinstance(value, list | tuple) and len(value) == 2
    if not (is_two and all(_is_whole(part, low, high) for part in value)):
        return False
    return low != NO_PLACE or (value[0] == NO_PLACE) == (value[1] == NO_PLACE)


def _written_pair(value: tuple[int, int] | str) -> str:
    if isinstance(value, str):
        return value
    return str(value[0]) if value[0] == value[1] else f"{value[0]},{value[1]}"


def _parsed_pair(text: str) -> tuple[int | None, ...]:
    parts = tuple(_parsed_whole(part) for part in text.split(",", 2))
    return parts * 2 if len(parts) == 1 else parts


def _parsed_whole(text: str) -> int | None:
    plain = text.strip()
    digits = plain.removeprefix("-")
    is_whole = len(plain) <= MOST_DIGITS and digits.isascii() and digits.isdigit()
    return int(plain) if is_whole else None


def _parsed_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _short(value: Any) -> str:
    """The text of a plain number; nothing of what could be large."""
    is_plain = isinstance(value, int | float) and -1e9 < value < 1e9
    return str(value) if is_plain else ""
