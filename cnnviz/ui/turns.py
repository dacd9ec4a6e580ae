"""Words that a component says in turns (assets/components/turns.js), and which was heard last.

A component that is dragged sends what it shows again and again, and answers come late. Each word
carries its turn and Python gives the turn back with its answer, so the browser knows whether an
answer is to its latest word. Where each word counts, a component says all that were not answered
yet, numbered, and each is heard once.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

MOST = 100  # words said at once


def said(key: str, name: str) -> Any:
    """What the component `key` said last under `name`: client input; None if nothing."""
    return _word(key, name).get("value")


def turn(key: str, name: str) -> int:
    """The turn of that word, for the component's data; 0 before the first."""
    number: Any = _word(key, name).get("turn")
    return number if _is_number(number) else 0


def unheard(key: str, name: str) -> list[Any]:
    """The numbered words that the component has said since this was asked last; client input."""
    told = st.session_state.get(key)
    words = told.get(name) if isinstance(told, dict) else None
    before = heard(key, name)
    new = {}
    for word in words[-MOST:] if isinstance(words, list) else ():
        if isinstance(word, list) and len(word) == 2 and _is_number(word[0]) and word[0] > before:
            new[word[0]] = word[1]
    st.session_state[_heard(key, name)] = max(new, default=before)
    return [new[number] for number in sorted(new)]


def heard(key: str, name: str) -> int:
    """The number of the last of those words, for the component's data; 0 before the first."""
    return st.session_state.get(_heard(key, name), 0)


def _heard(key: str, name: str) -> str:
    return f"_heard:{key}:{name}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _word(key: str, name: str) -> dict[str, Any]:
    told = st.session_state.get(key)
    word = told.get(name) if isinstance(told, dict) else None
    return word if isinstance(word, dict) else {}
