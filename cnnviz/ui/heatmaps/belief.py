"""Can I believe it? Six tests of a heatmap, one at a time."""

from __future__ import annotations

import streamlit as st

from cnnviz.heatmaps import METHODS, Method
from cnnviz.ui.choices import segments
from cnnviz.ui.heatmaps.address import ADDRESS, TESTS, Values
from cnnviz.ui.heatmaps.deletion_insertion import show_curves
from cnnviz.ui.heatmaps.guess import game_method, game_methods, show_guess
from cnnviz.ui.heatmaps.maps import chosen_method, shown_methods
from cnnviz.ui.heatmaps.noise import show_noise
from cnnviz.ui.heatmaps.planted import show_planted
from cnnviz.ui.heatmaps.random import show_randomised
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.heatmaps.sum import show_sum

SHOW = {
    "curves": show_curves,
    "random": show_randomised,
    "sum": show_sum,
    "noise": show_noise,
    "planted": show_planted,
    "guess": show_guess,
}


def belief(values: Values, subject: Subject) -> None:
    """The choice of the test and of the method, and the test."""
    with st.container(horizontal=True, vertical_alignment="center", key="belief_bar"):
        segments(ADDRESS, "test", "Test", TESTS, is_bare=True)
        if values.test in ("random", "planted", "noise", "guess"):
            _choose_method(values, subject)
    SHOW[values.test](values, subject)


def _choose_method(values: Values, subject: Subject) -> None:
    is_game = values.test == "guess"
    names = [one.name for one in (game_methods if is_game else shown_methods)(subject)]
    ADDRESS.fall_back(method=_method(values, subject).name)
    st.selectbox(
        "Method whose maps are shown",
        names,
        key=ADDRESS.key("method"),
        format_func=lambda name: METHODS[name].title,
        label_visibility="collapsed",
        width=190,
    )


def _method(values: Values, subject: Subject) -> Method:
    """The chosen one; the first where the test has nothing for it."""
    if values.test == "guess":
        return game_method(values, subject)
    return chosen_method(subject, values.method)
