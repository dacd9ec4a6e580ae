"""The component of the view `shift`: a digit to drag, two answers, two maps, the layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnviz.shift.moves import FARTHEST
from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import sent_index

_mount = register("moved_digit")


def moved_digit(
    data: Mapping[str, Any],
    *,
    key: str,
    on_move: Callable[[int, int], None],
    on_rest: Callable[[], None],
) -> None:
    """Show the digit; dragging it, arrow keys on it, or a click on a map call `on_move(dx, dy)`.

    Args:
        data: what is drawn, from `cnnviz.figures.mlp.moved`.
        key: name of the component.
        on_move: told the new shift, in pixels up to `FARTHEST` both ways.
        on_rest: called once when the digit has come to rest.
    """

    def moved() -> None:
        shift = turns.said(key, "move", _sent_shift)
        if shift is not None:
            on_move(*shift)

    told = {**data, "farthest": FARTHEST, "turn": turns.turn(key, "move")}
    _mount(data=told, key=key, on_move_change=moved, on_rest_change=on_rest, height="content")


def _sent_shift(value: object) -> tuple[int, int] | None:
    """The shift (dx, dy) that was sent; None for anything else."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    dx, dy = (sent_index(part, FARTHEST + 1, -FARTHEST) for part in value)
    return None if dx is None or dy is None else (dx, dy)
