"""The chosen map at a glance, below the mosaic: over the picture, how its cell came about."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz.counting import counted, percent, place_words
from cnnviz.probes.microscope import Stage, Term
from cnnviz.ui.feature_maps.address import ADDRESS, GLANCE, PEEK, Values
from cnnviz.ui.feature_maps.microscope import cell_of, explanation_at, name_of
from cnnviz.ui.feature_maps.one_map import show_lens
from cnnviz.ui.feature_maps.seen import SMALL_PASS, Place, Seen, chosen_map
from cnnviz.ui.feature_maps.switch_off import said_without
from cnnviz.ui.kept import kept

SHOWN_TERMS, SHOWN_CLASSES = 4, 3


def peek(values: Values, seen: Seen) -> None:
    """The map and the picture beside the sum behind the chosen cell and the scores without it."""
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        _map(seen)
    with right:
        _glance(seen)
        if seen.shape[-1] * seen.shape[-2] <= SMALL_PASS:
            _without(seen, chosen_map(values, seen))


@st.fragment(key=PEEK)
def _map(seen: Seen) -> None:
    """The map, while the hand moves over others."""
    show_lens(ADDRESS.values(), seen, "map", "over", key="feature_maps_peek", live=GLANCE)


@st.fragment(key=GLANCE)
def _glance(seen: Seen) -> None:
    """The sum behind the cell, while the hand moves over cells or maps."""
    cell = cell_of(ADDRESS.values(), seen)
    st.html(_calculation(seen.place, seen.layer.name, cell, seen))


@kept(is_quick=True)
def _calculation(place: Place, layer: str, cell: tuple[int, int, int], _seen: Seen) -> str:
    explanation = explanation_at(place, layer, cell, _seen)
    channel, *at = explanation.cell
    name = f"the cell in {place_words(*at)}" if at else f"feature {channel}"
    lines = "".join(_line(text, number) for step in explanation.steps for text, number in _of(step))
    return f'<div class="cnnviz peek"><b>How {escape(name)} came about</b>{lines}</div>'


def _of(step: Stage) -> list[tuple[str, float]]:
    """A step in a line or a few: what it does, and what comes out."""
    sums = [term for term in step.terms if term.products]
    if not sums:
        return [(name_of(step), step.value)]
    largest = sorted(range(len(sums)), key=lambda at: -abs(sums[at].value))[:SHOWN_TERMS]
    lines = [(_summed(sums[at]), sums[at].value) for at in sorted(largest)]
    if len(sums) > len(largest):
        rest = sum(term.value for at, term in enumerate(sums) if at not in largest)
        lines.append((f"Σ {len(sums) - len(largest)} other channels", rest))
    lines += [(term.label, term.value) for term in step.terms if not term.products]
    return [*lines, (f"{name_of(step)} =", step.value)] if len(lines) > 1 else lines


def _summed(term: Term) -> str:
    return f"Σ {term.label}, {counted(term.products, 'product')}"


def _line(text: str, number: float) -> str:
    value = f"{number:+.4g}".replace("-", "−") if number else "0"
    style = "display:flex;justify-content:space-between;gap:12px;font-size:13px;line-height:1.55"
    return f'<div style="{style}"><span>{escape(text)}</span><b>{value}</b></div>'


def _without(seen: Seen, channel: int) -> None:
    """The classes that matter most, with the map and without it: a pass of its own."""
    said = said_without(seen, [channel])
    if said is None:
        return
    before, after = said
    order = before.argsort(descending=True)[:SHOWN_CLASSES].tolist()
    lines = "".join(
        '<div style="display:flex;justify-content:space-between;gap:12px;font-size:13px">'
        f"<span>{escape(seen.network.classes[i])}</span>"
        f"<span>{percent(float(before[i]), 1)} → <b>{percent(float(after[i]), 1)}</b></span></div>"
        for i in order
    )
    title = f"<b>Without map {channel}</b>"
    st.html(f'<div class="cnnviz peek">{title}{lines}</div>')
