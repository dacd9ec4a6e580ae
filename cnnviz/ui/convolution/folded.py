"""The folded controls of the convolution page: channels, size, padding as a word, transposed."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import Any

import streamlit as st

from cnnviz.convolution.settings import PADDING_MODES
from cnnviz.ui.convolution.controls import (
    ADDRESS,
    HELP,
    MAX_CHANNELS,
    MAX_SIZE,
    SLIDERS,
    is_separate,
)
from cnnviz.ui.sliders import Option, Slider, live_sliders


def more_controls(values: Mapping[str, Any]) -> None:
    """The folded controls: channels and groups, size and padding mode, transposed.

    A picture has its own size and channels, so its views offer the rest only.
    """
    is_grid = values["view"] == "grid"
    if is_grid:
        with st.expander("Channels and groups"):
            _channel_controls(values)
    with st.expander("Size and padding mode" if is_grid else "Padding mode"):
        if is_grid:
            _size_controls()
        else:
            st.caption("Size and channels are those of the picture.")
        _padding_choice(values)
        st.selectbox(
            "Padding mode",
            PADDING_MODES,
            key="padding_mode",
            help="What the added cells hold: zeros, the mirrored input, its edge repeated, or the "
            "opposite side.",
        )
        _separate_toggle(values)
    with st.expander("Transposed", expanded=values["transposed"]):
        st.toggle(
            "Transposed convolution",
            key="transposed",
            help="Each input cell writes the kernel, times its value, onto a larger output: "
            "the way back from output size to input size.",
            on_change=ADDRESS.dismiss,
        )


def _channel_controls(values: Mapping[str, Any]) -> None:
    left, right = st.columns(2)
    _number(left, "Input channels", "in_channels", MAX_CHANNELS, "C_in: maps that come in.")
    _number(right, "Output channels", "out_channels", MAX_CHANNELS, "K: one kernel for each.")
    _groups(values)
    st.toggle("Bias", key="bias", help="One number per output channel, added to every sum.")


def _size_controls() -> None:
    left, right = st.columns(2)
    _number(left, "Height", "height", MAX_SIZE, "Rows of the input, H_in.")
    _number(right, "Width", "width", MAX_SIZE, "Columns of the input, W_in.")


def _number(column: Any, label: str, key: str, high: int, help: str) -> None:
    column.number_input(label, 1, high, step=1, key=key, help=help, on_change=ADDRESS.dismiss)


def _groups(values: Mapping[str, Any]) -> None:
    shared = gcd(values["in_channels"], values["out_channels"])
    stops = sorted({n for n in range(1, shared + 1) if shared % n == 0} | {values["groups"]})
    if len(stops) == 1:
        st.caption("Groups: 1. More need channels on both sides with a common divisor.")
        return
    options = tuple(Option(n, _groups_label(n, values)) for n in stops)
    slider = Slider("groups", "Groups", HELP["groups"], values["groups"], options=options)
    live_sliders([slider], key="convolution_groups", on_change=lambda new: ADDRESS.set(**new))


def _groups_label(groups: int, values: Mapping[str, Any]) -> str:
    return f"{groups} depthwise" if groups == values["in_channels"] > 1 else str(groups)


def _padding_choice(values: Mapping[str, Any]) -> None:
    now = values["padding"] if isinstance(values["padding"], str) else "number"

    def chosen() -> None:
        picked = st.session_state["padding_as"]
        ADDRESS.set(padding=(1, 1) if picked == "number" else picked)

    st.session_state["padding_as"] = now
    st.radio(
        "Padding as",
        ("number", "same", "valid"),
        key="padding_as",
        horizontal=True,
        on_change=chosen,
        help="`same` keeps the size at stride 1; `valid` is no padding.",
    )


def _separate_toggle(values: Mapping[str, Any]) -> None:
    def switched() -> None:
        separate = st.session_state["separate_axes"]
        ADDRESS.set(separate=separate)
        if not separate:
            pairs = {term: st.session_state[term] for term in SLIDERS}
            ADDRESS.set(**{t: (p[0], p[0]) for t, p in pairs.items() if not isinstance(p, str)})

    st.session_state["separate_axes"] = is_separate(values)
    st.toggle(
        "Height and width separately",
        key="separate_axes",
        on_change=switched,
        help="Give kernel size, stride, padding and dilation a slider for each axis.",
    )
