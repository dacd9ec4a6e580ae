"""What a visitor has painted on a picture: strokes, and how many of them count (the way back).

It stays with the visit and is no part of a link; the script of the view has it as a list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from torch import Tensor

from cnnviz.changing import SIDE, Stroke
from cnnviz.ui.sent import is_whole

STATE = "_change_painting"
MOST_STROKES, MOST_POINTS = 30, 160
SMALLEST, LARGEST = 10, 250  # radius of the brush, in thousandths of the side
MOST_KNOWN = 120  # answers about paintings of one visitor


@dataclass
class Painting:
    """Strokes over one picture.

    Attributes:
        digest: of the picture.
        strokes: all that can be gone back and forth to.
        at: how many of them are done.
        known: what a network said after strokes, by all that decides it.
    """

    digest: str = ""
    strokes: tuple[Stroke, ...] = ()
    at: int = 0
    known: dict[object, Tensor] = field(default_factory=dict)

    @property
    def done(self) -> tuple[Stroke, ...]:
        """The strokes that count."""
        return self.strokes[: self.at]

    def remember(self, key: object, said: Tensor) -> Tensor:
        """Keep an answer; the oldest leaves."""
        self.known[key] = said
        while len(self.known) > MOST_KNOWN:
            self.known.pop(next(iter(self.known)))
        return said

    def take(self, told: Told) -> bool:
        """Take what a browser says of it; False for a word of another picture that comes late."""
        if told.digest != self.digest:
            return False
        self.strokes, self.at = told.strokes, told.at
        return True


def painting(digest: str, state: str = STATE) -> Painting:
    """This visitor's, of the picture of this digest: another picture is a clean one.

    Args:
        digest: of the picture.
        state: under which name the session has it; each page that is painted on has its own.
    """
    kept: Painting | None = st.session_state.get(state)
    if kept is None or kept.digest != digest:
        kept = st.session_state[state] = Painting(digest)
    return kept


@dataclass(frozen=True)
class Told:
    """What a browser says of a painting.

    Attributes:
        digest: of the picture that it shows.
        strokes: all of them.
        at: how many count.
        is_done: whether the hand is up.
    """

    digest: str
    strokes: tuple[Stroke, ...]
    at: int
    is_done: bool


def read_painting(value: Any) -> Told | None:
    """The painting that was sent; None for anything else."""
    if not isinstance(value, dict) or not isinstance(value.get("strokes"), list):
        return None
    sent, at, digest = value["strokes"], value.get("at"), value.get("of")
    if (
        not isinstance(digest, str)
        or len(sent) > MOST_STROKES
        or not is_whole(at)
        or not 0 <= at <= len(sent)
    ):
        return None
    strokes = [read_stroke(one) for one in sent]
    if any(stroke is None for stroke in strokes):
        return None
    return Told(digest, tuple(filter(None, strokes)), at, value.get("done") is True)


def read_stroke(value: Any) -> Stroke | None:
    """A stroke: {"r": radius, "back": bool, "p": [x, y, x, y, …]}; None for anything else."""
    if not isinstance(value, dict) or not isinstance(value.get("p"), list):
        return None
    radius, numbers = value.get("r"), value["p"]
    is_line = 2 <= len(numbers) <= 2 * MOST_POINTS and len(numbers) % 2 == 0
    if not is_line or not all(is_whole(one) and 0 <= one <= SIDE for one in numbers):
        return None
    if not is_whole(radius) or not SMALLEST <= radius <= LARGEST:
        return None
    points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return Stroke(points, radius, value.get("back") is True)


def written(stroke: Stroke) -> dict[str, Any]:
    """A stroke as it is sent."""
    points = [number for point in stroke.points for number in point]
    return {"r": stroke.radius, "back": stroke.brings_back, "p": points}
