"""Views of the feature maps page worth a link, its words, and its script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnviz.images import SAMPLES
from cnnviz.ui.feature_map_controls import ADDRESS, Seen
from cnnviz.ui.links import View


def _view(label: str, note: str, **values: Any) -> View:
    return View(label, ADDRESS.query_of(values), note)


PRESETS = [
    _view("ResNet18, first layer", "64 maps of edges and colours"),
    _view("ResNet18, in the middle", "group1", layer="group1.1"),
    _view("ResNet18, last maps", "512 maps at 160 × 160", layer="group3.1", size="160"),
    _view("LeNet on a digit", "6 maps", model="lenet-mnist", image="digit_7"),
    _view("LeNet on a picture", "tutorial's structure", model="lenet-cifar10"),
]

TRY = [
    _view(
        "Which maps are dead here?",
        "nothing above zero",
        layer="group3.1",
        size="160",
        show="dead",
    ),
    _view("The strongest first", "sorted", layer="group0.1", order="strength"),
    _view("Before and after ReLU", "the convolution alone", layer="input_group.0"),
    _view("A picture that is all texture", "gravel", image="gravel", layer="group0.1"),
]

WHY = (
    "Each layer rewrites the picture as a stack of **feature maps**: one number a place says how "
    "well what lies there fits the map's kernel. The first maps answer to edges and colours, "
    "because a few pixels hold nothing more. Every further layer reads the maps before it, so its "
    "cells see more of the picture (**receptive field**) and can answer to more: corners, "
    "textures, parts. Maps get smaller and more numerous on the way: less *where*, more *what*. A "
    "map that is **dead** on this picture is not broken; it waits for another one."
)


def script(values: Mapping[str, Any], seen: Seen) -> str:
    """A script to run in the project's folder; it prints the layer's shape and limits."""
    sample = SAMPLES.get(seen.picture.name)
    file = f"assets/pictures/{sample.file.name}" if sample else "my_picture.png"
    size = f", size={seen.size}" if seen.size else ""
    return (
        "from PIL import Image\n"
        "from cnnviz.activations import record\n"
        "from cnnviz.models import pretrained\n\n"
        f'network = pretrained("{seen.model_name}")\n'
        f'picture = Image.open("{file}").convert("RGB")\n'
        f"batch = network.transform(picture{size})\n"
        f'maps = record(network.model, batch, ["{seen.layer.name}"])["{seen.layer.name}"][0]\n\n'
        'print("shape:", tuple(maps.shape))\n'
        'print("from", float(maps.min()), "to", float(maps.max()))\n'
        f'print("map {values["map"]}, mean:", float(maps[{values["map"]}].mean()))\n'
    )
