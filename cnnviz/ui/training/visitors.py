"""The visitor of a training: known again when their tab is loaded anew."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cnnviz.ui.job_panel import visitor
from cnnviz.ui.training.runs import runs
from cnnviz.ui.visit.token import ask_for_token

STATE = "_training_visitor"


def me() -> str:
    """The token of the visitor whose page this is."""
    return st.session_state.setdefault(STATE, visitor())


def know_again(on_known: Callable[[], None]) -> None:
    """Ask the browser for the token that it has from before; a component without a look.

    Args:
        on_known: called when it is one whose runs are here.
    """

    def told(token: str) -> None:
        if runs().knows(token):
            st.session_state[STATE] = token
            on_known()

    ask_for_token("cnnviz-training", me(), told, key="training_token")
