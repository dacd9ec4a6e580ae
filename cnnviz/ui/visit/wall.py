"""On a wall: the menu is hidden and all of a page is larger, as a lecture hall needs it.

It belongs to the visit and not to a page: who goes to another page, takes a preset or presses Reset
stays on the wall. Every address says it (`projector=true`), so a link opens there too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import streamlit as st

from cnnviz.ui.parameters import flag, parameter_of


@dataclass(frozen=True)
class Values:
    """What an address of any page may say of it."""

    projector: bool = flag(False)


NAME = "projector"  # in an address
TERM = f"{NAME}=true"
PARAMETER = parameter_of(fields(Values)[0])
_STATE = "_wall"


def is_on() -> bool:
    """Whether this visit is shown on a wall."""
    return st.session_state.get(_STATE, False)


def turn(on: bool) -> None:
    """Go on the wall, or back from it."""
    st.session_state[_STATE] = on


def carried(query: str) -> str:
    """A query that stays on the wall where the visit is on it."""
    is_said = any(term.partition("=")[0] == NAME for term in query.split("&"))
    return query if is_said or not is_on() else "&".join(filter(None, (query, TERM)))


def mark() -> None:
    """Tell the page's looks (`assets/app.css`) that it is on a wall."""
    if is_on():
        st.html('<i class="projector"></i>')
