"""Words that a component says in turns (shared/turns.js), and which of them was heard last.

A component that is dragged sends what it shows again and again, and answers come late. Each word
carries its turn and Python gives the turn back with its answer, so the browser knows whether an
answer is to its latest word. Where each word counts, a component says all that were not answered
yet, numbered, and each is heard once.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from cnnviz.ui.sent import Shape, T, is_whole, told_by

MOST = 100  # words said at once
LAST = 2**53  # turns, as many as a browser can count


def said(key: str, name: str, shape: Shape[T]) -> T | None:
    """What the component `key` said last under `name`; None if nothing of that shape."""
    return shape(_word(key, name).get("value"))


def turn(key: str, name: str) -> int:
    """The turn of that word, for the component's data; 0 before the first."""
    number: Any = _word(key, name).get("turn")
    return number if _is_turn(number) else 0


def unheard(key: str, name: str, shape: Shape[T]) -> list[T]:
    """The numbered words that the component has said since this was asked last, of that shape."""
    before = heard(key, name)
    words = told_by(key).get(name)
    new = {}
    for said_word in words[-MOST:] if isinstance(words, list) else ():
        number, value = _numbered(said_word)
        if number > before:
            new[number] = shape(value)
    st.session_state[_heard(key, name)] = max(new, default=before)
    found = (new[number] for number in sorted(new))
    return [value for value in found if value is not None]


def heard(key: str, name: str) -> int:
    """The number of the last of those words, for the component's data; 0 before the first."""
    return st.session_state.get(_heard(key, name), 0)


def _heard(key: str, name: str) -> str:
    return f"_heard:{key}:{name}"


def _numbered(said_word: Any) -> tuple[int, Any]:
    """The number of a word and what it says; 0, which is always heard, for no numbered word."""
    is_pair = isinstance(said_word, list) and len(said_word) == 2
    return said_word if is_pair and _is_turn(said_word[0]) else (0, None)


def _is_turn(value: Any) -> bool:
    return is_whole(value) and 0 <= value < LAST


def _word(key: str, name: str) -> dict[str, Any]:
    said_word = told_by(key).get(name)
    return said_word if isinstance(said_word, dict) else {}
