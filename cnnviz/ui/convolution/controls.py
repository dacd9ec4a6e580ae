"""The terms of the convolution page: in the address, as live sliders, and as settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import streamlit as st

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.settings import PADDING_MODES, ConvSettings
from cnnviz.images import SAMPLES
from cnnviz.ui import address
from cnnviz.ui.address import Address
from cnnviz.ui.convolution.kernel import CUSTOM
from cnnviz.ui.convolution.weights import address_weights, read_weights
from cnnviz.ui.sliders import Ahead, Slider, live_sliders

# Keys of the page's fragments: all of it, what follows a drag, what follows when the hand rests.
WHOLE, LIVE, CODE = "convolution", "convolution_live", "convolution_code"
REACHED = "convolution_reached"  # in the session: the slider a hand has come near
VIEWS = {"grid": "Grid", "picture": "On a picture", "filters": "All filters"}
COLOURS = {"sum": "Channels summed", "red": "Red", "green": "Green", "blue": "Blue"}
# What a picture decides in its views: repairs leave it alone, and the address keeps the grid's.
OF_THE_PICTURE = ("height", "width", "in_channels", "out_channels", "groups", "bias")
MAX_SIZE = 4096  # of the input
MAX_CHANNELS = 4096
MAX_EXTENT = 64  # of kernel size, stride, padding and dilation in the address
MOST = {"height": MAX_SIZE, "width": MAX_SIZE}  # what an address may say, for the repairs
MOST |= dict.fromkeys(("in_channels", "out_channels", "groups"), MAX_CHANNELS)
MOST |= dict.fromkeys(
    ("kernel_size", "stride", "padding", "dilation", "output_padding"), MAX_EXTENT
)

ADDRESS = Address(
    "convolution",
    [
        address.choice("view", "grid", VIEWS),
        address.whole("height", 6, 1, MAX_SIZE),
        address.whole("width", 6, 1, MAX_SIZE),
        address.whole("in_channels", 1, 1, MAX_CHANNELS),
        address.whole("out_channels", 1, 1, MAX_CHANNELS),
        address.pair("kernel_size", (3, 3), 1, MAX_EXTENT),
        address.pair("stride", (1, 1), 1, MAX_EXTENT),
        address.pair("padding", (1, 1), 0, MAX_EXTENT, words=("same", "valid")),
        address.pair("dilation", (1, 1), 1, MAX_EXTENT),
        address.whole("groups", 1, 1, MAX_CHANNELS),
        address.choice("padding_mode", "zeros", PADDING_MODES),
        address.flag("bias", True),
        address.flag("transposed", False),
        address.pair("output_padding", (0, 0), 0, MAX_EXTENT),
        address.flag("separate", False),
        address.choice("kernel", "sobel_x", [*KERNELS, CUSTOM]),
        address.text("weights", "", read_weights, address_weights),
        address.whole("angle", 45, 0, 180),
        address.whole("seed", 0, 0, 9999),
        address.flag("flip", False),
        address.choice("image", next(iter(SAMPLES)), SAMPLES),
        address.choice("colour", "sum", COLOURS),
        address.flag("relu", False),
        address.flag("per_map", False),
        address.whole("channel", 0, 0, MAX_CHANNELS - 1),
        address.pair("cell", (-1, -1), -1, 4096),
        address.pair("pixel", (-1, -1), -1, 4096),
    ],
)

HELP = {
    "kernel_size": "How many input cells the kernel reads along an axis, F. Each has a weight.",
    "stride": "How many cells the kernel moves from one output to the next, S.",
    "padding": "How many cells are added around the input before the kernel slides, P.",
    "dilation": "The distance between the cells the kernel reads, D. 1 leaves no holes.",
    "output_padding": "Rows and columns added at the end of a transposed convolution's output: "
    "several input sizes have the same output size, and this says which one to go back to.",
    "groups": "The channels are split into this many groups that do not see each other. As many "
    "groups as input channels is a depthwise convolution.",
}
SLIDERS = {  # term -> label, from, to
    "kernel_size": ("Kernel size", 1, 11),
    "stride": ("Stride", 1, 8),
    "padding": ("Padding", 0, 8),
    "dilation": ("Dilation", 1, 6),
    "output_padding": ("Output padding", 0, 7),
}


def settings_from(values: Mapping[str, Any]) -> ConvSettings:
    """The layer that the page's values describe."""
    return ConvSettings(**{field.name: values[field.name] for field in fields(ConvSettings)})


def query_for(settings: ConvSettings, **more: Any) -> str:
    """The address of a view of this page that shows `settings`."""
    return ADDRESS.query_of(vars(settings) | more)


def main_sliders(values: Mapping[str, Any], ahead: Ahead | None) -> None:
    """The four terms of the page's question, live; six to ten sliders where the axes differ."""
    sliders = term_sliders(values)
    terms = {slider.name.partition(":")[0] for slider in sliders}
    live_sliders(
        sliders,
        key="convolution_sliders",
        on_change=_set_terms,
        on_rest=_rested,
        on_reach=_reached if values["view"] != "filters" else None,
        query=ADDRESS.keep(values),
        context=ADDRESS.query_of({k: v for k, v in values.items() if k not in terms}),
        ahead=ahead,
    )


def term_sliders(values: Mapping[str, Any]) -> list[Slider]:
    """The sliders of today's layer: a term without a number (padding `same`) has none."""
    terms = ["kernel_size", "stride", "padding", "dilation"]
    if values["transposed"]:
        terms.append("output_padding")
    return [slider for term in terms for slider in _term_sliders(term, values)]


def moved_to(values: Mapping[str, Any], name: str, value: int) -> dict[str, Any]:
    """The values after the slider `name` has been moved to `value`."""
    term, _, axis = name.partition(":")
    pair = (value, value)
    if axis:
        pair = (value, values[term][1]) if axis == "0" else (values[term][0], value)
    return {**values, term: pair}


def _term_sliders(term: str, values: Mapping[str, Any]) -> list[Slider]:
    label, low, high = SLIDERS[term]
    value = values[term]
    if isinstance(value, str):  # padding "same" or "valid" has no number to slide
        return []
    if not is_separate(values):
        return [_slider(term, label, low, high, value[0])]
    return [
        _slider(f"{term}:{axis}", f"{label}, {name}", low, high, value[axis])
        for axis, name in enumerate(("height", "width"))
    ]


def _slider(name: str, label: str, low: int, high: int, value: int) -> Slider:
    help = HELP[name.split(":")[0]]
    return Slider(name, label, help, value, min=low, max=max(high, value))


def is_separate(values: Mapping[str, Any]) -> bool:
    """True if height and width have sliders of their own: by choice, or because they differ."""
    pairs = [values[term] for term in SLIDERS if not isinstance(values[term], str)]
    return values["separate"] or any(pair[0] != pair[1] for pair in pairs)


def _set_terms(changed: dict[str, Any]) -> None:
    values = {term: st.session_state[term] for term in SLIDERS}
    for name, value in changed.items():
        values = moved_to(values, name, value)
    ADDRESS.set(**values)
    ADDRESS.dismiss()


def _rested() -> None:
    st.rerun([LIVE, CODE])  # LIVE too: word of rest stops a run that is under way


def _reached(name: str) -> None:
    st.session_state[REACHED] = name


def repair_buttons(repairs: list[tuple[str, ConvSettings]]) -> None:
    """The nearest settings that work, each one click."""
    with st.container(horizontal=True):
        for label, settings in repairs:
            st.button(label, on_click=_take, args=(settings,), icon=":material/build:")


def _take(settings: ConvSettings) -> None:
    kept = () if st.session_state["view"] == "grid" else OF_THE_PICTURE
    ADDRESS.set(**{name: value for name, value in vars(settings).items() if name not in kept})
    ADDRESS.dismiss()
    st.rerun(WHOLE)
