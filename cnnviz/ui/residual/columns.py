"""A column a block, as a component: its two paths, and the network without either one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from cnnviz.ui.components import register
from cnnviz.ui.sent import one_of, word

_mount = register("block_columns")


@dataclass(frozen=True)
class Bar:
    """How much one path adds: a share of the tallest bar, and the number."""

    tone: Literal["shortcut", "main"]
    share: float
    text: str


@dataclass(frozen=True)
class Answer:
    """The class score without a path: a share in [0, 1], before and now, and another winner."""

    share: float
    before: float
    text: str
    word: str
    is_changed: bool


@dataclass(frozen=True)
class Column:
    """One block."""

    name: str
    shape: str
    kind: str
    is_identity: bool
    bars: Sequence[Bar]
    rows: Sequence[Answer]
    alt: str


@dataclass(frozen=True)
class RowHead:
    """What stands before a row of answers."""

    title: str
    note: str


def block_columns(
    columns: Sequence[Column],
    rows: Sequence[RowHead],
    *,
    selected: str,
    key: str,
    on_choose: Callable[[str], None],
) -> None:
    """Show the columns; `on_choose` is told the name of the block that is clicked."""
    names = {column.name for column in columns}

    def chosen() -> None:
        name = word(key, "choose", one_of(names))
        if name is not None:
            on_choose(name)

    _mount(
        data={
            "columns": [asdict(column) for column in columns],
            "rows": [asdict(row) for row in rows],
            "title": "What each adds",
            "note": "root mean square",
            "sides": [
                {"tone": "shortcut", "name": "shortcut"},
                {"tone": "main", "name": "main path"},
            ],
            "selected": selected,
        },
        key=key,
        on_choose_change=chosen,
        height="content",
    )
