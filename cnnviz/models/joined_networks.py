"""Networks whose paths join: a small U-Net, an Inception block and a small DenseNet."""

from __future__ import annotations

from dataclasses import replace

from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Join,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
)

Layers = tuple[Layer, ...]


def unet(
    in_channels: int = 1, size: int = 64, width: int = 16, levels: int = 3, num_classes: int = 2
) -> NetworkSpec:
    """A U-Net (Ronneberger et al., 2015, arxiv.org/abs/1505.04597) with padding: 481,762 weights.

    On the way down each level halves the picture and doubles the channels; on the way up a
    transposed convolution doubles it again, and what the level made on the way down is laid beside.

    Args:
        in_channels: of the pictures.
        size: their height and width.
        width: channels of the first level.
        levels: how often the picture is halved.
        num_classes: channels that come out: scores of every pixel.
    """
    layers: list[Layer] = []
    channels = in_channels
    for level in range(levels):
        layers += [*_named(_twice(channels, width << level), f"enc{level + 1}"), MaxPool2d(2)]
        channels = width << level
    layers += _twice(channels, channels * 2)
    for level in reversed(range(levels)):
        channels = width << level
        layers += [ConvTranspose2d(channels * 2, channels, 2, stride=2)]
        layers += [Join((f"enc{level + 1}", "")), *_twice(channels * 2, channels)]
    layers += [Conv2d(channels, num_classes, 1)]
    return NetworkSpec("Small U-Net", (in_channels, size, size), tuple(layers))


def inception(num_classes: int = 10) -> NetworkSpec:
    """GoogLeNet's first block behind a small stem (Szegedy et al., 2014, arxiv.org/abs/1409.4842).

    Four paths see the same maps: 1×1, 1×1 then 3×3, 1×1 then 5×5, and pooling then 1×1. Their 64,
    128, 32 and 32 channels are laid one behind the other. As in torchvision, without its norms.
    """
    stem = _named((*_relu(3, 192, 3), MaxPool2d(2)), "stem")
    layers = (
        *stem,
        *_named(_relu(192, 64, 1), "one"),
        Join(("stem",)), *_relu(192, 96, 1), *_named(_relu(96, 128, 3), "three"),
        Join(("stem",)), *_relu(192, 16, 1), *_named(_relu(16, 32, 5), "five"),
        Join(("stem",)), MaxPool2d(3, stride=1, padding=1), *_relu(192, 32, 1),
        Join(("one", "three", "five", "")),
        AdaptiveAvgPool2d(1), Flatten(), Linear(256, num_classes),
    )  # fmt: skip
    return NetworkSpec("Inception block", (3, 32, 32), layers)


def densenet(
    growth: int = 12, blocks: tuple[int, ...] = (4, 4), num_classes: int = 10
) -> NetworkSpec:
    """A small DenseNet (Huang et al., 2016, arxiv.org/abs/1608.06993): each layer sees all before.

    Args:
        growth: channels that each layer adds.
        blocks: layers of each dense block; between two of them a 1×1 convolution and a pooling
            halve channels and size.
        num_classes: neurons of the last layer.
    """
    channels, count, name = 2 * growth, 0, "d0"
    layers: list[Layer] = [Conv2d(3, channels, 3, padding=1, bias=False, mark=name)]
    for index, length in enumerate(blocks):
        if index:
            channels, name = channels // 2, f"half{index}"
            layers += _named(_transition(channels), name)
        for _ in range(length):
            layers += _dense_layer(channels, growth, name)
            channels, count = channels + growth, count + 1
            name = f"d{count}"
            layers[-1] = replace(layers[-1], mark=name)
    layers += [BatchNorm2d(channels), ReLU(), AdaptiveAvgPool2d(1), Flatten()]
    layers += [Linear(channels, num_classes)]
    return NetworkSpec("Small DenseNet", (3, 32, 32), _without_idle_names(layers))


def _without_idle_names(layers: list[Layer]) -> Layers:
    """The layers, named where a later one reads them."""
    read = {name for layer in layers for name in layer.places}
    return tuple(layer if layer.mark in read else replace(layer, mark="") for layer in layers)


def _dense_layer(channels: int, growth: int, before: str) -> Layers:
    """A convolution of all maps so far, and its maps behind them."""
    convolution = Conv2d(channels, growth, 3, padding=1, bias=False)
    return BatchNorm2d(channels), ReLU(), convolution, Join((before, ""))


def _transition(channels: int) -> Layers:
    """Half as many channels on half as many rows and columns."""
    convolution = Conv2d(2 * channels, channels, 1, bias=False)
    return BatchNorm2d(2 * channels), ReLU(), convolution, AvgPool2d(2)


def _twice(in_channels: int, channels: int) -> Layers:
    """Two 3×3 convolutions, each with its activation."""
    return (
        Conv2d(in_channels, channels, 3, padding=1), ReLU(),
        Conv2d(channels, channels, 3, padding=1), ReLU(),
    )  # fmt: skip


def _relu(in_channels: int, channels: int, kernel_size: int) -> Layers:
    return (Conv2d(in_channels, channels, kernel_size, padding=kernel_size // 2), ReLU())


def _named(layers: Layers, name: str) -> Layers:
    return (*layers[:-1], replace(layers[-1], mark=name))
