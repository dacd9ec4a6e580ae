"""The brush's component: a picture to paint on, and what comes of each stroke."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnnviz.ui import turns
from cnnviz.ui.brush.painting import LARGEST, SMALLEST, Painting, Told, read_painting, written
from cnnviz.ui.components import register

ERASING = {
    "title": "Paint it away",
    "did": "gone",
    "modes": [
        ["Erase", "Take away what the brush covers"],
        ["Bring back", "Show again what was erased"],
    ],
    "behind": None,
    "first_radius": 110,
    "followed": "",
}

_mount = register("brush")


def mount(
    data: dict[str, Any],
    own: Painting,
    *,
    key: str,
    on_painted: Callable[[Told], None],
) -> None:
    """Show a picture to paint on.

    Args:
        data: what assets/components/brush/types.d.ts says, but for the strokes; words that are
            not in it are those of a brush that erases.
        own: the strokes, and how many of them count.
        key: name of the component.
        on_painted: told the painting after each change of it.
    """

    def changed() -> None:
        told = turns.said(key, "painting", read_painting)
        if told is not None:
            on_painted(told)

    strokes = {
        "strokes": [written(stroke) for stroke in own.strokes],
        "at": own.at,
        "radius": [SMALLEST, LARGEST],
        "turn": turns.turn(key, "painting"),
    }
    _mount(data=ERASING | data | strokes, key=key, on_painting_change=changed, height="content")
