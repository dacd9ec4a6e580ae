"""What the address of the feature maps page says: network, picture, layer, map, cell, view."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.images import FRAMES, SAMPLES
from cnnviz.images.framing import MOST_ZOOM
from cnnviz.probes.descent import MOST_STEPS
from cnnviz.probes.maps import SORT_ORDERS
from cnnviz.ui.address import Address
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.models import SIZES, first_choice, model_choice, read_layer
from cnnviz.ui.network_parameter import network
from cnnviz.ui.parameters import choice, flag, number, pair, text, whole

VIEWS = {
    "overview": "Whole network",
    "maps": "Maps",
    "map": "One map",
    "microscope": "Microscope",
    "filters": "Filters",
    "off": "Switch off",
    "wants": "Wants",
    "trace": "Down to a pixel",
}
ORDERS = {
    "channel": "In order",
    "strength": "Strongest",
    "variance": "Most varied",
    "distance": "Far from 0",
}
FILTERS = {
    "all": "All",
    "alive": "Alive",
    "dead": "Dead",
    "on": "Always on",
    "saturated": "Saturated",
}
FIRST = {"variance": "most varied", "strength": "strongest"}
UNITS = {"channel": "Channel", "cell": "Cell", "class": "Class"}
SCALES = {"layer": "layer", "network": "network", "map": "map"}
DEFAULT_MODEL = "resnet18-cifar10"
WHOLE = "feature_maps"  # key of the page's fragment; the others follow a moving hand alone
SUM, GLANCE, PEEK = "feature_maps_sum", "feature_maps_glance", "feature_maps_peek_all"
LIVE = "feature_maps_live"  # the pad and the network that answers it
OFF, SCORES = "feature_maps_off_sheet", "feature_maps_scores"
STRIP, NUMBER = "feature_maps_strip", "feature_maps_number"  # the layers, and which map of one
LAYER, CODE = "feature_maps_layer", "feature_maps_code"  # what shows a layer, and says it in torch
MOST_OFF = 512  # maps that an address can switch off
assert ORDERS.keys() == {"channel", *SORT_ORDERS}


def read_channels(text: str) -> str:
    """Numbers of maps with commas between them, sorted, each once; spaces do no harm.

    Raises:
        ValueError: something else, or more than 512.
    """
    if not text.strip():
        return ""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MOST_OFF or not all(p.isascii() and p.isdigit() and len(p) < 5 for p in parts):
        raise ValueError(f"at most {MOST_OFF} numbers of maps with commas between them, as in 3,17")
    return ",".join(str(channel) for channel in sorted({int(part) for part in parts}))


def read_way(text: str) -> str:
    """At each step down which contribution is followed, 0 for the strongest: "0,2,1".

    Raises:
        ValueError: something else, or more than 400.
    """
    parts = text.split(",") if text.strip() else []
    if len(parts) > MOST_STEPS or not all(part in ("0", "1", "2", "3", "4") for part in parts):
        raise ValueError("numbers from 0 to 4 with commas between them, as in 0,2,1")
    return ",".join(parts)


def way_of(text: str) -> list[int]:
    """What `read_way` wrote."""
    return [int(part) for part in text.split(",") if part]


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; −1: no map chosen yet, or the winner; (-1, -1): no cell."""

    view: str = choice("maps", VIEWS)
    model: str = model_choice(first_choice(DEFAULT_MODEL))
    network: str = network("", "the page “Build a network”")
    seed: int = whole(0, 0, 9999)
    image: str = choice("cat", SAMPLES)
    frame: str = choice("square", FRAMES)
    zoom: float = number(1, 1, MOST_ZOOM)
    crop_x: int = whole(50, 0, 100)
    crop_y: int = whole(50, 0, 100)
    size: str = choice("auto", SIZES)
    digit: int = whole(-1, -1, 9)
    first: str = choice("variance", FIRST)
    scale: str = choice("layer", SCALES)
    layer: str = text("", read_layer)
    order: str = choice("channel", ORDERS)
    show: str = choice("all", FILTERS)
    per_map: bool = flag(False)
    map: int = whole(-1, -1, 4095)
    cell: tuple[int, int] = pair((-1, -1), -1, 1023)
    opacity: int = whole(55, 0, 100)
    read: int = whole(-1, -1, 4095)
    off: str = text("", read_channels)
    top: int = whole(-1, -1, 999)
    way: str = text("", read_way)
    step: int = whole(0, 0, MOST_STEPS)
    unit: str = choice("channel", UNITS)
    wish: int = whole(0, 0, 999)
    steps: int = whole(128, 1, 512)
    noise: int = whole(0, 0, 9999)
    waves: bool = flag(True)
    moves: bool = flag(True)
    colours: bool = flag(True)


ADDRESS = Address("feature_maps", Values)


OF_A_PASS = (
    "view",
    "model",
    "network",
    "seed",
    "image",
    "frame",
    "zoom",
    "crop_x",
    "crop_y",
    "size",
    "digit",
)


def run_what_follows() -> None:
    """In a callback: run again what another layer or map changes, and no more."""
    following = (STRIP, NUMBER, LAYER, CODE)
    run_again(*(following if ADDRESS.values().view == "maps" else (WHOLE,)))


def channels_of(text: str, count: int) -> list[int]:
    """The channels that `read_channels` wrote, those that a layer of `count` maps has."""
    return [int(part) for part in text.split(",") if part and int(part) < count]
