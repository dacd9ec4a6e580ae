"""A pad to draw a digit on; what was drawn stays with its visitor."""

from __future__ import annotations

import base64
import binascii
import hashlib

import streamlit as st

from cnnviz.digits import drawn_digit
from cnnviz.ui.components import register
from cnnviz.ui.pictures import Picture

SIDE = 56  # pixels of what the browser sends
STATE = "_pad"

_mount = register("pad")


def digit_pad(page: str) -> Picture | None:
    """The pad, and what is drawn on it as a digit of MNIST (28×28, centred); None while empty.

    Answered while one draws: the browser sends what is there every 150 ms.
    """
    key = f"{page}_pad"

    def drawn() -> None:
        st.session_state[STATE] = read_strokes(st.session_state[key].get("strokes"))

    kept: bytes | None = st.session_state.get(STATE)
    encoded = base64.b64encode(kept).decode("ascii") if kept else None
    _mount(data={"strokes": encoded}, key=key, on_strokes_change=drawn, height="content")
    return _picture(kept) if kept else None


def read_strokes(value: object) -> bytes | None:
    """The grey values a browser sent, row by row; None for an empty pad or anything else."""
    if not isinstance(value, str) or len(value) > 2 * SIDE * SIDE:
        return None
    try:
        grey = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return grey if len(grey) == SIDE * SIDE and any(grey) else None


def _picture(grey: bytes) -> Picture | None:
    try:
        digit = drawn_digit(list(grey), SIDE)
    except ValueError:  # nothing but dust
        return None
    return Picture(
        digit.convert("RGB"),
        name="drawn",
        title="Your digit",
        alt="The digit you drew, centred and scaled as MNIST's are",
        is_upload=True,
        digest="drawn-" + hashlib.blake2b(grey, digest_size=16).hexdigest(),
    )
