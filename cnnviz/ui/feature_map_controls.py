"""The controls of the feature maps page, and their terms in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from torch import Tensor

from cnnviz.activations import Layer, layers, record
from cnnviz.images import SAMPLES
from cnnviz.maps import SORT_ORDERS
from cnnviz.models import Pretrained
from cnnviz.ui import address
from cnnviz.ui.address import Address
from cnnviz.ui.compute import computing
from cnnviz.ui.heatmap_controls import DEFAULT_MODEL, DIGIT_SAMPLES, SIZES, read_layer
from cnnviz.ui.models import choices, model_chooser, model_parameter
from cnnviz.ui.pad import digit_pad
from cnnviz.ui.pictures import Picture, picture_chooser

ORDERS = {
    "channel": "In order",
    "strength": "Strongest",
    "variance": "Most varied",
    "distance": "Farthest from zero",
}
FILTERS = {"all": "All", "alive": "Alive", "dead": "Dead"}
assert ORDERS.keys() == {"channel", *SORT_ORDERS}

ADDRESS = Address(
    "feature_maps",
    [
        model_parameter(DEFAULT_MODEL if DEFAULT_MODEL in choices() else next(iter(choices()))),
        address.choice("image", "cat", SAMPLES),
        address.choice("size", "auto", SIZES),
        address.text("layer", "", lambda text: read_layer(text) if text else ""),
        address.choice("order", "channel", ORDERS),
        address.choice("show", "all", FILTERS),
        address.flag("per_map", False),
        address.whole("map", 0, 0, 4095),
        address.pair("cell", (-1, -1), -1, 1023),
        address.text("off", "", lambda text: read_channels(text)),
    ],
)


def read_channels(text: str) -> str:
    """Channels with commas between them, as the address carries those that are switched off.

    Raises:
        ValueError: something else, or more than 512.
    """
    if not text:
        return ""
    parts = text.split(",")
    if len(parts) > 512 or not all(p.isascii() and p.isdigit() and len(p) < 5 for p in parts):
        raise ValueError("numbers of maps with commas between them, such as 3,17")
    return ",".join(str(channel) for channel in sorted({int(part) for part in parts}))


@dataclass(frozen=True)
class Seen:
    """A picture in front of a network, and the layer whose maps are looked at."""

    model_name: str
    network: Pretrained
    picture: Picture
    size: int | None
    batch: Tensor  # (1, channels, height, width)
    layers: tuple[Layer, ...]
    layer: Layer


def choose_seen(values: Mapping[str, Any]) -> Seen:
    """Network, picture, size and layer."""
    name, network = model_chooser("feature_maps", default=DEFAULT_MODEL)
    picture = _choose_picture(network)
    size = _choose_size(name, values)
    batch = network.transform(picture.image, size)
    known = _layers(name, tuple(batch.shape), network)
    return Seen(name, network, picture, size, batch, known, _layer(values, known))


def _choose_picture(network: Pretrained) -> Picture:
    if network.card.dataset != "MNIST":
        return picture_chooser("feature_maps")
    if st.session_state.get("image") not in DIGIT_SAMPLES:
        st.session_state["image"] = DIGIT_SAMPLES[0]
    drawn = digit_pad("feature_maps")
    if drawn:
        st.caption("What you draw is not part of the link. Clear the pad to go back to a sample.")
        return drawn
    return picture_chooser("feature_maps", names=DIGIT_SAMPLES)


def _choose_size(name: str, values: Mapping[str, Any]) -> int | None:
    if name != "resnet18-cifar10":
        return None
    st.selectbox(
        "Input size",
        SIZES,
        key="size",
        format_func=lambda size: "64 × 64, as trained" if size == "auto" else f"{size} × {size}",
        help="The network takes any size: a larger picture gives every layer more cells.",
    )
    return None if values["size"] == "auto" else int(values["size"])


@st.cache_resource(max_entries=32, show_spinner=False)
def _layers(name: str, shape: tuple[int, ...], _network: Pretrained) -> tuple[Layer, ...]:
    return tuple(layers(_network.model, shape))


def _layer(values: Mapping[str, Any], known: tuple[Layer, ...]) -> Layer:
    """The chosen layer; the first if the network has none of that name."""
    return next((layer for layer in known if layer.name == values["layer"]), known[0])


def main_layers(known: tuple[Layer, ...]) -> list[Layer]:
    """The layers of the strip: blocks as a whole, and what stands outside of blocks."""
    return [layer for layer in known if block_of(layer, known) in (None, layer)]


def block_of(layer: Layer, known: tuple[Layer, ...]) -> Layer | None:
    """The block a layer is part of (itself, if it is a block); None outside of blocks."""
    return next(
        (b for b in known if b.is_block and f"{layer.name}.".startswith(f"{b.name}.")), None
    )


@st.cache_resource(max_entries=48, show_spinner=False)
def activation(
    name: str, digest: str, size: int | None, layer: str, _network: Pretrained, _batch: Tensor
) -> Tensor:
    """What a layer computed for one picture: (C, H, W) or (features,); shared, to be read only."""
    with computing():
        return record(_network.model, _batch, [layer])[layer][0]


def activation_of(seen: Seen, layer: str | None = None) -> Tensor:
    """The activation of the layer that is looked at, or of another one."""
    chosen = layer or seen.layer.name
    return activation(
        seen.model_name, seen.picture.digest, seen.size, chosen, seen.network, seen.batch
    )
