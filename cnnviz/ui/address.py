"""Every view is a link: a page's parameters, its address, and the way back.

A page declares its parameters once. Their values live in `st.session_state` under their own
names, so a widget with `key="stride"` shows and sets the parameter `stride`. The address is read
when a visitor arrives at the page, and from then on only written, by the browser itself
(`history.replaceState`): Streamlit's own `st.query_params` would add one entry to the history for
every step of a slider. What a parameter does not accept falls back to its default, with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import streamlit as st

from cnnviz.ui.cold_start import through_app
from cnnviz.ui.handover import Handover, note_end
from cnnviz.ui.parameters import Parameter, choice, flag, number, pair, text, whole

__all__ = ["Address", "Parameter", "choice", "flag", "number", "pair", "text", "whole"]

MAX_VALUE_LENGTH = 8_000  # characters; browsers and proxies stop a little above


class Address:
    """The parameters of one page, their values for this visitor, and the query that says them."""

    def __init__(self, page: str, parameters: Iterable[Parameter]) -> None:
        self.page = page
        self._handover = Handover(page)
        self.parameters = {parameter.name: parameter for parameter in parameters}

    def arrive(self) -> None:
        """Read the address if the visitor has just come to the page; keep the values otherwise.

        Call it first on the page, outside its fragments. Coming back without a query (by the
        menu) finds the page as it was left.
        """
        through_app()
        if st.session_state.get("_arrived") == self.page:
            st.session_state["_arrived"] = None
            self.go(_asked() or self._kept())

    def go(self, query: str) -> None:
        """Set every parameter from a query (without "?"), to its default where it names none."""
        given = parse_qs(query, keep_blank_values=True)
        values, notices = {}, self._misspelt(given)
        for name, parameter in self.parameters.items():
            values[name], notice = _value(parameter, given.get(name))
            notices += notice
        self._handover.give(values)
        st.session_state[self._key("notices")] = notices
        st.session_state[self._key("kept")] = query

    def _misspelt(self, given: Iterable[str]) -> list[str]:
        """One sentence for each name that is nearly that of a parameter."""
        unknown = [name for name in given if name not in self.parameters]
        meant = ((name, get_close_matches(name, self.parameters, n=1)) for name in unknown)
        return [
            f"The address says “{name[:40]}”, which is nothing here. Is {match[0]} meant?"
            for name, match in meant
            if match
        ]

    def values(self) -> dict[str, Any]:
        """Today's value of every parameter, by name."""
        self._handover.give_again()
        values = {name: self._value(name) for name in self.parameters}
        st.session_state[self._key("before")] = values
        return values

    def _value(self, name: str) -> Any:
        try:
            return st.session_state[name]
        except KeyError:  # a widget that is hidden now took its value along
            value = self._before().get(name, self.parameters[name].default)
            self._handover.give({name: value})
            return value

    def set(self, **values: Any) -> None:
        """Set parameters from Python: in a callback, or before their widgets are made."""
        unknown = values.keys() - self.parameters.keys()
        if unknown:
            raise KeyError(f"the page {self.page} has no parameters {sorted(unknown)}")
        self._handover.give(values)

    def settle(self) -> None:
        """All of the page is made: the last thing a page does."""
        note_end(self.page)

    def query(self, **changes: Any) -> str:
        """The query of today's view, with `changes`: what is not at its default."""
        return self.query_of(self.values() | changes)

    def query_of(self, values: Mapping[str, Any]) -> str:
        """The query of a view given by values; parameters left out are at their default."""
        said = {
            name: parameter.write(values[name])
            for name, parameter in self.parameters.items()
            if name in values and values[name] is not None and values[name] != parameter.default
        }
        said = {name: text for name, text in said.items() if text}  # "": too long for an address
        return urlencode(said, quote_via=quote, safe=",.~:;!*()")

    def keep(self, values: Mapping[str, Any] | None = None) -> str:
        """Remember today's query for the way back to this page, and return it.

        `values` saves asking for them again where they are at hand.
        """
        query = self.query_of(self.values() if values is None else values)
        st.session_state[self._key("kept")] = query
        return query

    def notices(self) -> list[str]:
        """One sentence for each value of the address that fell back to its default."""
        return st.session_state.get(self._key("notices"), [])

    def dismiss(self) -> None:
        """Forget the notices: the visitor has changed something since."""
        st.session_state[self._key("notices")] = []

    def _kept(self) -> str:
        return st.session_state.get(self._key("kept"), "")

    def _before(self) -> dict[str, Any]:
        return st.session_state.get(self._key("before"), {})

    def _key(self, what: str) -> str:
        return f"_address:{self.page}:{what}"


def note_arrival(page: str) -> None:
    """Tell the pages which of them the visitor has just come to. Called by app.py on every run."""
    if st.session_state.get("_page") != page:
        st.session_state["_page"] = page
        st.session_state["_arrived"] = page


def _asked() -> str:
    """The query of the address as it is, with repeated parameters."""
    return urlencode(
        [(name, text) for name in st.query_params for text in st.query_params.get_all(name)]
    )


def _value(parameter: Parameter, given: list[str] | None) -> tuple[Any, list[str]]:
    """The value for what the address gives, and a notice if it is not what the parameter takes."""
    if given is None:
        return parameter.default, []
    text = given[0]
    try:
        if len(given) > 1:
            raise ValueError("one value only")
        if len(text) > MAX_VALUE_LENGTH:
            raise ValueError(f"at most {MAX_VALUE_LENGTH} characters")
        return parameter.read(text), []
    except ValueError as error:
        shown = parameter.write(parameter.default)
        start = text[:40] + ("…" if len(text) > 40 else "")
        return parameter.default, [
            f"The address asks for {parameter.name} = “{start}”, which is not possible: it takes "
            f"{error}. Shown with {shown or 'none'}."
        ]
