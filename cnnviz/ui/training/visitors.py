"""The visitor of a training: known again when their tab is loaded anew."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cnnviz.ui.insides.visitor import session
from cnnviz.ui.job_panel import visitor
from cnnviz.ui.training.runs import runs
from cnnviz.ui.visit import own
from cnnviz.ui.visit.token import ask_for_token

STATE = "_training_visitor"


def me() -> str:
    """The token of the visitor whose page this is."""
    return st.session_state.setdefault(STATE, visitor())


def note_runs() -> None:
    """Let the address say that there is a run of the visitor's, which the server alone has."""
    own.note("training", "run", bool(runs().entries(me(), session())))


def know_again(on_known: Callable[[], None], on_strange: Callable[[], None]) -> None:
    """Ask the browser for the token that it has from before; a component without a look.

    Args:
        on_known: called when it is one whose runs are here.
        on_strange: called when none is.
    """

    def told(token: str) -> None:
        if runs().knows(token):
            st.session_state[STATE] = token
            on_known()
        else:
            on_strange()

    ask_for_token("cnnviz-training", me(), told, key="training_token")
