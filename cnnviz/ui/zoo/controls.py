"""The controls of the model zoo: filters, the chosen network, the networks to compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from cnnviz.figures.zoo import ZooEntry
from cnnviz.ui import address
from cnnviz.ui.address import Address, Parameter
from cnnviz.zoo import networks

VIEWS = {"cost": "Accuracy and cost", "years": "By year", "compare": "Layer by layer"}
WEIGHTS = {"default": "Best weights", "first": "First weights"}
FIRST_YEAR, LAST_YEAR = 2012, 2022
PARAMS_STOPS = (2, 5, 10, 20, 30, 50, 100, 200, 700)  # millions
MOST_COMPARED = 3
CONVOLUTIONAL = tuple(n.name for n in networks() if n.family.is_convolutional)
NAMES = tuple(network.name for network in networks())
FAMILIES = tuple(dict.fromkeys(network.family.name for network in networks()))
TITLES = {network.name: network.title for network in networks()}


def _some_of(options: Sequence[str], what: str, most: int) -> Callable[[str], list[str]]:
    """Reads names with commas between them.

    The reader raises ValueError for a name that is not there, and for too many.
    """

    def read(text: str) -> list[str]:
        names = list(dict.fromkeys(filter(None, text.split(","))))
        if len(names) > most or not all(name in options for name in names):
            raise ValueError(f"at most {most} {what}, with commas between them")
        return names

    return read


def _read_years(text: str) -> tuple[int, int]:
    first, last = address.pair("years", (0, 0), FIRST_YEAR, LAST_YEAR).read(text)
    return min(first, last), max(first, last)


def _read_name(text: str) -> str:
    if text and text not in NAMES:
        raise ValueError("the name of a classification network of torchvision, such as resnet18")
    return text


ADDRESS = Address(
    "zoo",
    [
        address.choice("view", "cost", VIEWS),
        address.choice("weights", "default", WEIGHTS),
        Parameter(
            "families", [], _some_of(FAMILIES, "families of networks", len(FAMILIES)), ",".join
        ),
        Parameter(
            "years", (FIRST_YEAR, LAST_YEAR), _read_years, lambda years: f"{years[0]},{years[1]}"
        ),
        Parameter(
            "max_params",
            PARAMS_STOPS[-1],
            lambda text: int(address.choice("", "", map(str, PARAMS_STOPS)).read(text)),
        ),
        address.flag("only_conv", False),
        address.flag("same_data", False),
        address.text("pick", "", _read_name),
        Parameter(
            "compare",
            ["alexnet", "resnet18"],
            _some_of(CONVOLUTIONAL, "convolutional networks by torchvision's names", MOST_COMPARED),
            ",".join,
        ),
    ],
)


def main_control() -> None:
    """Which of a network's weights are shown."""
    st.segmented_control(
        "Weights",
        WEIGHTS,
        key="weights",
        format_func=WEIGHTS.__getitem__,
        required=True,
        help="torchvision offers some networks twice: trained nearly as their paper did, and again "
        "years later with a better recipe. The architecture is the same.",
    )


def filters() -> None:
    """Which networks are shown."""
    st.multiselect(
        "Families",
        FAMILIES,
        key="families",
        placeholder="All of them",
        help="Networks of one paper. With five or fewer, each has a colour of its own.",
    )
    st.slider("Years", FIRST_YEAR, LAST_YEAR, key="years", help="Year of the network's paper.")
    st.select_slider(
        "At most so many parameters",
        PARAMS_STOPS,
        key="max_params",
        format_func=lambda millions: f"{millions} M",
        help="Numbers that are learned, in millions.",
    )
    st.toggle(
        "Only convolutional",
        key="only_conv",
        help="Without ViT, Swin and MaxViT, which are wholly or mainly made of attention.",
    )
    st.toggle(
        "Only trained on ImageNet-1K",
        key="same_data",
        help="Some weights were first trained on 3.6 billion other pictures (SWAG): their accuracy "
        "is not the architecture's merit alone. They are drawn hollow.",
    )


def choose_compared() -> None:
    """The networks whose layers stand side by side."""
    st.multiselect(
        "Networks",
        CONVOLUTIONAL,
        key="compare",
        format_func=TITLES.__getitem__,
        max_selections=MOST_COMPARED,
        help="Two or three networks. Their layers are counted by PyTorch on a picture of 224 × 224 "
        "without computing anything.",
    )


def shown_entries(values: Mapping[str, Any]) -> list[ZooEntry]:
    """The networks that today's filters leave, each with the chosen set of weights."""
    entries = (
        ZooEntry(network, network.default if values["weights"] == "default" else network.first)
        for network in networks()
    )
    return [entry for entry in entries if _is_shown(entry, values)]


def _is_shown(entry: ZooEntry, values: Mapping[str, Any]) -> bool:
    family, weights = entry.network.family, entry.weights
    first, last = sorted(values["years"])
    return (
        (not values["families"] or family.name in values["families"])
        and first <= family.year <= last
        and weights.num_params <= values["max_params"] * 1e6
        and (family.is_convolutional or not values["only_conv"])
        and not (weights.uses_more_data and values["same_data"])
        and weights.top1 is not None
    )
