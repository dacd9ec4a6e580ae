"""Numbers and tables that a page offers to its menu "Save": put together when somebody asks.

What a page offers lies in its visitor's session and goes with it; the route finds it there by the
session's name. A page says it at each run, which costs nothing: no element is shown for it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from io import StringIO
from typing import Any, Protocol
from weakref import WeakValueDictionary

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike, NDArray

from cnnviz.figures.npz import npz
from cnnviz.ui.address import Address
from cnnviz.ui.insides.visitor import session

STATE = "_offered"
NUMBERS = "biuf"  # kinds of NumPy's types

Arrays = Callable[[], Mapping[str, ArrayLike]]
Rows = Callable[[], Sequence[Sequence[Any]]]


class Offer(Protocol):
    """What can be had as a file.

    Attributes:
        title: what it is.
        form: of the file, as its button says it and its name ends.
    """

    title: str
    form: str

    def file(self) -> bytes:
        """The file, with the view's address.

        Raises:
            ValueError: there is nothing in it.
        """
        ...


@dataclass
class NumbersOffer:
    """The numbers behind a picture: what they are, which view shows them, how to get them."""

    title: str
    view: Callable[[], str]  # its address, from the page's name on
    arrays: Arrays
    form: str = "npz"

    def file(self) -> bytes:
        """They as an npz, with the view's address.

        Raises:
            ValueError: there are none.
        """
        return npz(self.arrays(), self.title, self.view())


@dataclass
class TableOffer:
    """A table that the browser has not whole, or not as one: its rows, the heads first."""

    title: str
    view: Callable[[], str]
    rows: Rows
    form: str = "CSV"

    def file(self) -> bytes:
        """It as a CSV below a line that says its title and the view's address.

        Raises:
            ValueError: it has no rows.
        """
        rows = self.rows()
        if len(rows) < 2:
            raise ValueError("a file of a table needs at least one row")
        text = StringIO()
        text.write(f"# {self.title}; {self.view()}\n")
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().encode()


@dataclass(eq=False)
class Offered:
    """What one visitor's page offers now, by places on it; a later one takes an earlier's place."""

    by_place: dict[str, Offer] = field(default_factory=dict)


_of_sessions: WeakValueDictionary[str, Offered] = WeakValueDictionary()


def offer_numbers(
    title: str, address: Address[Any] | None, arrays: Arrays, *, place: str = "main"
) -> None:
    """Offer `arrays` by name, with `title`, the view's address, lowest and highest, as npz.

    Args:
        title: what they are; the file is called by it.
        address: of the page; None for home, which has no parameters.
        arrays: called when somebody asks, in a thread of the server's: it holds names of what it
            needs and values of this run, and no large tensor.
        place: which offer of the page it is.
    """
    view = partial(_view, address, address.values()) if address else lambda: "home"
    offered_here().by_place[place] = NumbersOffer(title, view, arrays)


def offer_table(title: str, address: Address[Any], rows: Rows, *, place: str = "table") -> None:
    """Offer a table as CSV, with `title` and the view's address; as `offer_numbers` does.

    Args:
        title: what it is; the file is called by it.
        address: of the page.
        rows: the heads, then a row each; called when somebody asks.
        place: which offer of the page it is.
    """
    view = partial(_view, address, address.values())
    offered_here().by_place[place] = TableOffer(title, view, rows)


def rows_of(frame: Any) -> list[list[Any]]:
    """The heads and the rows of a pandas data frame, for `offer_table`."""
    return [list(frame.columns), *frame.astype(object).where(frame.notna(), "").values.tolist()]


def _view(address: Address[Any], values: Any) -> str:
    query = address.query_of(values)
    return f"{address.page}?{query}" if query else address.page


def offer_nothing() -> None:
    """Take back what the visitor's page before this one, or its view before, has offered."""
    offered_here().by_place.clear()


def offered_here() -> Offered:
    """What the page of this run's visitor offers."""
    offered = st.session_state.setdefault(STATE, Offered())
    _of_sessions[session()] = offered
    return offered


def offered_to(session_name: str) -> Mapping[str, Offer]:
    """What the page of a session offers; nothing where there is no such session."""
    offered = _of_sessions.get(session_name)
    return dict(offered.by_place) if offered else {}


def arrays_of(result: Any) -> dict[str, NDArray[Any]]:
    """The tensors and arrays among the fields of a dataclass, by the fields' names."""
    found = {one.name: getattr(result, one.name) for one in fields(result)}
    return {name: np.asarray(value) for name, value in found.items() if hasattr(value, "shape")}


def columns_of(rows: Sequence[Any]) -> dict[str, NDArray[Any]]:
    """The numbers of equal dataclasses as columns, by the fields' names; fields of words too."""
    names = [one.name for one in fields(rows[0])] if rows else []
    columns = {name: np.asarray([getattr(row, name) for row in rows]) for name in names}
    return {name: one for name, one in columns.items() if one.dtype.kind in f"{NUMBERS}U"}
