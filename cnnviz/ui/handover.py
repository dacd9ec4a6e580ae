"""Values that Python gives to widgets, until the browser is known to show them.

A click while a page is being made starts the next run, and Streamlit drops what the first has not
sent yet. Without this, a widget whose value was dropped would stand at a default of its own, and
the browser would send that back as if the visitor had chosen it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from cnnviz.ui.insides.visitor import is_set_in_this_run, told_by_the_browser, widgets_among

ON_ITS_WAY = 0.5  # seconds until a finished run has sent all it has; a hand takes longer to answer
UNSET = object()  # what a widget was before it had a value


@dataclass(frozen=True)
class _Given:
    """A value that Python gave, and the one that the browser may still show."""

    value: Any
    before: Any


class Handover:
    """What one page has given to the widgets of one visitor, by their keys."""

    def __init__(self, page: str) -> None:
        self._page = page

    def give(self, values: Mapping[str, Any]) -> None:
        """Set widgets from Python: in a callback, or before they are made."""
        st.session_state[_ended(self._page)] = math.inf
        for name, value in values.items():
            self._given()[name] = _Given(value, before=st.session_state.get(name, UNSET))
            st.session_state[name] = value

    def give_again(self) -> None:
        """Set once more what may not have reached the browser, before the widgets are made.

        What the visitor has changed since stays theirs.
        """
        waiting = widgets_among(self._given())  # what no widget shows is where Python put it
        told = told_by_the_browser() if waiting else frozenset()
        for name in waiting:
            given = self._given()[name]
            if is_set_in_this_run(name):
                continue
            now = st.session_state.get(name, given.value)
            is_shown = name in told and now == given.value
            is_late = name in told and now == given.before and not self._had_time()
            if is_shown or not (now == given.value or is_late):
                del self._given()[name]
                continue
            with suppress(StreamlitAPIException):  # the widget is made already in this run
                st.session_state[name] = given.value

    def _had_time(self) -> bool:
        return time.monotonic() - st.session_state[_ended(self._page)] > ON_ITS_WAY

    def _given(self) -> dict[str, _Given]:
        return st.session_state.setdefault(f"_given:{self._page}", {})


def note_end(page: str) -> None:
    """Remember when a run of a page was over: the last thing it does."""
    if _ended(page) in st.session_state:
        st.session_state[_ended(page)] = time.monotonic()


def _ended(page: str) -> str:
    return f"_ended:{page}"
