"""The terms of the convolution page: in the address, as live sliders, and as settings."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import streamlit as st

from cnnviz.convolution.layer import numbers
from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.worked_example import grid_settings
from cnnviz.ui import axes
from cnnviz.ui.address import no_number, no_place
from cnnviz.ui.convolution.address import (
    ADDRESS,
    MAX_CHANNELS,
    MAX_EXTENT,
    MAX_SIZE,
    OF_NUMBERS,
    Values,
)
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.sliders import Foresee, Slider, live_sliders

# Keys of the page's fragments: all of it, what follows a drag, what follows when the hand rests.
WHOLE, LIVE, CODE = "convolution", "convolution_live", "convolution_code"
REST = "convolution_rest"  # pictures that wait for the hand to rest
AHEAD = ("grid", "picture")  # views that are computed ahead of a hand
# What a picture decides in its views: repairs leave it alone, and the address keeps the grid's.
OF_THE_PICTURE = ("height", "width", "in_channels", "out_channels", "groups", "bias")
MOST = {"height": MAX_SIZE, "width": MAX_SIZE}  # what an address may say, for the repairs
MOST |= dict.fromkeys(("in_channels", "out_channels", "group"), MAX_CHANNELS)
MOST |= dict.fromkeys(
    ("kernel_size", "stride", "padding", "dilation", "output_padding"), MAX_EXTENT
)

SLIDERS = {  # term -> label, from, to
    "kernel_size": ("Kernel size", 1, 11),
    "stride": ("Stride", 1, 8),
    "padding": ("Padding", 0, 8),
    "dilation": ("Dilation", 1, 6),
    "output_padding": ("Output padding", 0, 7),
}


def settings_from(values: Values) -> ConvSettings:
    """The layer that the page's values describe."""
    return ConvSettings(
        **{field.name: getattr(values, field.name) for field in fields(ConvSettings)}
    )


def check_places(values: Values) -> None:
    """Say which cell or channel the address asks for and the grid does not have."""
    settings = settings_from(values)
    try:
        small = grid_settings(settings)
        *_, rows, columns = numbers(small).output_shape
    except ValueError:  # which the page says
        return
    read = (small.height, small.width) if small.transposed else (rows, columns)
    ADDRESS.only(
        cell=no_place(values.cell, rows, columns),
        place=no_place(values.place, *read),
        channel=no_number(values.channel, settings.out_channels, "channel"),
        in_channel=no_number(values.in_channel, settings.in_channels, "channel"),
    )


def query_for(settings: ConvSettings, **more: Any) -> str:
    """The address of a view of this page that shows `settings`."""
    return ADDRESS.query(**vars(settings), **more)


def main_sliders(values: Values, foresee: Foresee | None) -> None:
    """The four terms of the page's question, live; six to ten sliders where the axes differ."""
    sliders = term_sliders(values)
    terms = {axes.term_of(slider.name) for slider in sliders}
    live_sliders(
        sliders,
        key="convolution_sliders",
        on_change=_set_terms,
        on_rest=_rested,
        query=ADDRESS.keep(values),
        context=ADDRESS.query_of(
            replace(values, **{t: getattr(ADDRESS.defaults, t) for t in terms})
        ),
        foresee=foresee,
    )


def term_sliders(values: Values) -> list[Slider]:
    """The sliders of today's layer: a term without a number (padding `same`) has none."""
    terms = ["kernel_size", "stride", "padding", "dilation"]
    if values.transposed:
        terms.append("output_padding")
    return [slider for term in terms for slider in _term_sliders(term, values)]


def _term_sliders(term: str, values: Values) -> list[Slider]:
    label, *limits = SLIDERS[term]
    value = getattr(values, term)
    if isinstance(value, str):  # padding "same" or "valid" has no number to slide
        return []
    apart = is_separate(values)
    return axes.sliders_of(term, label, meaning(term), limits, value, is_separate=apart)


def is_separate(values: Values) -> bool:
    """True if height and width have sliders of their own: by choice, or because they differ."""
    return values.separate or axes.differ(pairs_of(values).values())


def pairs_of(values: Values) -> dict[str, tuple[int, int]]:
    """The terms that have a number for each axis: all but padding that is a word."""
    found = {term: getattr(values, term) for term in SLIDERS}
    return {term: pair for term, pair in found.items() if not isinstance(pair, str)}


def _set_terms(changed: dict[str, Any]) -> None:
    values = ADDRESS.values()
    for name, value in changed.items():
        values = axes.moved(values, name, value)
    ADDRESS.set(**{term: getattr(values, term) for term in SLIDERS})
    ADDRESS.dismiss()


def _rested() -> None:
    run_again(LIVE, REST, CODE)  # LIVE too: word of rest stops a run that is under way


def repair_buttons(repairs: list[tuple[str, ConvSettings]]) -> None:
    """The nearest settings that work, each one click."""
    with st.container(horizontal=True):
        for label, settings in repairs:
            st.button(label, on_click=_take, args=(settings,), icon=":material/build:")


def _take(settings: ConvSettings) -> None:
    kept = () if ADDRESS.values().view in OF_NUMBERS else OF_THE_PICTURE
    ADDRESS.set(**{name: value for name, value in vars(settings).items() if name not in kept})
    ADDRESS.dismiss()
    run_again(WHOLE)
