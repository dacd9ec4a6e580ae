"""Words that a component says in turns (assets/components/turns.js), and which turn was heard last.

A component that is dragged sends what it shows again and again, and answers come late. Each word
carries its turn and Python gives the turn back with its answer, so the browser knows whether an
answer is to its latest word.
"""

from __future__ import annotations

from typing import Any

import streamlit as st


def said(key: str, name: str) -> Any:
    """What the component `key` said last under `name`: client input; None if nothing."""
    return _word(key, name).get("value")


def turn(key: str, name: str) -> int:
    """The turn of that word, for the component's data; 0 before the first."""
    number = _word(key, name).get("turn")
    return number if isinstance(number, int) and not isinstance(number, bool) else 0


def _word(key: str, name: str) -> dict[str, Any]:
    told = st.session_state.get(key)
    word = told.get(name) if isinstance(told, dict) else None
    return word if isinstance(word, dict) else {}
