"""The stage of the feature maps page: the view that is chosen, under the strip of layers."""

from __future__ import annotations

import streamlit as st

from cnnviz.probes.maps import MapStatistics
from cnnviz.ui import page
from cnnviz.ui.feature_maps import filters as feature_map_filters
from cnnviz.ui.feature_maps import map_sheet, trace, whole
from cnnviz.ui.feature_maps import microscope as feature_map_microscope
from cnnviz.ui.feature_maps import one_map as feature_map_one
from cnnviz.ui.feature_maps import switch_off as off
from cnnviz.ui.feature_maps.address import ADDRESS, LAYER, OF_A_PASS, SUM, Values
from cnnviz.ui.feature_maps.all_maps import all_maps
from cnnviz.ui.feature_maps.exciting import show_exciting
from cnnviz.ui.feature_maps.made_of import made_of
from cnnviz.ui.feature_maps.peek import peek
from cnnviz.ui.feature_maps.seen import Seen, is_pass_large, maps_of, today
from cnnviz.ui.feature_maps.wants import wants
from cnnviz.ui.links import follow
from cnnviz.ui.taking.offers import offer_numbers

LEFT_OUT = (
    "Which pixels move the cell is left out here: for a network of this size the gradient would "
    "take more memory than this server can give one visitor."
)


def show(values: Values, seen: Seen) -> None:
    """Today's view, and the numbers of the layer below it."""
    feature_map_microscope.check(values, seen)
    trace.check(values, seen)
    if values.view == "overview":
        whole.whole_network(seen)
        return
    if values.view == "wants":
        wants(values, seen)
        return
    if values.view == "trace":
        with page.stage():
            trace.show_trace(values, seen)
        return
    if values.view == "maps":
        _layer(seen, values)
        return
    statistics = map_sheet.statistics_of(seen)
    draw = {"map": _one, "microscope": _microscope, "off": _off}.get(values.view)
    if draw is None:
        with page.stage():
            feature_map_filters.filters(values, seen)
    else:
        draw(values, seen, statistics)
    _numbers(seen)


def _numbers(seen: Seen) -> None:
    page.live_numbers(map_sheet.numbers_of(seen), key=map_sheet.NUMBERS)
    offer_numbers(f"maps of {seen.layer.name}", ADDRESS, lambda: {"maps": maps_of(seen).numpy()})


@st.fragment(key=LAYER)
def _layer(seen: Seen, made_of: Values) -> None:
    """All maps of today's layer, the chosen one at a glance, and the numbers.

    Where another control of the page, of which it was `made_of`, has moved together with the layer,
    the page is made anew.
    """
    values = ADDRESS.values()
    if any(getattr(values, name) != getattr(made_of, name) for name in OF_A_PASS):
        st.rerun()
    seen = today(values, seen)
    with page.stage():
        _sheet(seen)
    with st.container(border=True, key="peek"):
        peek(values, seen)
    _numbers(seen)


@st.fragment
def _sheet(seen: Seen) -> None:
    """The mosaic with its order and filter: a change of these draws nothing else again."""
    values, statistics = ADDRESS.values(), map_sheet.statistics_of(seen)
    with st.container(gap=None):
        all_maps(values, seen, statistics)
        follow(ADDRESS, key="sheet")


def _one(values: Values, seen: Seen, statistics: MapStatistics) -> None:
    with page.stage():
        panes = feature_map_one.panes_of(seen)
        lens = feature_map_one.show_lens(values, seen, *panes, key="feature_maps_lens")
        if is_pass_large(seen):
            st.caption(LEFT_OUT)
    with st.container(border=True):
        st.markdown("**Pictures that excite it most**, and the patch that the cell sees")
        show_exciting(values, seen, lens.sees)
    with st.container(border=True):
        made_of(values, seen)
    with st.container(border=True):
        feature_map_one.histogram(values, seen)


def _microscope(values: Values, seen: Seen, statistics: MapStatistics) -> None:
    explanation = feature_map_microscope.explanation_of(values, seen)
    _sum(seen)
    st.caption("The same number in one line of torch, after the script at the end of this page:")
    st.code(explanation.expression, language="python", wrap_lines=True)


@st.fragment(key=SUM)
def _sum(seen: Seen) -> None:
    """The calculation behind the cell, while the cell moves."""
    values = ADDRESS.values()
    explanation = feature_map_microscope.explanation_of(values, seen)
    with page.stage():
        feature_map_microscope.microscope(values, seen, explanation)


def _off(values: Values, seen: Seen, statistics: MapStatistics) -> None:
    with page.stage():
        maps, scores = st.columns([1.75, 1], gap="medium")
        with maps:
            off.switches(seen)
            off.buttons(values, statistics)
        with scores:
            off.scores(seen)
