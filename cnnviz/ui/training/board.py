"""The component of the view `live`: what to do with a run, its curves, and its snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import index, sent_index, sent_name, word
from cnnviz.ui.training.address import LAST_STEP

ACTS = ("start", "pause", "go on", "stop", "restart", "leave", "previous", "next")
MOST_FRAMES = 2**31

_mount = register("training_live")


def training_board(
    data: Mapping[str, Any],
    *,
    key: str,
    on_act: Callable[[str], None],
    on_back: Callable[[int], None],
    on_near: Callable[[], None],
) -> None:
    """Show one frame of a run.

    While `data["is_busy"]` the browser asks for the next frame when it has drawn this one, not
    sooner than after `data["pause_ms"]`, and not while its page is hidden.

    Args:
        data: from `cnnviz.figures.training.live`, with what `cnnviz.ui.training.bar` says.
        key: name of the component.
        on_act: told each press of a button, one of `ACTS`.
        on_back: told the step of a snapshot that is to be looked back on.
        on_near: called when a hand comes near what turns to another picture.
    """

    def acted() -> None:
        for act in turns.unheard(key, "act", read_act):
            on_back(act) if isinstance(act, int) else on_act(act)

    asked = word(key, "frame", index(MOST_FRAMES)) or 0  # given back: each asks for one more
    told = {**data, "heard": turns.heard(key, "act"), "turn": asked}
    _mount(
        data=told,
        key=key,
        on_act_change=acted,
        on_frame_change=_nothing,
        on_near_change=on_near,
        height="content",
    )


def read_act(value: Any) -> str | int | None:
    """What a button says, or the step that is looked back on; None for anything else."""
    return sent_name(value, ACTS) or sent_index(value, LAST_STEP + 1)


def _nothing() -> None:
    """Asking for a frame is the run that makes it."""
