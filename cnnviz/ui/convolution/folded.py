"""The folded controls of the convolution page: channels, size, padding as a word, transposed."""

from __future__ import annotations

from math import gcd

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.convolution.settings import PADDING_MODES
from cnnviz.ui.axes import separate_toggle
from cnnviz.ui.convolution.address import ADDRESS, MAX_CHANNELS, MAX_SIZE, OF_NUMBERS, Values
from cnnviz.ui.convolution.controls import pairs_of
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.sent import stands_at
from cnnviz.ui.sliders import Option, Slider, live_sliders

PADDING_AS, SEPARATE = "convolution_padding_as", "convolution_separate"  # keys of two controls


def more_controls(values: Values) -> None:
    """The folded controls: channels and groups, size and padding mode, transposed.

    A picture has its own size and channels, so its views offer the rest only.
    """
    is_grid = values.view in OF_NUMBERS
    if is_grid:
        with st.expander("Channels and groups", expanded=values.view == "channels"):
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
            key=ADDRESS.key("padding_mode"),
            help=meaning("padding_mode"),
        )
        separate_toggle(ADDRESS, SEPARATE, lambda: pairs_of(ADDRESS.values()))
    with st.expander("Transposed", expanded=values.transposed):
        st.toggle(
            "Transposed convolution",
            key=ADDRESS.key("transposed"),
            help=meaning("transposed_convolution"),
            on_change=ADDRESS.dismiss,
        )


def _channel_controls(values: Values) -> None:
    left, right = st.columns(2)
    _number(left, "Input channels", "in_channels", MAX_CHANNELS, "C_in: maps that come in.")
    _number(right, "Output channels", "out_channels", MAX_CHANNELS, "K: one kernel for each.")
    _groups(values)
    st.toggle("Bias", key=ADDRESS.key("bias"), help=meaning("bias"))


def _size_controls() -> None:
    left, right = st.columns(2)
    _number(left, "Height", "height", MAX_SIZE, "Rows of the input, H_in.")
    _number(right, "Width", "width", MAX_SIZE, "Columns of the input, W_in.")


def _number(column: DeltaGenerator, label: str, name: str, high: int, help: str) -> None:
    key = ADDRESS.key(name)
    column.number_input(label, 1, high, step=1, key=key, help=help, on_change=ADDRESS.dismiss)


def _groups(values: Values) -> None:
    shared = gcd(values.in_channels, values.out_channels)
    stops = sorted({n for n in range(1, shared + 1) if shared % n == 0} | {values.groups})
    if len(stops) == 1:
        st.caption("Groups: 1. More need channels on both sides with a common divisor.")
        return
    options = tuple(Option(n, _groups_label(n, values)) for n in stops)
    slider = Slider("groups", "Groups", meaning("groups"), values.groups, options=options)
    live_sliders([slider], key="convolution_groups", on_change=lambda new: ADDRESS.set(**new))


def _groups_label(groups: int, values: Values) -> str:
    return f"{groups} depthwise" if groups == values.in_channels > 1 else str(groups)


def _padding_choice(values: Values) -> None:
    now = values.padding if isinstance(values.padding, str) else "number"

    def chosen() -> None:
        picked = stands_at(PADDING_AS)
        ADDRESS.set(padding=(1, 1) if picked == "number" else picked)

    st.session_state[PADDING_AS] = now
    st.radio(
        "Padding as",
        ("number", "same", "valid"),
        key=PADDING_AS,
        horizontal=True,
        on_change=chosen,
        help="`same` keeps the size at stride 1; `valid` is no padding.",
    )
