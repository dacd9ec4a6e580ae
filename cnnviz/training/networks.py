"""Networks made to take the pictures of a material and to answer with its classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cnnviz.builder.fitting import fit_network
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import failure, forward_shapes, output_shape
from cnnviz.counting import size_words
from cnnviz.models.networks import lenet, lenet_fully_conv, mlp, residual_block
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    NetworkSpec,
    ReLU,
)
from cnnviz.models.transforms import InputSpec


def small_resnet(in_channels: int = 1, width: int = 8) -> NetworkSpec:
    """Three groups of one residual block each, for 32×32 pixels: about 19 thousand parameters."""
    layers = (
        Conv2d(in_channels, width, 3, padding=1, bias=False), BatchNorm2d(width), ReLU(),
        residual_block(width, width),
        residual_block(width, 2 * width, 2),
        residual_block(2 * width, 4 * width, 2),
        AdaptiveAvgPool2d(1), Flatten(), Linear(4 * width, 10),
    )  # fmt: skip
    return NetworkSpec("ResNet8", (in_channels, 32, 32), layers)


def lenet_normed(in_channels: int = 1) -> NetworkSpec:
    """LeNet with batch norm behind each convolution, where papers put it."""
    plain = lenet(in_channels)
    layers: list[Layer] = []
    for layer in plain.layers:
        layers.append(layer)
        if isinstance(layer, Conv2d):
            layers.append(BatchNorm2d(layer.out_channels))
    return replace(plain, name="LeNet with batch norm", layers=tuple(layers))


NETWORKS: dict[str, Callable[[], NetworkSpec]] = {
    "LeNet": lambda: lenet(1),
    "LeNet, batch norm": lenet_normed,
    "LeNet, fully convolutional": lambda: lenet_fully_conv(1),
    "Small ResNet": small_resnet,
    "MLP": mlp,
}


def adapted(network: NetworkSpec, spec: InputSpec, num_classes: int) -> NetworkSpec:
    """The network with its first and last layer, and what follows from them, made to fit.

    Args:
        network: of the builder; its own input shape and classes do not matter.
        spec: what pictures enter.
        num_classes: scores that come out.

    Raises:
        ValueError: the pictures cannot go through, or no scores of classes come out; the sentence
            names the layer and the mend.
    """
    side = spec.padded_size
    last = _last_learnt(network.layers)
    layers = [*network.layers]
    layers[last] = _with_outputs(layers[last], num_classes)
    fitted = fit_network(replace(network, input_shape=(spec.channels, side, side), layers=layers))
    _check(fitted, num_classes)
    return fitted


def with_dropout(network: NetworkSpec, share: float) -> NetworkSpec:
    """The network with dropout before its last layer that learns; unchanged if `share` is 0.

    The names of the layers that have weights stay, so that weights of one load into the other.
    """
    if not share:
        return network
    last = _last_learnt(network.layers)
    layers = (*network.layers[:last], Dropout(share), *network.layers[last:])
    return replace(network, layers=layers)


def _last_learnt(layers: tuple[Layer, ...]) -> int:
    for index in reversed(range(len(layers))):
        if isinstance(layers[index], Linear | Conv2d):
            return index
    raise ValueError(
        "The network has no Linear layer and no convolution that could answer: add one at its end."
    )


def _with_outputs(layer: Layer, num_classes: int) -> Layer:
    if isinstance(layer, Linear):
        return replace(layer, out_features=num_classes)
    return replace(layer, out_channels=num_classes)


def _check(network: NetworkSpec, num_classes: int) -> None:
    shown = size_words(network.input_shape)
    failed = failure(forward_shapes(network))
    if failed is not None:
        raise ValueError(
            f"Pictures of {shown} do not go through layer {number_of(failed.path)}, {failed.name}: "
            "mend it on the page Build a network, or choose another network."
        )
    shape = output_shape(network)
    if shape is None or shape[0] != num_classes or len(shape) not in (1, 3):
        raise ValueError(
            f"The network ends in {shape} for pictures of {shown} and not in {num_classes} scores: "
            f"end it with a Flatten and a Linear layer of {num_classes} features."
        )
