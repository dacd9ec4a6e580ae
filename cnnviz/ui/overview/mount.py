"""The overview's component, which needs no torch: what it draws comes as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnnviz.ui import turns
from cnnviz.ui.components import register

_mount = register("overview")


def mount(
    data: dict[str, Any],
    key: str,
    *,
    on_open: Callable[[], None] | None = None,
    on_rest: Callable[[], None] | None = None,
    is_asleep: bool = False,
    has_answer: bool = False,
) -> None:
    """Show an overview.

    Args:
        data: from `cnnviz.ui.overview.view.told_of`, now or recorded.
        key: name of the component.
        on_open: called when a cell was clicked; without it clicks say nothing.
        on_rest: called when the hand rests and the numbers behind the picture are not there.
        is_asleep: whether the browser waits with that until a hand comes near.
        has_answer: whether the likeliest class stands large beside the scores.
    """
    more = {
        "turn": turns.turn(key, "open"),
        "opens": on_open is not None,
        "isAsleep": is_asleep,
        "hasAnswer": has_answer,
    }
    _mount(
        data=data | more,
        key=key,
        on_open_change=on_open or _nothing,
        on_rest_change=on_rest or _nothing,
        height="content",
    )


def _nothing() -> None:
    """What a component is told that nobody listens to."""
