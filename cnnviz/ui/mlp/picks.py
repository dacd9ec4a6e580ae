"""The component that chooses one of several things, each shown by a small picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cnnviz.figures.mlp.playground import palette
from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import index, one_of, word

MOST_FRAMES = 2**31
PAUSE_MS = 500  # from one look at what is being made to the next

_mount = register("picks")


@dataclass(frozen=True)
class Choice:
    """One thing to choose.

    Args:
        value: what the parameter becomes.
        title: its name.
        alt: what is said of it where nothing is seen, from its numbers.
        picture: from `cnnviz.figures.mlp.picks`; None as long as it is not known.
        lines: short facts below the name.
    """

    value: str
    title: str
    alt: str
    picture: Mapping[str, Any] | None
    lines: list[str] = field(default_factory=list)


def picks(
    label: str,
    help: str,
    choices: Sequence[Choice],
    chosen: str,
    *,
    key: str,
    on_pick: Callable[[str], None],
    columns: int,
    note: str = "",
    is_busy: bool = False,
) -> None:
    """Show the choices; while `is_busy` the browser asks for the run around it again and again.

    Args:
        label: what is chosen.
        help: what the term means.
        choices: in their order.
        chosen: the value of today, which may be none of theirs.
        key: of the component.
        on_pick: told the value that was chosen, before the run which that causes.
        columns: how many stand side by side.
        note: what the lines below the names say.
        is_busy: whether pictures are still being made.
    """
    values = {choice.value for choice in choices}

    def picked() -> None:
        value = turns.said(key, "pick", one_of(values))
        if value is not None and value != chosen:
            on_pick(value)

    _mount(
        data={
            "label": label,
            "help": help,
            "note": note,
            "columns": columns,
            "chosen": chosen,
            "choices": [asdict(choice) for choice in choices],
            "palette": palette(),
            "heard": turns.turn(key, "pick"),
            "is_busy": is_busy,
            "pause_ms": PAUSE_MS,
            "turn": _asked(key) or 0,
        },
        key=key,
        on_pick_change=picked,
        on_frame_change=_nothing,
        height="content",
    )


def is_asked(key: str) -> bool:
    """Whether this run is one that the browser asked for, to look at what is being made."""
    return _asked(key) is not None


def _asked(key: str) -> int | None:
    return word(key, "frame", index(MOST_FRAMES))


def _nothing() -> None:
    """Asking for a frame is the run that looks again."""
