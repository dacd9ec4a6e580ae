"""The brush's component: a picture to paint on, and what comes of each stroke."""

from __future__ import annotations

from typing import Any

from cnnviz.ui import turns
from cnnviz.ui.brush.painting import LARGEST, SMALLEST, Painting, read_painting, written
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again

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


def mount(data: dict[str, Any], own: Painting, *, key: str, page: str) -> None:
    """Show a picture to paint on.

    Args:
        data: what assets/components/brush/types.d.ts says, but for the painting; words that are
            not in it are those of a brush that erases.
        own: the picture's painting, which takes what is painted.
        key: name of the component.
        page: key of the fragment that follows when the hand is up.
    """

    def changed() -> None:
        told = turns.said(key, "painting", read_painting)
        if told is not None and own.take(told) and told.is_done:
            run_again(page)

    painted = {
        "digest": own.digest,
        "strokes": [written(stroke) for stroke in own.strokes],
        "at": own.at,
        "radius": [SMALLEST, LARGEST],
        "turn": turns.turn(key, "painting"),
    }
    _mount(data=ERASING | data | painted, key=key, on_painting_change=changed, height="content")
