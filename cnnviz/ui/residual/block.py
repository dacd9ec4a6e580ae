"""The tutorial's ResNetBlock as a diagram: a real picture on its main path and its shortcut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from cnnviz.counting import percent
from cnnviz.figures.pictures import Limit, nice_limit, signed_limit
from cnnviz.figures.style import DIVERGING, css_gradient
from cnnviz.residual.walk import shortcut_reason
from cnnviz.ui import page
from cnnviz.ui.address import no_place
from cnnviz.ui.choices import segments
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.page import Number
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.residual.address import (
    ADDRESS,
    BLOCKS,
    IN_CHANNELS,
    OUT_CHANNELS,
    WEIGHT_NAMES,
    Values,
)
from cnnviz.ui.residual.block_at_work import Asked, Shown, asked, shown_of
from cnnviz.ui.residual.block_drawn import cell_in, drawn, limit_of, size_of
from cnnviz.ui.residual.block_picture import block_data, block_picture
from cnnviz.ui.residual.places import Places
from cnnviz.ui.sliders import Option, Slider, live_sliders
from cnnviz.ui.taking.offers import arrays_of, offer_numbers

LIVE, CODE = "residual_block", "residual_code"  # keys of fragments: what follows a hand, the script
PICTURE, SCALE, NUMBERS = "residual_block", "residual_scale", "residual_numbers"  # of components


def show_block(values: Values, places: Places) -> Picture:
    """The controls, the diagram, and what the block has learned; the picture comes back."""
    with places.more:
        _choose(values)
        picture = picture_chooser(ADDRESS)
    _live(places, picture)
    return picture


@st.fragment(key=LIVE)
def _live(places: Places, picture: Picture) -> None:
    """What follows the sliders while they are dragged."""
    values = ADDRESS.values()
    what = asked(values)
    is_there = values.map <= what.out_channels
    ADDRESS.only(map=None if is_there else f"the maps 1 to {what.out_channels}")
    with places.main:
        _sliders(values, what, picture)
    shown = shown_of(picture, what)
    ADDRESS.only(cell=no_place(values.cell, *size_of(shown)))
    offer_numbers(
        f"one map of {what.name}, from input to output",
        ADDRESS,
        lambda: arrays_of(shown_of(picture, what).walk),
    )
    limit = limit_of(shown)
    with places.more:
        _words(what, shown)
    with places.bar:
        page.live_html(_scale(limit), key=SCALE, kind="scale_line")
    with places.right:
        with page.stage():
            block_picture(
                drawn(what, shown, limit),
                cell_in(values.cell, shown),
                key=PICTURE,
                on_pin=lambda cell: ADDRESS.set(cell=cell),
            )
        page.live_numbers(page.numbers_html(_strip(what, shown)), key=NUMBERS)


def _at_stop(
    values: Values, picture: Picture, slider: Slider, stop: int | str
) -> Mapping[str, Any] | None:
    """What the page shows with the slider of the map at a stop; other sliders change the block."""
    if slider.name != "map":
        return None
    then = replace(values, map=int(stop))
    what = asked(then)
    shown = shown_of(picture, what)
    limit, cell = limit_of(shown), cell_in(values.cell, shown)
    return {
        PICTURE: block_data(drawn(what, shown, limit), cell, PICTURE, ahead=str(stop)),
        SCALE: {"html": _scale(limit)},
        NUMBERS: {"html": page.numbers_html(_strip(what, shown))},
    }


def _choose(values: Values) -> None:
    segments(
        ADDRESS,
        "weights",
        "Weights",
        WEIGHT_NAMES,
        "One of the eight blocks of the trained ResNet18, or a block of any sizes as it is "
        "before training.",
    )
    if values.weights == "trained":
        st.selectbox(
            "Block", BLOCKS, key=ADDRESS.key("block"), help="Which of its eight residual blocks."
        )


def _sliders(values: Values, what: Asked, picture: Picture) -> None:
    fresh = (
        []
        if what.is_trained
        else [
            _channels("in_channels", what.in_channels, IN_CHANNELS, "Maps that the block reads."),
            _channels("out_channels", what.out_channels, OUT_CHANNELS, "Maps that it gives."),
            Slider(
                "first_stride",
                "first_stride",
                "Stride of its first convolution, and of the 1×1 convolution: 2 halves the maps.",
                what.first_stride,
                1,
                2,
            ),
        ]
    )
    number = Slider("map", "Map", "Which of the block’s maps.", what.map_number, 1,
                    what.out_channels)  # fmt: skip
    live_sliders(
        [*fresh, number],
        key="residual_block_sliders",
        on_change=lambda changed: ADDRESS.set(**changed),
        on_rest=lambda: run_again(LIVE, CODE),  # LIVE too: word of rest stops a run under way
        query=ADDRESS.keep(values),
        context=f"{picture.digest} {ADDRESS.query_of(_without_sliders(values))}",
        foresee=partial(_at_stop, values, picture),
    )


def _without_sliders(values: Values) -> Values:
    known = ADDRESS.defaults
    return replace(
        values,
        map=known.map,
        in_channels=known.in_channels,
        out_channels=known.out_channels,
        first_stride=known.first_stride,
    )


def _channels(name: str, value: int, offered: tuple[str, ...], help: str) -> Slider:
    stops = tuple(Option(stop, stop) for stop in offered)
    return Slider(name, name, help, str(value), options=stops)


def _words(what: Asked, shown: Shown) -> None:
    if what.is_trained:
        st.caption(
            f"in_channels {what.in_channels}, out_channels {what.out_channels}, "
            f"first_stride {what.first_stride}"
        )
    st.markdown(
        f":small[{shortcut_reason(what.in_channels, what.out_channels, what.first_stride)}]"
    )
    st.markdown(
        ":small[**Point at a cell** of a map: its sum is written out below the maps. A click "
        "keeps it.]"
    )
    learned = "What it learned" if what.is_trained else "Before training"
    st.markdown(
        f":small[**{learned}:** a change of {shown.change:.2f} to a shortcut of {shown.around:.2f} "
        f"(root mean square over all {what.out_channels} maps). In this map it takes away in "
        f"{percent(shown.takes_away)} of the cells.]"
    )


def _scale(limit: Limit) -> str:
    end = nice_limit(limit.value)
    return (
        f"<span>one scale</span><span>≤ −{end}</span>"
        f"<i style='background:{css_gradient(DIVERGING)}'></i>"
        f"<span>≥ {signed_limit(limit.value)}</span>"
    )


def _strip(what: Asked, shown: Shown) -> list[Number]:
    return [
        Number("input", str(shown.in_shape), "Picture, channels, height, width"),
        Number("output", str(shown.out_shape), "Picture, channels, height, width"),
        Number("main path", f"{shown.main_params:,}", "Parameters of its two convolutions, norms"),
        Number("shortcut", f"{shown.shortcut_params:,}", "Parameters; the identity has none"),
        Number("change ÷ shortcut", f"{shown.change / shown.around:.2f}" if shown.around else "—",
               "Root mean square of the main path divided by that of the shortcut"),
    ]  # fmt: skip
