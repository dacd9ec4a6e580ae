"""The component of the view `depth`: answer, neurons, losses, and what is pointed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import is_number, one_of, part, sent_index, told_by

ACTS = ("play", "pause", "step", "restart")
MOST_FRAMES = 2**31

_mount = register("playground")


def playground(data: Mapping[str, Any], *, key: str, on_act: Callable[[str], None]) -> None:
    """Show one frame of a training.

    While `data["is_busy"]` the browser asks for the next frame when it has drawn this one, not
    sooner than after `data["pause_ms"]`, and not while its page is hidden.

    Args:
        data: from `cnnviz.figures.mlp.playground`.
        key: name of the component.
        on_act: told each press of a button: "play", "pause", "step" or "restart".
    """

    def acted() -> None:
        for act in turns.unheard(key, "act", one_of(ACTS)):
            on_act(act)

    told = {**data, "heard": turns.heard(key, "act"), "turn": _asked(key)}
    _mount(data=told, key=key, on_act_change=acted, on_frame_change=_nothing, height="content")


def pointed_at(key: str, num_points: int, edge: float) -> tuple[tuple[float, float], int] | None:
    """The place pointed at when the last frame was asked for, and the point there (or -1).

    Args:
        key: name of the component.
        num_points: points that there are.
        edge: places lie from −edge to edge, both ways.
    """
    asked = told_by(key).get("frame")
    x, y = part(asked, "place", 0), part(asked, "place", 1)
    if not all(is_number(value) and abs(value) <= edge for value in (x, y)):
        return None
    point = sent_index(part(asked, "point"), num_points)
    return (float(x), float(y)), -1 if point is None else point


def _asked(key: str) -> int:
    """The number of the frame that was asked for, given back so that each asks for one more."""
    return sent_index(part(told_by(key).get("frame"), "number"), MOST_FRAMES) or 0


def _nothing() -> None:
    """Asking for a frame is the run that makes it."""
