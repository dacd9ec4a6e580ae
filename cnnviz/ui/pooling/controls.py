"""The terms of a pooling: which operation, live sliders, switches, and the size of the grid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from cnnviz.pooling.refusal import Repair
from cnnviz.pooling.settings import PoolSettings
from cnnviz.ui import axes
from cnnviz.ui.choices import segments
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.links import links
from cnnviz.ui.pooling.address import ADDRESS, CODE, LIVE, MAX_CHANNELS, MAX_SIZE, WHOLE, Values
from cnnviz.ui.pooling.views import TUTORIAL
from cnnviz.ui.sliders import Foresee, Option, Slider, live_sliders

OPERATION_TITLES = {"max": "Max", "avg": "Average", "lp": "p-norm"}
# What a picture decides in its view: repairs leave it alone, and the address keeps the grid's.
OF_THE_PICTURE = ("height", "width", "channels")
SEPARATE = "pooling_separate"  # key of the switch
HELP = {
    "kernel_size": "How many cells a window has along an axis, F.",
    "stride": "How many cells a window moves to the next, S. Equal to the kernel size the windows "
    "lie side by side.",
    "padding": "How many cells are added around the input, P: for a maximum they never win, in an "
    "average they are zeros. At most half of the kernel size.",
    "dilation": "The distance between the cells a window reads, D. Max pooling only.",
    "p": meaning("p_norm"),
}
SLIDERS = {  # term -> label, from, to
    "kernel_size": ("Kernel size", 1, 7),
    "stride": ("Stride", 1, 7),
    "padding": ("Padding", 0, 3),
    "dilation": ("Dilation", 1, 4),
}
POWERS = (1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0, 32.0, 64.0)
TERMS = {"max": ("kernel_size", "stride", "padding", "dilation"),
         "avg": ("kernel_size", "stride", "padding"), "lp": ("kernel_size", "stride")}  # fmt: skip


def operation_control() -> None:
    """Maximum, average or p-norm."""
    segments(
        ADDRESS,
        "operation",
        "Operation",
        OPERATION_TITLES,
        "What a window becomes: its largest number, its mean, or its p-norm.",
    )


def term_sliders(values: Values) -> list[Slider]:
    """The live sliders of today's operation, for each axis where they differ.

    A term that is out of its range stays to be seen.
    """
    wanted = [t for t in SLIDERS if t in TERMS[values.operation] or _is_in_the_way(values, t)]
    apart = is_separate(values)
    sliders = [one for term in wanted for one in _sliders(term, values, apart)]
    return [*sliders, _power_slider(values)] if values.operation == "lp" else sliders


def is_separate(values: Values) -> bool:
    """True if height and width have sliders of their own: by choice, or because they differ."""
    return values.separate or axes.differ(_pairs(values).values())


def _pairs(values: Values) -> dict[str, tuple[int, int]]:
    return {term: getattr(values, term) for term in SLIDERS}


def _is_in_the_way(values: Values, term: str) -> bool:
    """Whether a term that the operation does not take is set all the same."""
    return max(getattr(values, term)) > SLIDERS[term][1] and term in ("padding", "dilation")


def _sliders(term: str, values: Values, is_separate: bool) -> list[Slider]:
    label, *limits = SLIDERS[term]
    value = getattr(values, term)
    return axes.sliders_of(term, label, HELP[term], limits, value, is_separate=is_separate)


def _power_slider(values: Values) -> Slider:
    stops = sorted({*POWERS, values.p})
    options = tuple(Option(p, f"{p:g}") for p in stops)
    return Slider("p", "p", HELP["p"], values.p, options=options)


def moved_to(values: Values, name: str, value: Any) -> Values:
    """The values after a slider has been moved."""
    return replace(values, p=float(value)) if name == "p" else axes.moved(values, name, int(value))


def sliders(values: Values, foresee: Foresee | None = None) -> None:
    """The terms of the layer, live."""
    declared = term_sliders(values)
    shown = {axes.term_of(slider.name) for slider in declared}
    others = replace(values, **{name: getattr(ADDRESS.defaults, name) for name in shown})
    live_sliders(
        declared,
        key="pooling_sliders",
        on_change=_set_terms,
        on_rest=_rested,
        query=ADDRESS.keep(values),
        context=ADDRESS.query_of(others),
        foresee=foresee,
    )


def _set_terms(changed: dict[str, Any]) -> None:
    values = ADDRESS.values()
    for name, value in changed.items():
        values = moved_to(values, name, value)
    ADDRESS.set(**{term: getattr(values, term) for term in ("p", *SLIDERS)})
    ADDRESS.dismiss()


def _rested() -> None:
    run_again(LIVE, CODE)  # LIVE too: word of rest stops a run that is under way


def switches(values: Values) -> None:
    """Sliders for each axis, rounding up, and whether padding counts."""
    axes.separate_toggle(ADDRESS, SEPARATE, lambda: _pairs(ADDRESS.values()))
    st.toggle(
        "Round up (`ceil_mode`)",
        key=ADDRESS.key("ceil_mode"),
        help=meaning("ceil_mode"),
    )
    if values.operation == "avg":
        st.toggle(
            "Padding counts (`count_include_pad`)",
            key=ADDRESS.key("count_include_pad"),
            help=meaning("count_include_pad"),
        )


def grid_controls(values: Values) -> None:
    """The size and the numbers of the grid, folded away, and the tutorial's own."""
    with st.expander("Size and numbers"):
        with st.container(horizontal=True):
            _whole("Height", "height", MAX_SIZE, "Rows of the input.")
            _whole("Width", "width", MAX_SIZE, "Columns of the input.")
        with st.container(horizontal=True):
            _whole("Channels", "channels", MAX_CHANNELS, "Each is pooled by itself.")
            _whole("Seed", "seed", 9999, "Of the numbers. 0 at 4 × 4 are the tutorial's.", 0)
    st.caption("From the tutorial")
    links(ADDRESS, TUTORIAL, key="tutorial")


def _whole(label: str, name: str, most: int, help: str, least: int = 1) -> None:
    st.number_input(label, least, most, key=ADDRESS.key(name), help=help)


def repair_buttons(repairs: tuple[Repair, ...]) -> None:
    """The nearest settings that work, each one click."""
    with st.container(horizontal=True):
        for repair in repairs:
            st.button(
                repair.label, on_click=_take, args=(repair.settings,), icon=":material/build:"
            )


def _take(settings: PoolSettings) -> None:
    kept = () if ADDRESS.values().view == "grid" else OF_THE_PICTURE
    ADDRESS.set(**{name: value for name, value in vars(settings).items() if name not in kept})
    ADDRESS.dismiss()
    run_again(WHOLE)
