"""Who a visitor is: a token that their browser keeps for this tab, and never shows in a link.

Python makes it; a tab that is loaded again says the one it has, and is believed if runs of that
token are here: nobody can guess one.
"""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from cnnviz.ui.components import register
from cnnviz.ui.job_panel import visitor
from cnnviz.ui.sent import word
from cnnviz.ui.training.runs import runs

KEY = "training_token"
STATE = "_training_visitor"
HEARD = "_training_heard"
_TOKEN = re.compile(r"[0-9a-f]{32}")

_mount = register("training_token")


def me() -> str:
    """The token of the visitor whose page this is."""
    return st.session_state.setdefault(STATE, visitor())


def know_again() -> None:
    """Ask the browser for the token that it has from before; a component without a look."""

    def told() -> None:
        st.session_state[HEARD] = True
        token = word(KEY, "token", read_token)
        if token is not None and runs().knows(token):
            st.session_state[STATE] = token

    data = {"token": me(), "asks": HEARD not in st.session_state}
    _mount(data=data, key=KEY, on_token_change=told, height="content")


def read_token(value: Any) -> str | None:
    """A token, if what was sent is one."""
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else None
