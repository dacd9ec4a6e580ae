"""A pad to draw a digit on; what was drawn stays with its visitor."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st
from PIL import Image

from cnnviz.images.ten_digits import digit as written
from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.pictures import Picture
from cnnviz.ui.sent import sent_index
from cnnviz.ui.visit import own

SIDE = 56  # pixels of what the browser sends
STATE = "_pad"
DIGITS = tuple(range(10))

_mount = register("pad")


@dataclass(frozen=True)
class Told:
    """What a hand laid on the pad: ink, a sample digit, or neither (it was cleared)."""

    ink: bytes | None = None
    take: int = -1


@dataclass
class _Sheet:
    """What is on one visitor's pad."""

    ink: bytes | None = None  # drawn by hand
    sample: int = -1  # the sample digit that lies there
    version: int = 0  # how often it was changed by others than the hand on the pad

    def lay(self, sample: int) -> None:
        """Lay a sample digit on the pad, or take it away (−1); a new one covers what was drawn."""
        if sample != self.sample and (sample >= 0 or self.ink is None):
            self.ink, self.version = None, self.version + 1
        self.sample = sample

    def hear(self, told: Told) -> int:
        """Take what the hand laid on the pad; the sample digit that lies there now, or −1."""
        self.ink = told.ink
        if told.take >= 0:
            self.sample = -1  # so that it is laid anew, also where it lay before
        return told.take


def digit_pad(
    page: str, sample: int = -1, on_take: Callable[[int], None] | None = None
) -> Picture | None:
    """The pad, and what is on it as a digit of MNIST (28×28, centred); None while it is empty.

    Answered while one draws: the browser sends what is there, in turns, as fast as answers come
    and every 60 ms at most; what it has not had answered yet counts there, not what an answer to
    older words says.

    Args:
        page: whose pad this is; the drawing is the same on all pages.
        sample: the sample digit that lies on the pad until something is drawn; −1 for none.
        on_take: called with a sample digit when it is chosen, with −1 when the pad is cleared or
            drawn on. Without it no samples are offered.
    """
    key, sheet = f"{page}_pad", _sheet()
    take = on_take or (lambda digit: None)
    sheet.lay(sample)

    def changed() -> None:
        told = turns.said(key, "sheet", sent_sheet)
        if told is not None:
            take(sheet.hear(told))
            own.note(page, "drawing", sheet.ink is not None)

    _mount(
        data=_told(sheet)
        | {
            "key": key,
            "turn": turns.turn(key, "sheet"),
            "samples": list(DIGITS) if on_take else [],
        },
        key=key,
        on_sheet_change=changed,
        height="content",
    )
    own.note(page, "drawing", sheet.ink is not None)
    return on_pad(sample)


def on_pad(sample: int = -1) -> Picture | None:
    """What lies on the pad of this visitor: what was drawn, else the sample digit, or nothing."""
    ink = _sheet().ink
    if ink:
        return drawn_picture(ink)
    return sample_digit(sample) if sample in DIGITS else None


def on_the_pad() -> Picture | None:
    """What the visitor has drawn, as a digit of MNIST; None while nothing is drawn."""
    ink = _sheet().ink
    return drawn_picture(ink) if ink else None


def clear_pad() -> None:
    """Take away what the visitor has drawn, on all pages."""
    sheet = _sheet()
    sheet.ink, sheet.version = None, sheet.version + 1
    own.forget("drawing")


def _told(sheet: _Sheet) -> dict[str, Any]:
    """What the browser is told of a sheet; it draws it anew when the version changes."""
    is_sample = sheet.ink is None and sheet.sample in DIGITS
    shown = _sample_ink(sheet.sample) if is_sample else sheet.ink
    return {
        "strokes": base64.b64encode(shown).decode("ascii") if shown else None,
        "version": sheet.version,
        "sample": sheet.sample if is_sample else -1,
    }


def _sheet() -> _Sheet:
    return st.session_state.setdefault(STATE, _Sheet())


def sample_digit(digit: int) -> Picture:
    """A digit drawn by us, 0 to 9, in MNIST's form."""
    return Picture(
        Image.fromarray(written(str(digit))).convert("RGB").copy,
        name=f"sample-{digit}",
        title=f"A {digit}",
        alt=f"A {digit} drawn with a pen, white on black",
        is_upload=False,
        digest=f"pen-digit-{digit}",
    )


@cache
def _sample_ink(digit: int) -> bytes:
    """A sample digit as large as the pad shows it."""
    return Image.fromarray(written(str(digit))).resize((SIDE, SIDE)).tobytes()


def sent_sheet(value: object) -> Told | None:
    """What a browser says lies on the pad; None for anything else."""
    if not isinstance(value, dict):
        return None
    if "ink" in value:
        ink = read_strokes(value["ink"])
        return None if ink is None else Told(ink)
    if "take" in value:
        digit = sent_index(value["take"], len(DIGITS))
        return None if digit is None else Told(take=digit)
    return Told()


def read_strokes(value: object) -> bytes | None:
    """The grey values a browser sent, row by row; None for an empty pad or anything else."""
    if not isinstance(value, str) or len(value) > 2 * SIDE * SIDE:
        return None
    try:
        grey = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return grey if len(grey) == SIDE * SIDE and any(grey) else None


def drawn_picture(grey: bytes) -> Picture | None:
    """What a pad's ink is as a digit of MNIST; None of no more than dust."""
    from cnnviz.images.mnist_form import drawn_digit  # torch: home has a pad before that is there

    try:
        digit = drawn_digit(list(grey), SIDE)
    except ValueError:  # nothing but dust
        return None
    return Picture(
        digit.convert("RGB").copy,
        name="drawn",
        title="Your digit",
        alt="The digit you drew, centred and scaled as MNIST's are",
        is_upload=True,
        digest="drawn-" + hashlib.blake2b(grey, digest_size=16).hexdigest(),
    )
