"""Views of the feature maps page worth a link, and its words."""

from __future__ import annotations

from functools import partial

from cnnviz.images.samples import SAMPLES, Sample
from cnnviz.models.photographs import photograph_networks
from cnnviz.models.shipped import SHIPPED
from cnnviz.ui.feature_maps.address import ADDRESS
from cnnviz.ui.links import View, view_of

_view = partial(view_of, ADDRESS)

STRONGEST = (  # 24 of the 512 maps of group3.1: those that answer most to the cat
    "14,24,65,88,117,119,155,173,210,222,224,274,294,301,321,331,371,395,422,431,433,436,502,510"
)

PRESETS = [
    _view("The whole of LeNet", "draw, it answers", view="overview", model="lenet-mnist", digit=2),
    _view("The whole of ResNet18", "20 columns, 8 sums", view="overview"),
    _view("ResNet18, first layer", "64 maps of edges and colours"),
    _view("ResNet18, in the middle", "group1", layer="group1.1"),
    _view(
        "ResNet18, last maps", "512 maps at 96 × 96, 84 % right there", layer="group3.1", size="96"
    ),
    _view("Under the microscope", "one cell", view="microscope", map=27, cell=(7, 23)),
    _view("First filters", "before and after training", view="filters"),
    _view("LeNet on a digit", "6 maps", model="lenet-mnist", image="digit_7"),
    _view("LeNet on a picture", "tutorial's structure", model="lenet-cifar10"),
]

TRY = [
    _view("Which maps make this cell?", "whole network", view="overview", model="lenet-mnist",
          digit=2, layer="feature_extractor.3", map=13, cell=(1, 6)),
    _view("Which maps are dead here?", "nothing above zero", layer="group3.1", show="dead"),
    _view("The strongest first", "sorted", layer="group0.1", order="strength"),
    _view("Before the ReLU", "the convolution alone", layer="input_group.0"),
    _view("How a 7 is added up", "microscope", view="microscope", model="lenet-mnist",
          image="digit_7", layer="feature_extractor.2"),
    _view("A residual sum", "main path + shortcut", view="microscope", layer="group1.0"),
    _view("What excites this map?", "one map", view="map", layer="group0.1"),
    _view("Filters of a digit reader", "before and after", view="filters", model="mlp-mnist",
          image="digit_3"),
    _view("Is it still a cat?", "24 strongest maps off", view="off", layer="group3.1",
          order="strength", off=STRONGEST),
    _view("What does this channel want?", "a picture made for it", view="wants",
          model="squeezenet1.1", layer="features.11", map=491),
    _view("From the score to a pixel", "layer by layer", view="trace", model="lenet-mnist",
          image="digit_7"),
    _view("A picture that is all texture", "gravel", image="gravel", layer="group0.1"),
]  # fmt: skip

WHY = (
    "Each layer rewrites the picture as a stack of **feature maps**: one number a place says how "
    "well what lies there fits the map's kernel. The first maps answer to edges and colours, "
    "because a few pixels hold nothing more. Every further layer reads the maps before it, so its "
    "cells see more of the picture (**receptive field**) and can answer to more: corners, "
    "textures, parts. Maps get smaller and more numerous on the way: less *where*, more *what*. A "
    "map that is **dead** on this picture is not broken; it waits for another one."
)


def found() -> dict[str, list[View]]:
    """What the search finds here beside presets: every sample picture, every network of ours."""
    ours = {**SHIPPED, **photograph_networks()}
    return {
        "picture": [_picture(sample) for sample in SAMPLES.values()],
        "network": [_view(one.title, one.dataset, model=name) for name, one in ours.items()],
    }


def _picture(sample: Sample) -> View:
    """A picture and a network that knows such pictures."""
    model = "lenet-mnist" if sample.name.startswith("digit") else ADDRESS.defaults.model
    return _view(sample.title, sample.alt, image=sample.name, model=model)
