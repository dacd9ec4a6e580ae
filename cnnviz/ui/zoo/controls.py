"""The controls of the model zoo: filters, the chosen network, the networks to compare."""

from __future__ import annotations

import streamlit as st

from cnnviz.figures.zoo.entries import ZooEntry, entries_of
from cnnviz.ui.choices import segments
from cnnviz.ui.zoo.address import (
    ADDRESS,
    CONVOLUTIONAL,
    FAMILIES,
    FIRST_YEAR,
    LAST_YEAR,
    MOST_COMPARED,
    MOST_HIGHLIGHTED,
    PARAMS_STOPS,
    WEIGHTS,
    Values,
    run_what_follows,
)
from cnnviz.zoo import networks

SWITCHES = "zoo_switches"  # key of the container that the switches stand in
TITLES = {network.name: network.title for network in networks()}


def main_controls() -> None:
    """What is highlighted, and which of a network's weights are shown."""
    st.multiselect(
        "Highlight",
        FAMILIES,
        key=ADDRESS.key("families"),
        on_change=run_what_follows,
        placeholder="A family",
        max_selections=MOST_HIGHLIGHTED,
        help="The networks of one paper, each family in a colour of its own. The others stay.",
    )
    segments(
        ADDRESS,
        "weights",
        "Weights",
        WEIGHTS,
        "torchvision offers some networks twice: trained nearly as their paper did, and again "
        "years later with a better recipe. The architecture is the same.",
        on_change=run_what_follows,
    )


def filters() -> None:
    """Which networks are shown, and which is chosen."""
    st.selectbox(
        "Network",
        ["", *TITLES],
        key=ADDRESS.key("pick"),
        on_change=run_what_follows,
        format_func=lambda name: TITLES.get(name, "none chosen"),
        help="Find a network by its name: it is ringed in the chart, its paper stands below.",
    )
    st.slider(
        "Years",
        FIRST_YEAR,
        LAST_YEAR,
        key=ADDRESS.key("years"),
        on_change=run_what_follows,
        help="Year of the network's paper.",
    )
    st.select_slider(
        "At most so many parameters",
        PARAMS_STOPS,
        key=ADDRESS.key("max_params"),
        on_change=run_what_follows,
        format_func=lambda millions: f"{millions} M",
        help="Numbers that are learned, in millions.",
    )
    with st.container(key=SWITCHES):
        st.toggle(
            "Only convolutional",
            key=ADDRESS.key("only_conv"),
            on_change=run_what_follows,
            help="Without ViT, Swin and MaxViT, which are wholly or mainly made of attention.",
        )
        st.toggle(
            "Only trained on ImageNet-1K",
            key=ADDRESS.key("same_data"),
            on_change=run_what_follows,
            help="Some weights were first trained on 3.6 billion other pictures (SWAG): their "
            "accuracy is not the architecture's merit alone. They are drawn hollow.",
        )


def choose_compared() -> None:
    """The networks whose layers stand side by side."""
    st.multiselect(
        "Networks",
        CONVOLUTIONAL,
        key=ADDRESS.key("compare"),
        format_func=TITLES.__getitem__,
        max_selections=MOST_COMPARED,
        help="Two or three networks. Their layers are counted by PyTorch on a picture of 224 × 224 "
        "without computing anything.",
    )


def shown_entries(values: Values) -> list[ZooEntry]:
    """The networks that today's filters leave, each with the chosen set of weights."""
    entries = (e for network in networks() for e in entries_of(network, values.weights))
    return [entry for entry in entries if _is_shown(entry, values)]


def _is_shown(entry: ZooEntry, values: Values) -> bool:
    family, weights = entry.network.family, entry.weights
    first, last = values.years
    return (
        first <= family.year <= last
        and weights.num_params <= values.max_params * 1e6
        and (family.is_convolutional or not values.only_conv)
        and not (weights.uses_more_data and values.same_data)
    )
