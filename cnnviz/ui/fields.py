"""Fields to type into what a hand changes elsewhere on the page.

A widget of Streamlit's sends its value with every run. Where a component drags the same value, the
one in the widget is older than the hand, and the server would take it for typed. These fields say
only what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import sent_index, sent_text, sent_values

LONGEST = 2_000  # characters of a text

_mount = register("fields")


@dataclass(frozen=True)
class Field:
    """A whole number from `low` to `high`; or a text, where `value` is one."""

    name: str
    label: str
    value: int | str
    low: int = 0
    high: int = 0
    help: str = ""
    placeholder: str = ""

    def shape(self, value: Any) -> int | str | None:
        """What a browser sent, if it can stand in this field; None for anything else."""
        if isinstance(self.value, str):
            return sent_text(value, LONGEST)
        return sent_index(value, self.high + 1, self.low)


def fields(
    declared: Sequence[Field],
    *,
    key: str,
    on_typed: Callable[[dict[str, Any]], None],
    columns: int = 0,
) -> None:
    """Show the fields, `columns` of them in a row (0: all).

    `on_typed` is told before the run that typing causes: the values by name, of the fields that
    were typed into and accept what was typed.
    """
    known = {field.name: field.shape for field in declared}

    def typed() -> None:
        accepted = turns.said(key, "typed", lambda value: sent_values(value, known))
        if accepted:
            on_typed(accepted)

    _mount(
        data={
            "fields": [asdict(field) for field in declared],
            "columns": columns or len(declared),
            "turn": turns.turn(key, "typed"),
        },
        key=key,
        on_typed_change=typed,
        height="content",
    )
