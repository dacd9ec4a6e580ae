"""The zoo's chart on the page: the nearest bubble answers the hand, a click opens its network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from cnnviz.counting import counted
from cnnviz.figures.zoo.chart import PLOT_HEIGHT, cost_chart, year_chart
from cnnviz.figures.zoo.entries import ZooEntry
from cnnviz.figures.zoo.facts import facts_of, said
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.sent import one_of, word
from cnnviz.ui.zoo.address import ADDRESS, WHOLE, Values

BUILDER = "pages/build.py"
KEY = "zoo_chart"

Shown = tuple[tuple[str, str, str], ...]  # network, its weights, older ones beside them

_mount = register("zoo_chart")


def show_chart(values: Values, entries: Sequence[ZooEntry], picked: ZooEntry | None) -> None:
    """Accuracy against cost, or by year; what is opened is chosen too, for the way back."""
    names = {entry.key: entry.network.name for entry in entries}

    def choose() -> None:
        key = word(KEY, "pick", one_of(names)) or word(KEY, "open", one_of(names))
        if key is not None:
            ADDRESS.set(pick=names[key])
        if word(KEY, "open", one_of(names)) is None:
            run_again(WHOLE)  # a control says which is chosen

    _mount(
        data=chart_data(values, entries, picked),
        key=KEY,
        height="content",
        on_pick_change=choose,
        on_open_change=choose,
    )
    opened = word(KEY, "open", one_of(names))
    if opened is not None:
        st.switch_page(BUILDER, query_params={"inspect": names[opened]})


def chart_data(
    values: Values, entries: Sequence[ZooEntry], picked: ZooEntry | None
) -> dict[str, Any]:
    """What the component is told."""
    return {
        "chart": _chart(values.view, tuple(values.families), _shown(entries), entries),
        "height": PLOT_HEIGHT,
        "picked": picked.key if picked else "",
        "alt": _alt(entries, picked),
    }


def _shown(entries: Sequence[ZooEntry]) -> Shown:
    return tuple((e.network.name, e.weights.name, e.first.name if e.first else "") for e in entries)


@kept(is_quick=True)
def _chart(
    view: str, families: tuple[str, ...], shown: Shown, _entries: Sequence[ZooEntry]
) -> dict[str, Any]:
    """What is drawn; the same for all who look at these networks with these weights."""
    draw = cost_chart if view == "cost" else year_chart
    return asdict(draw(_entries, families))


def _alt(entries: Sequence[ZooEntry], picked: ZooEntry | None) -> str:
    best = max(entries, key=lambda entry: entry.accuracy)
    chosen = f" Chosen: {said(facts_of(picked, entries))}" if picked else ""
    return (
        f"Accuracy of {counted(len(entries), 'network')}; left and right go from one to the next, "
        f"Enter opens. The best is {best.network.title} with {best.accuracy:.1f} percent, at "
        f"{best.weights.giga_macs:.1f} billion multiply-adds.{chosen}"
    )
