"""The main control of every page, as a visitor moves it over the socket: a new value each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.sessions import Value, state, trigger

LAYERS = ("group1.0", "group1.1", "group2.0", "group2.1", "group3.0", "group3.1")
OPTIMIZERS = ("SGD", "SGD momentum", "Adam")
DECAYS = ("0.01", "0.03", "0.1")


@dataclass(frozen=True)
class Control:
    """What moves, and how.

    Attributes:
        what: in words.
        key: the end of the widget's key.
        value: what is sent at a step, from 0.
        query: of the address that the page is opened at.
    """

    what: str
    key: str
    value: Callable[[int], Value]
    query: str = ""


def _edit(step: int) -> Value:
    event = {"do": "set", "path": "1", "name": "out_channels", "value": str(6 + step % 7)}
    return state({"act": [[step + 1, event]]})


CONTROLS = {
    "": Control(
        "the slider of the empty page", "", lambda step: {"double_array_value": [1.0 + step % 7]}
    ),
    "home": Control(
        "a digit of the pad",
        "home_pad",
        lambda step: state({"sheet": {"turn": step + 1, "value": {"take": step % 10}}}),
    ),
    "mlp": Control(
        "a weight of the neuron",
        "mlp_weights",
        lambda step: state({"values": {"turn": step + 1, "value": {"w1": -2 + step % 40 / 10}}}),
    ),
    "convolution": Control(
        "kernel size",
        "convolution_sliders",
        lambda step: state({"values": {"turn": step + 1, "value": {"kernel_size": 1 + step % 7}}}),
    ),
    "build": Control("an edit", "build_network", _edit),
    "fully_convolutional": Control(
        "size of the picture",
        "fullyconv_size",
        lambda step: state({"values": {"turn": step + 1, "value": {"size": 33 + step % 60}}}),
        "view=size",
    ),
    "residual": Control(
        "seed", "residual-seed", lambda step: {"int_value": step % 5}, "view=gradients"
    ),
    "pooling": Control(
        "size of the window",
        "pooling_sliders",
        lambda step: state({"values": {"turn": step + 1, "value": {"kernel_size": 2 + step % 3}}}),
    ),
    "zoo": Control("a filter", "zoo-only_conv", lambda step: {"bool_value": step % 2 == 0}),
    "feature_maps": Control(
        "layer", "feature_maps_strip", lambda step: trigger("choose", LAYERS[step % len(LAYERS)])
    ),
    "training": Control(
        "optimizer", "training-optimizer", lambda step: {"string_value": OPTIMIZERS[step % 3]}
    ),
    "teach": Control(
        "weight decay", "teach-decay", lambda step: {"string_value": DECAYS[step % 3]}
    ),
    "heatmaps": Control("class", "heatmaps_classes", lambda step: trigger("explain", step % 10)),
}
