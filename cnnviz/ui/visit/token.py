"""Who a visitor is: a token that their browser keeps for this tab, and never shows in a link.

Python makes it; a tab that is loaded again says the one it has. Nobody can guess one, so it is
believed where something of that token is here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.ui.components import register
from cnnviz.ui.sent import word

_TOKEN = re.compile(r"[0-9a-f]{32}")

_mount = register("visit_token")


def ask_for_token(name: str, token: str, on_told: Callable[[str], None], *, key: str) -> None:
    """Ask the browser once for the token that it has from before; a component without a look.

    Args:
        name: of the token in the browser.
        token: today's, which the browser keeps if it has none.
        on_told: called with the one from before.
        key: of the component.
    """
    heard = f"_{name}_heard"

    def told() -> None:
        st.session_state[heard] = True
        said = word(key, "token", read_token)
        if said is not None:
            on_told(said)

    data = {"name": name, "token": token, "asks": heard not in st.session_state}
    _mount(data=data, key=key, on_token_change=told, height="content")


def read_token(value: Any) -> str | None:
    """A token, if what was sent is one."""
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else None
