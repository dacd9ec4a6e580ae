"""A network as a table with bars, and its editor; pointing lights a layer in all of its views.

Pointing is answered in the browser. What a visitor does comes back as one event, which
`cnnviz.ui.build.events` checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.counting import counted
from cnnviz.figures.layer_table import LayerRow
from cnnviz.models.specs import LAYER_GROUPS
from cnnviz.ui import turns
from cnnviz.ui.build.folds import NO_FOLDS, Folds
from cnnviz.ui.components import register
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.sent import sent_index, word

MOST_GROUPS = 2000  # of a network
MOST_PARTS, LONGEST, LAST = 12, 500, 2**53  # of an event: parts, characters of one, a number
KINDS = [
    {
        "title": title,
        "kinds": [[kind.__name__, (kind.__doc__ or "").partition("\n")[0]] for kind in group],
    }
    for title, group in LAYER_GROUPS.items()
]

COLUMN_HELP = {
    "params": meaning("parameters"),
    "macs": meaning("multiply_adds"),
    "sees": meaning("receptive_field"),
    "jump": meaning("jump"),
    "memory": meaning("activation_memory"),
}

_mount = register("network")


@dataclass(frozen=True)
class NetworkView:
    """What is shown of a network.

    Attributes:
        rows: the table.
        total_params: of all layers.
        total_macs: of all layers.
        selected: number of the selected layer, "" for the input, None for none.
        orders: paths of the layers by what they can be sorted by, the largest first; none where the
            order of the layers is edited.
        editing: what an editor needs beside it (see `workbench`); empty for a network that is only
            looked at.
    """

    rows: Sequence[LayerRow]
    total_params: int
    total_macs: int
    selected: str | None = None
    orders: dict[str, list[str]] = field(default_factory=dict)
    editing: dict[str, Any] = field(default_factory=dict)


def stage() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the network and its view stand: beside each other, or one above the other."""
    with st.container(key="build_stage"):
        left, right = st.columns([1, 1], gap="small")
    return left, right


def show_network(
    view: NetworkView,
    *,
    key: str,
    name: str,
    folds: Folds = NO_FOLDS,
    columns: Sequence[str] = (),
    on_columns: Callable[[list[str]], None] | None = None,
    on_folds: Callable[[list[str]], None] | None = None,
    on_act: Callable[[dict[str, Any]], None] | None = None,
    on_rest: Callable[[], None] | None = None,
) -> None:
    """Show a network; `on_act` is called with each event, `on_rest` once when the hands rest.

    Args:
        view: what is shown.
        key: of the component.
        name: of the network, which its groups are folded under.
        folds: the groups that are unfolded.
        columns: of the table, by the names of `LayerRow`.
        on_columns: is called with others when they are chosen.
        on_folds: is called with the groups that a hand has left unfolded.
    """

    def chose() -> None:
        names = word(key, "columns", _sent_names)
        if on_columns is not None and names is not None:
            on_columns(names)

    def folded() -> None:
        keys = word(key, "unfolded", _sent_keys)
        if on_folds is not None and keys is not None:
            on_folds(keys)

    def acted() -> None:
        for event in turns.unheard(key, "act", sent_event):
            if on_act is not None:
                on_act(event)

    def rested() -> None:
        if on_rest is not None:
            on_rest()

    totals = {"params": f"{view.total_params:,}", "macs": f"{view.total_macs:,}"}
    num_layers = sum(not row.fold and not row.of for row in view.rows) - 1
    _mount(
        data={
            "rows": [_without_defaults(row) for row in view.rows],
            "name": name,
            "folds": [row.fold for row in view.rows if row.fold],
            "open": folds.opened,
            "word": folds.word,
            "columns": list(columns),
            "column_help": COLUMN_HELP,
            "totals": totals,
            "orders": view.orders,
            "selected": view.selected,
            "heard": turns.heard(key, "act"),
            "read_only": on_act is None,
            "alt": f"A network of {counted(num_layers, 'layer')}, {totals['params']} parameters, "
            f"{totals['macs']} multiply-adds",
            "kinds": KINDS if on_act is not None else [],
            "doctor": None,
            "remarks": [],
            **view.editing,
        },
        key=key,
        on_act_change=acted,
        on_rested_change=rested,
        on_columns_change=chose,
        on_unfolded_change=folded,
        height="content",
    )


def sent_event(value: Any) -> dict[str, Any] | None:
    """An event as the browser tells it: a few short plain values by name; None for all else."""
    is_small = isinstance(value, dict) and len(value) <= MOST_PARTS
    return value if is_small and all(_is_plain(part) for part in value.values()) else None


def _sent_names(value: Any) -> list[str] | None:
    is_list = isinstance(value, list) and len(value) <= MOST_PARTS
    return value if is_list and all(isinstance(name, str) for name in value) else None


def _sent_keys(value: Any) -> list[str] | None:
    is_list = isinstance(value, list) and len(value) <= MOST_GROUPS
    is_plain = is_list and all(isinstance(key, str) and len(key) <= LONGEST for key in value)
    return value if is_plain else None


def _is_plain(part: Any) -> bool:
    if isinstance(part, str):
        return len(part) <= LONGEST
    return (
        part is None or isinstance(part, bool | float) or sent_index(part, LAST, -LAST) is not None
    )


def _without_defaults(row: LayerRow) -> dict[str, Any]:
    """What the browser is told of a row: most layers have few of the fields."""
    described = {name: value for name, value in vars(row).items() if value}
    return described | {"path": row.path}
