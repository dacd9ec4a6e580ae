"""Every view is a link: a page's parameters, its address, and the way back.

A page declares its parameters once, as the fields of a frozen dataclass (`cnnviz.ui.parameters`).
Their values live in `st.session_state` under keys that carry the page (`ADDRESS.key("stride")`),
so a widget with that key shows and sets the parameter, and never meets another page's. What a
browser sends is client input: `values()` gives a page nothing that its parameter does not take.
The address is read when a visitor arrives at the page, and from then on only written, by the
browser itself (`history.replaceState`): Streamlit's own `st.query_params` would add one entry to
the history for every step of a slider. What a parameter does not accept falls back to the last
good value, or to its default, with a sentence.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, quote, urlencode

import streamlit as st

from cnnviz.counting import counted
from cnnviz.ui.handover import Handover, note_end
from cnnviz.ui.insides.runs import this_run
from cnnviz.ui.insides.visitor import told_by_the_browser, values_at
from cnnviz.ui.parameters import Parameter, parameter_of
from cnnviz.ui.serving.cold_start import through_app
from cnnviz.ui.visit import own, wall

MAX_VALUE_LENGTH = 8_000  # characters; browsers and proxies stop a little above
MOST_NAMES = 200  # terms of an address that are looked at
MOST_NOTICES = 3  # sentences about one address
MOST_UNDONE = 50  # changes that can be taken back
GESTURE_S = 0.8  # changes that follow each other more quickly are one

_MISSING = object()  # of a parameter that has no value in the session

V = TypeVar("V")  # the dataclass of a page's values
ADDRESSES: dict[str, Address[Any]] = {}  # by page: of those that a visitor has opened


class Address(Generic[V]):
    """The parameters of one page, their values for this visitor, and the query that says them.

    Args:
        page: as in the page's address.
        values: the frozen dataclass that declares the parameters.

    Raises:
        TypeError: one of its fields is no parameter, or its default is not accepted.
    """

    def __init__(self, page: str, values: type[V]) -> None:
        self.page = page
        self.defaults = values()
        self.parameters: dict[str, Parameter[Any]] = {
            field.name: parameter_of(field)
            for field in fields(values)  # ty: ignore[invalid-argument-type]
        }
        self._values = values
        self._handover = Handover(page)
        ADDRESSES[page] = self

    def key(self, name: str) -> str:
        """The key of a parameter's widget, and of its value in the session.

        Raises:
            KeyError: the page has no such parameter.
        """
        if name not in self.parameters:
            raise KeyError(f"the page {self.page} has no parameter {name}")
        return f"{self.page}-{name}"

    def arrive(self) -> None:
        """Read the address if the visitor has just come to the page; keep the values otherwise.

        Call it first on the page, outside its fragments. Coming back without a query (by the
        menu) finds the page as it was left.
        """
        through_app()
        if st.session_state.get("_arrived") == self.page:
            st.session_state["_arrived"] = None
            self.go(wall.carried(_asked() or self._kept()))

    def go(self, query: str) -> None:
        """Set every parameter from a query (without "?"), to its default where it names none."""
        self._end_gesture()
        self.stand_in()
        given = _terms(query)
        lost = own.gone(given.pop(own.NAME, []))
        on_wall, wrong = _value(wall.NAME, wall.PARAMETER, given.pop(wall.NAME, None))
        wall.turn(on_wall)
        values, notices = {}, lost + wrong + self._misspelt(given)
        for name, parameter in self.parameters.items():
            values[name], notice = _value(name, parameter, given.get(name))
            notices += notice
        self.set(**values)
        st.session_state[self._own("notices")] = _some(notices)
        st.session_state[self._own("kept")] = query
        known = self.parameters.keys() & given.keys()
        st.session_state[self._own("asked")] = {
            name: (values[name], _start(given[name][0])) for name in known
        }
        st.session_state[self._own("is_read")] = True

    def _misspelt(self, given: Iterable[str]) -> list[str]:
        """One sentence for each name that is nearly that of a parameter."""
        unknown = [name[:40] for name in given if name not in self.parameters][:MOST_NAMES]
        known = [*self.parameters, wall.NAME]
        meant = ((name, get_close_matches(name, known, n=1)) for name in unknown)
        return [
            f"The address says “{name}”, which is nothing here. Is {match[0]} meant?"
            for name, match in meant
            if match
        ]

    def values(self) -> V:
        """Today's value of every parameter, each as its parameter takes it.

        They are read once a run, and again when Python has set one: many reads of the session
        were a quarter of a run.
        """
        read_in, values = st.session_state.get(self._own("read"), (None, None))
        if read_in is not None and read_in is this_run():
            return values
        values = self._read()
        st.session_state[self._own("read")] = this_run(), values
        return values

    def _read(self) -> V:
        self._handover.give_again()
        before = st.session_state.get(self._own("before"), self.defaults)
        held = values_at(self.key(name) for name in self.parameters)
        values = self._values(**{name: self._value(name, before, held) for name in self.parameters})
        st.session_state[self._own("before")] = values
        return values

    def _value(self, name: str, before: V, held: Mapping[str, Any]) -> Any:
        parameter, good = self.parameters[name], getattr(before, name)
        value = held.get(self.key(name), _MISSING)
        if value is not _MISSING:  # or a widget that is hidden now took its value along
            try:
                return parameter.check(value)
            except ValueError as error:
                if not self._is_old_line(name, value):
                    self.note(_refused(name, parameter, error, good))
        self.set(**{name: good})
        return good

    def _is_old_line(self, name: str, value: Any) -> bool:
        """Whether a browser says a line of a list that has other lines since: no visitor's mistake.

        Streamlit's lists send what the chosen line says; where that is unknown, it is handed over.
        """
        is_no_text = not isinstance(self.parameters[name].default, str)
        return is_no_text and isinstance(value, str) and self.key(name) in told_by_the_browser()

    def set(self, **values: Any) -> None:
        """Set parameters from Python: in a callback, or before their widgets are made.

        Raises:
            KeyError: the page has no such parameter.
        """
        st.session_state[self._own("read")] = None, None
        self._handover.give({self.key(name): _as_sent(value) for name, value in values.items()})

    def show(self, key: str, value: Any) -> None:
        """Give a widget its value that is no parameter's own but follows from some."""
        self._handover.give({key: value})

    def fall_back(self, **values: Any) -> None:
        """Set what the page chooses itself where today's view lacks what was there.

        No change of the visitor's: there is nothing to undo.
        """
        self.set(**values)
        if (noted := st.session_state.get(self._own("now"))) is not None:
            now = self._asked_for(replace(noted[0], **values))
            st.session_state[self._own("now")] = (now, noted[1])

    def stand_in(self, **values: Any) -> None:
        """What today's view has for parameters whose default it lacks; others than those no more.

        No link says it and no change is one to it: whoever opens the page gets it all the same.
        Call it in every run, before the widgets of these parameters.
        """
        st.session_state[self._own("stands_in")] = values

    def _asked_for(self, values: V) -> V:
        """The values with the default where something stands in for it."""
        instead: dict[str, Any] = st.session_state.get(self._own("stands_in"), {})
        asked = {
            name: getattr(self.defaults, name)
            for name, value in instead.items()
            if getattr(values, name) == value
        }
        return replace(values, **asked) if asked else values  # ty: ignore[invalid-argument-type]

    def settle(self) -> None:
        """All of the page is made: the last thing a page does."""
        st.session_state[self._own("is_read")] = False
        for name in st.session_state.pop(self._own("seen"), ()):
            st.session_state.get(self._own("asked"), {}).pop(name, None)
        note_end(self.page)

    @property
    def is_just_read(self) -> bool:
        """Whether the values are what an address asks for, which a visitor has just opened."""
        return bool(st.session_state.get(self._own("is_read")))

    def only(self, **wrong: str | None) -> None:
        """Take out of the address what its parameters take and today's view does not have.

        Each value of that kind gets a sentence and goes to its default, and the page runs again.
        A view that comes first when a hand chooses it looks at what was asked for it then. What a
        hand has left behind, as a cell beyond a smaller map, no address asks for. Call it before
        the widgets of these parameters.

        Args:
            wrong: what the view has, in words, by the name of the parameter; None where it has
                the value.
        """
        values, asked_for = self.values(), st.session_state.get(self._own("asked"), {})
        st.session_state.setdefault(self._own("seen"), set()).update(wrong)
        for name, words in wrong.items():
            default = getattr(self.defaults, name)
            asked, text = asked_for.get(name, (default, ""))
            if words is not None and getattr(values, name) == asked != default:
                self.note(_not_here(name, text, words))
                self.set(**{name: default})
        if self.values() != values:
            # or the sentence would go with the change
            st.session_state[self._own("is_read")] = True
            st.rerun()

    def query_of(self, values: V) -> str:
        """The query of a view given by values: what is not at its default."""
        said = {
            name: parameter.write(value)
            for name, parameter in self.parameters.items()
            if (value := getattr(values, name)) != parameter.default
        }
        said = {name: text for name, text in said.items() if text}  # "": too long for an address
        return urlencode(said, quote_via=quote, safe=",.~:;!*()")

    def defaults_written(self) -> dict[str, str]:
        """The default of every parameter, as an address would say it."""
        return {name: one.write(one.default) for name, one in self.parameters.items()}

    def said(self, **values: Any) -> dict[str, str]:
        """What an address says for values of parameters, each by its name."""
        return {name: self.parameters[name].write(value) for name, value in values.items()}

    def words_of(self, name: str, options: Mapping[str, Any]) -> dict[str, str]:
        """What an address says for the options of a widget of a parameter.

        Args:
            name: of the parameter.
            options: of the widget, by what it shows for each; what is none of the parameter's
                values is left out.
        """
        parameter, words = self.parameters[name], {}
        for shown, option in options.items():
            with suppress(ValueError):
                words[shown] = parameter.write(parameter.check(option))
        return words

    def query(self, **values: Any) -> str:
        """The query of a view with these values, the others at their defaults.

        Raises:
            TypeError: the page has no such parameter.
            ValueError: a parameter does not take its value.
        """
        for name, value in values.items():
            if name in self.parameters:
                self.parameters[name].check(value)
        return self.query_of(replace(self.defaults, **values))  # ty: ignore[invalid-argument-type]

    def keep(self, values: V | None = None) -> str:
        """Remember today's query for the way back to this page; what the address is to say.

        That is the query, what of the view is the visitor's own, and whether it is on a wall.
        `values` saves asking for them again where they are at hand.
        """
        values = self._asked_for(self.values() if values is None else values)
        self._remember(values)
        query = self.query_of(values)
        st.session_state[self._own("kept")] = query
        return wall.carried("&".join(filter(None, (query, own.term(self.page)))))

    def _remember(self, values: V) -> None:
        """Note a change for `undo`; changes that come in one go, as a drag, are one.

        What was said of the view before is old then, unless this very run has said it.
        """
        now, at = st.session_state.get(self._own("now"), (values, -GESTURE_S))
        if values == now:
            st.session_state[self._own("now")] = (values, at)
            return
        if not self.is_just_read and st.session_state.get(self._own("noted_in")) is not this_run():
            self.dismiss()
        if time.monotonic() - at > GESTURE_S:
            past = st.session_state.get(self._own("past"), [])
            st.session_state[self._own("past")] = [*past, now][-MOST_UNDONE:]
        st.session_state[self._own("now")] = (values, time.monotonic())

    def _end_gesture(self) -> None:
        """What comes next is a change of its own, as a preset is, however soon it comes.

        So is what came with it, a field that is left by a press on the preset: no run has noted it.
        """
        if self._own("now") in st.session_state:
            values = self._asked_for(self.values())
            self._remember(values)
            st.session_state[self._own("now")] = (values, -GESTURE_S)

    def undo(self) -> None:
        """Take back the last change of the page's parameters; nothing where there was none."""
        self.keep()  # a change that no run has noted yet is one
        past = st.session_state.get(self._own("past"), [])
        if not past:
            return
        *st.session_state[self._own("past")], before = past
        st.session_state[self._own("now")] = (before, -GESTURE_S)
        self.set(**vars(before))
        self.dismiss()

    def notices(self) -> list[str]:
        """One sentence for each value that fell back to another, the visitor's words among them."""
        return st.session_state.get(self._own("notices"), [])

    def dismiss(self) -> None:
        """Forget the notices: the visitor has changed something since."""
        st.session_state[self._own("notices")] = []

    def note(self, sentence: str) -> None:
        """Say something above the page until the visitor changes it."""
        st.session_state[self._own("noted_in")] = this_run()
        if sentence not in self.notices():
            st.session_state[self._own("notices")] = _some([*self.notices(), sentence])

    def _kept(self) -> str:
        return st.session_state.get(self._own("kept"), "")

    def _own(self, what: str) -> str:
        return f"_address:{self.page}:{what}"


def note_arrival(page: str) -> None:
    """Tell the pages which of them the visitor has just come to. Called by app.py on every run."""
    if st.session_state.get("_page") != page:
        st.session_state["_page"] = page
        st.session_state["_arrived"] = page


def _as_sent(value: Any) -> Any:
    """A value as a widget of Streamlit's has it: names that were chosen are a list.

    A tuple is never equal to one: what Python had set would count as a change of the visitor's, and
    its callback would run what follows that change and not the view that Python has gone to.
    """
    is_names = isinstance(value, tuple) and all(isinstance(name, str) for name in value)
    return list(value) if is_names else value


def _asked() -> str:
    """The query of the address as it is, with repeated parameters."""
    return urlencode(
        [(name, text) for name in st.query_params for text in st.query_params.get_all(name)]
    )


def _terms(query: str) -> dict[str, list[str]]:
    """The texts of a query by name; of the first names only where there are very many."""
    return parse_qs("&".join(query.split("&", MOST_NAMES)[:MOST_NAMES]), keep_blank_values=True)


def _some(notices: list[str]) -> list[str]:
    """The first notices, and how many more there are."""
    more = len(notices) - MOST_NOTICES
    if more <= 0:
        return notices
    return [*notices[:MOST_NOTICES], f"The address has {more} more mistakes like these."]


def _value(name: str, parameter: Parameter[Any], given: list[str] | None) -> tuple[Any, list[str]]:
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
        return parameter.default, [
            f"The address asks for {name} = “{_start(text)}”, which is not possible: it takes "
            f"{error}. {_shown_with(parameter, parameter.default)}"
        ]


def _refused(name: str, parameter: Parameter[Any], error: ValueError, good: Any) -> str:
    return f"A value for {name} was not possible: it takes {error}. {_shown_with(parameter, good)}"


def _not_here(name: str, text: str, words: str) -> str:
    return f"The address asks for {name} = “{text}”, which is not in this view: it has {words}."


def _shown_with(parameter: Parameter[Any], value: Any) -> str:
    written = (parameter.said or parameter.write)(value)
    return f"Shown with {_start(written) or 'none'}."


def no_place(place: tuple[int, int], rows: int, columns: int) -> str | None:
    """What a view has, for `Address.only`, where a place is not in it; None where it is."""
    if place[0] < rows and place[1] < columns:
        return None
    return f"{counted(rows, 'row')} and {counted(columns, 'column')}"


def no_number(number: int, count: int, one: str, many: str = "") -> str | None:
    """The same for one of things that are numbered from 0, as maps and classes are."""
    if number < count:
        return None
    numbers = {0: "", 1: ", number 0"}.get(count, f", from 0 to {count - 1}")
    return counted(count, one, many) + numbers


def _start(text: str) -> str:
    """As much of a text as a sentence quotes."""
    return text[:40] + ("…" if len(text) > 40 else "")
