"""Networks to start from and things to try on the builder's page, and its words."""

from __future__ import annotations

from cnnviz.builder.codec import encode
from cnnviz.builder.edits import change_input_shape
from cnnviz.models import joined_networks, networks
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.models.specs import NetworkSpec
from cnnviz.ui.build.address import ADDRESS, OWN_FILE
from cnnviz.ui.build.state import INPUT
from cnnviz.ui.links import View
from cnnviz.ui.models import title_of
from cnnviz.zoo import networks as zoo_networks

INSPECT = ("resnet18", "resnet50", "vgg16", "alexnet", "googlenet", "mobilenet_v2", "densenet121")


def _start(label: str, note: str, spec: NetworkSpec, layer: str = "1", view: str = "graph") -> View:
    return View(label, ADDRESS.query(net=encode(spec), layer=layer, view=view), note)


def _with_maps(label: str, note: str, spec: NetworkSpec, layer: str = "1") -> View:
    """A network that is shown as volumes, beside what its layers make of a picture."""
    return _start(label, note, spec, layer, "volumes")


def _inspect(name: str) -> View:
    return View(name, ADDRESS.query(inspect=name), "torchvision's")


STARTS = [
    _with_maps("LeNet", "62,006 parameters, trained", networks.lenet(), "4"),
    _with_maps("LeNet, fully convolutional", "any size from 32", networks.lenet_fully_conv()),
    _with_maps("AlexNet", "61,100,840", networks.alexnet()),
    _with_maps("VGG-11", "132,863,336", networks.vgg11()),
    _with_maps("VGG-13", "133,047,848", networks.vgg13()),
    _with_maps("VGG-16", "138,357,544", networks.vgg16()),
    _with_maps("VGG-19", "143,667,240", networks.vgg19()),
    _with_maps("ResNet18", "trained; any blocks, any width", networks.resnet(), INPUT),
    _start("ResNet10, half as wide", "one block a group", networks.resnet((1, 1, 1, 1), 32), INPUT),
    _start("ResNet34", "3, 4, 6, 3 blocks", networks.resnet((3, 4, 6, 3)), INPUT),
    _start("Small U-Net", "three levels, paths that join", joined_networks.unet(), INPUT, "sizes"),
    _start("Inception block", "four paths from one place", joined_networks.inception(), INPUT),
    _start("Small DenseNet", "each layer reads all before", joined_networks.densenet(), INPUT),
    _with_maps("A tiny net", "314 parameters", networks.tiny()),
    _with_maps("An MLP", "no convolution at all", networks.mlp()),
    _start("An empty page", "", NetworkSpec("Mine", (3, 32, 32)), INPUT),
]
INSPECTED = [
    *(View(title_of(name), ADDRESS.query(inspect=name), "for photos, with its weights")
      for name in PHOTOGRAPHS),
    *(_inspect(name) for name in INSPECT),
]  # fmt: skip
BROUGHT = [
    View(
        "A trained network, as a file", ADDRESS.query(inspect=OWN_FILE), "ONNX, from torch or Keras"
    )
]
PRESETS = [*STARTS, *INSPECTED, *BROUGHT]

TRY = [
    _start(
        "LeNet on 64 × 64: why does it fail?",
        "2,704 arrive, 400 are expected",
        change_input_shape(networks.lenet(), (3, 64, 64)),
        "8",
    ),
    _start(
        "LeNet on MNIST's 28 × 28",
        "why the tutorial pads",
        change_input_shape(networks.lenet(1), (1, 28, 28)),
        "8",
    ),
    _with_maps(
        "The same weights on any size",
        "fully convolutional, 128 × 128",
        networks.lenet_fully_conv(input_size=128),
        "8",
    ),
    _start(
        "A U-Net on 65 × 65: why does it fail?",
        "65 rows against 64 at the last join",
        change_input_shape(joined_networks.unet(), (1, 65, 65)),
        "33",
        "sizes",
    ),
    _start("Where are VGG's parameters?", "look at the bars", networks.vgg16(), "34"),
]

WHY = (
    "A network is a row of layers, and each layer's output is the next one's input: most mistakes "
    "are two numbers that should be one. A **convolution** asks only for its channels, so it "
    "takes pictures of any size; a **Linear** layer asks for an exact number of features, so the "
    "first one behind the convolutions fixes the size of the picture: LeNet's 400 is 16 · 5 · 5, "
    "what is left of 32 × 32. Parameters and multiply-adds live in different places: the Linear "
    "layers hold most of the first, the early convolutions, which slide over large maps, most of "
    "the second."
)


def found() -> dict[str, list[View]]:
    """What the search finds here beside presets: every network of torchvision, inspected."""
    return {
        "network": [
            View(network.title, ADDRESS.query(inspect=network.name), "layer by layer, as a graph")
            for network in zoo_networks()
        ]
    }
