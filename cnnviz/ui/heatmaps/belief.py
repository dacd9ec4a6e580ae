"""Can I believe it? Four tests of a heatmap, one at a time."""

from __future__ import annotations

import streamlit as st

from cnnviz.heatmaps import METHODS
from cnnviz.ui.choices import segments
from cnnviz.ui.heatmaps.address import ADDRESS, TESTS, Values
from cnnviz.ui.heatmaps.deletion_insertion import show_curves
from cnnviz.ui.heatmaps.maps import chosen_method, shown_methods
from cnnviz.ui.heatmaps.planted import show_planted
from cnnviz.ui.heatmaps.random import show_randomised
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.heatmaps.sum import show_sum

SHOW = {
    "curves": show_curves,
    "random": show_randomised,
    "sum": show_sum,
    "planted": show_planted,
}


def belief(values: Values, subject: Subject) -> None:
    """The choice of the test and of the method, and the test."""
    with st.container(horizontal=True, vertical_alignment="center", key="belief_bar"):
        segments(ADDRESS, "test", "Test", TESTS, is_bare=True)
        if values.test in ("random", "planted"):
            _choose_method(values, subject)
    SHOW[values.test](values, subject)


def _choose_method(values: Values, subject: Subject) -> None:
    names = [method.name for method in shown_methods(subject)]
    ADDRESS.set(method=chosen_method(subject, values.method).name)
    st.selectbox(
        "Method whose maps are shown",
        names,
        key=ADDRESS.key("method"),
        format_func=lambda name: METHODS[name].title,
        label_visibility="collapsed",
        width=190,
    )
