"""The controls of the heatmaps page: network, picture, class, layer; their terms in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from cnnviz.heatmaps import METHODS, default_layer, suitable_layers
from cnnviz.images import SAMPLES
from cnnviz.models import Pretrained
from cnnviz.ui import address
from cnnviz.ui.address import Address
from cnnviz.ui.compute import computing
from cnnviz.ui.models import (
    SIZES as SIZES,
)
from cnnviz.ui.models import (
    choices,
    model_chooser,
    model_parameter,
    size_chooser,
    size_parameter,
)
from cnnviz.ui.pad import digit_pad
from cnnviz.ui.pictures import Picture, picture_chooser

DEFAULT_MODEL = "resnet18-cifar10"
DIGIT_SAMPLES = ("digit_7", "digit_3")


def read_layer(text: str) -> str:
    """A layer's name as it may stand in an address; whether the network has it is seen later.

    Raises:
        ValueError: it is longer than any name, or holds other characters than names do.
    """
    if len(text) > 80 or not all(part.isidentifier() or part.isdigit() for part in text.split(".")):
        raise ValueError("the name of a layer, such as group3.1")
    return text


ADDRESS = Address(
    "heatmaps",
    [
        model_parameter(DEFAULT_MODEL if DEFAULT_MODEL in choices() else next(iter(choices()))),
        address.choice("image", "cat", SAMPLES),
        address.whole("class_idx", -1, -1, 999),
        address.text("layer", "", lambda text: read_layer(text) if text else ""),
        address.choice("method", "grad_cam", METHODS),
        size_parameter(),
        address.whole("opacity", 65, 0, 100),
    ],
)


@dataclass(frozen=True)
class Subject:
    """What is explained: a picture in front of a network, and the class it is explained for."""

    model_name: str
    network: Pretrained
    picture: Picture
    size: int | None  # pixels of a side the picture is brought to; None: as in training
    batch: Tensor  # (1, channels, height, width)
    scores: Tensor  # (classes,), probabilities
    class_idx: int
    layer: str | None  # of methods that look at one; None where the network has no maps

    @property
    def class_name(self) -> str:
        """Name of the class that is explained."""
        return self.network.classes[self.class_idx]


def choose_subject(values: Mapping[str, Any]) -> Subject:
    """The controls, from the network down to the layer, and what they say."""
    name, network = model_chooser("heatmaps", default=DEFAULT_MODEL)
    picture = _choose_picture(network)
    size = size_chooser(network.card)
    batch = network.transform(picture.image, size)
    scores = _scores(name, picture.digest, size, network, batch)
    class_idx = _choose_class(values, network, scores)
    layer = _choose_layer(values, network, batch)
    return Subject(name, network, picture, size, batch, scores, class_idx, layer)


def _choose_picture(network: Pretrained) -> Picture:
    if network.card.dataset != "MNIST":
        return picture_chooser("heatmaps")
    if st.session_state.get("image") not in DIGIT_SAMPLES:
        st.session_state["image"] = DIGIT_SAMPLES[0]
    drawn = digit_pad("heatmaps")
    if drawn:
        st.caption("What you draw is not part of the link. Clear the pad to go back to a sample.")
        return drawn
    return picture_chooser("heatmaps", names=DIGIT_SAMPLES)


@st.cache_data(max_entries=64, show_spinner=False)
def _scores(
    name: str, digest: str, size: int | None, _network: Pretrained, _batch: Tensor
) -> Tensor:
    with computing(), torch.inference_mode():
        return _network.model(_batch).flatten(1).softmax(dim=1)[0]


def _choose_class(values: Mapping[str, Any], network: Pretrained, scores: Tensor) -> int:
    order = [-1, *scores.argsort(descending=True).tolist()]
    if values["class_idx"] not in order:
        st.session_state["class_idx"] = -1
    top = order[1]
    st.selectbox(
        "Class",
        order,
        key="class_idx",
        format_func=lambda index: (
            f"the winner: {network.classes[top]} {scores[top]:.1%}"
            if index < 0
            else f"{network.classes[index]} {scores[index]:.1%}"
        ),
        help="Which score the heatmaps explain. Also a class that did not win can be asked for: "
        "which pixels speak for it?",
    )
    chosen = st.session_state["class_idx"]
    return top if chosen < 0 else chosen


def _choose_layer(values: Mapping[str, Any], network: Pretrained, batch: Tensor) -> str | None:
    shape = tuple(batch.shape)
    names = suitable_layers(network.model, METHODS["grad_cam"], shape)
    if not names:
        st.caption("This network has no maps: only methods that look at the pixels are shown.")
        return None
    if values["layer"] not in names:
        st.session_state["layer"] = default_layer(network.model, shape)
    st.selectbox(
        "Layer",
        names,
        key="layer",
        help="Where Grad-CAM, Grad-CAM++ and LayerCAM look. The last layer with maps says most "
        "about the class and least about where.",
    )
    return st.session_state["layer"]
