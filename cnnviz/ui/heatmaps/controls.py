"""The controls of the heatmaps page: network, picture, class, layer; their terms in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from cnnviz.activations import layers
from cnnviz.heatmaps import METHODS
from cnnviz.heatmaps.scores import class_scores
from cnnviz.images import SAMPLES
from cnnviz.models import Pretrained
from cnnviz.ui import address
from cnnviz.ui.address import Address
from cnnviz.ui.compute import computing
from cnnviz.ui.heatmaps.classes import MOST, class_chooser
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.models import (
    DIGIT_SAMPLES,
    choices,
    layer_parameter,
    model_chooser,
    model_parameter,
    size_chooser,
    size_parameter,
)
from cnnviz.ui.pad import digit_pad
from cnnviz.ui.pictures import Picture, picture_chooser

DEFAULT_MODEL = "resnet18-cifar10"
FEWEST_CELLS = 4  # a side, of the maps that class activation looks at unless asked otherwise


VIEWS = {"maps": "All methods", "large": "One large", "belief": "Can I believe it?"}
TESTS = {
    "curves": "Delete and insert",
    "random": "Random weights",
    "sum": "Do the parts add up?",
    "planted": "Planted truth",
}
STEPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # points on the path of integrated gradients

ADDRESS = Address(
    "heatmaps",
    [
        model_parameter(DEFAULT_MODEL if DEFAULT_MODEL in choices() else next(iter(choices()))),
        address.choice("image", "cat", SAMPLES),
        address.whole("digit", -1, -1, 9),
        address.whole("class_idx", -1, -1, 999),
        address.whole("against", -1, -1, 999),
        layer_parameter(),
        address.choice("method", "grad_cam", METHODS),
        size_parameter(),
        address.choice("view", "maps", VIEWS),
        address.choice("test", "curves", TESTS),
        address.choice("steps", "32", map(str, STEPS)),
        address.whole("opacity", 65, 0, 100),
    ],
)


def choose_subject(values: Mapping[str, Any]) -> Subject:
    """The controls, from the network down to the layer, and what they say."""
    name, network = model_chooser("heatmaps", default=DEFAULT_MODEL)
    picture, digit = _choose_picture(network, values)
    places = st.container(), st.container()  # the size stands below the classes that hang on it
    with places[1]:
        size = size_chooser(network.card)
    batch = network.transform(picture.image, size)
    scores = _scores(name, picture.digest, size, network, batch)
    with places[1]:
        layer = _choose_layer(values, name, network, batch)
    explained, against = _asked(values, scores)
    subject = Subject(name, network, picture, size, batch, scores, explained, against, layer, digit)
    with places[0]:
        _choose_class(subject)
    return subject


def _choose_picture(network: Pretrained, values: Mapping[str, Any]) -> tuple[Picture, int]:
    """The picture, and which sample digit it is (−1: none)."""
    if network.card.dataset != "MNIST":
        picture = picture_chooser("heatmaps")
        st.button(
            "Draw a digit instead",
            icon=":material/draw:",
            key="heatmaps_draw",
            width="stretch",
            on_click=lambda: ADDRESS.set(model="lenet-mnist", digit=-1, class_idx=-1, against=-1),
            help="With the network that reads digits.",
        )
        return picture, -1
    if st.session_state.get("image") not in DIGIT_SAMPLES:
        st.session_state["image"] = DIGIT_SAMPLES[0]
    digit = values["digit"]
    on_pad = digit_pad("heatmaps", digit, lambda digit: ADDRESS.set(digit=digit))
    if on_pad and on_pad.is_upload:
        st.caption("What you draw is not part of the link.")
        return on_pad, -1
    if on_pad:
        return on_pad, digit
    return picture_chooser("heatmaps", names=DIGIT_SAMPLES), -1


@st.cache_data(max_entries=64, show_spinner=False)
def _scores(
    name: str, digest: str, size: int | None, _network: Pretrained, _batch: Tensor
) -> Tensor:
    with computing(), torch.inference_mode():
        return class_scores(_network.model(_batch)).softmax(dim=1)[0].clone()


def _asked(values: Mapping[str, Any], scores: Tensor) -> tuple[int, int | None]:
    """The class that is explained, by default the winner, and the one it is compared with."""
    count, winner = len(scores), int(scores.argmax())
    explained = values["class_idx"] if 0 <= values["class_idx"] < count else winner
    against = values["against"]
    return explained, against if 0 <= against < count and against != explained else None


def _choose_class(subject: Subject) -> None:
    winner = int(subject.scores.argmax())

    def explain(index: int) -> None:
        ADDRESS.set(class_idx=-1 if index == winner else index)

    class_chooser(
        subject,
        key="heatmaps_classes",
        on_explain=explain,
        on_compare=lambda index: ADDRESS.set(against=index),
    )
    if len(subject.network.classes) > MOST:
        _search_class(subject)


def _search_class(subject: Subject) -> None:
    """Any of a thousand classes, by typing its name."""
    names = subject.network.classes
    order = [-1, *sorted(range(len(names)), key=names.__getitem__)]
    if st.session_state.get("class_idx") not in order:
        st.session_state["class_idx"] = -1
    st.selectbox(
        "Another class",
        order,
        key="class_idx",
        format_func=lambda index: "the winner" if index < 0 else names[index],
        help="Any class can be explained, also one that did not win. Type to find it.",
    )


def _choose_layer(
    values: Mapping[str, Any], name: str, network: Pretrained, batch: Tensor
) -> str | None:
    names, best = _layers(name, tuple(batch.shape), network)
    if not names:
        st.caption("This network has no maps: only methods that look at the pixels are shown.")
        return None
    if values["layer"] not in names:
        st.session_state["layer"] = best
    st.selectbox(
        "Layer",
        names,
        key="layer",
        help="Where Grad-CAM, Grad-CAM++ and LayerCAM look. The last layer with maps says most "
        "about the class and least about where.",
    )
    return st.session_state["layer"]


@st.cache_data(max_entries=64, show_spinner=False)
def _layers(
    name: str, shape: tuple[int, ...], _network: Pretrained
) -> tuple[list[str], str | None]:
    """Layers that have maps, and the last whose maps still have some cells; a pass through it."""
    with computing():
        known = layers(_network.model, shape)
    names = [layer.name for layer in known if layer.is_spatial]
    inner = [layer for layer in known[:-1] if layer.is_spatial]  # scores are no maps
    fine = [layer.name for layer in inner if min(layer.shape[1:]) >= FEWEST_CELLS]
    return names, fine[-1] if fine else next(reversed(names), None)
