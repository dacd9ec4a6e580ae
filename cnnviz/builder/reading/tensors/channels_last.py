"""Stretches of a network that work with the channels last, between two permutes, as ConvNeXt has.

A Linear layer there is a 1×1 convolution of maps, and a LayerNorm one of each pixel's channels: so
they are read, and the axes stay where torch's other layers want them.
"""

from __future__ import annotations

from typing import Any

from cnnviz.models.specs import (
    Activation,
    Conv2d,
    Dropout,
    Identity,
    Layer,
    LayerNorm,
    LayerNorm2d,
    Linear,
    LogSoftmax,
    PReLU,
    Scale,
    Shift,
    Softmax,
)

TO_LAST = ([0, 2, 3, 1], [0, -2, -1, 1])
TO_FIRST = ([0, 3, 1, 2], [0, -1, 1, 2])
NO_MATTER = (Activation, Dropout, Identity, Scale, Shift)


def axes_of(args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
    """The order of axes that permute is given."""
    given = kwargs["dims"] if set(kwargs) == {"dims"} and not args else args
    return list(given[0] if len(given) == 1 and isinstance(given[0], list | tuple) else given)


def with_channels_first(layer: Layer) -> Layer:
    """The layer that does to maps what a layer does where channels come last.

    Raises:
        ValueError: no layer does.
    """
    if isinstance(layer, Linear):
        return Conv2d(layer.in_features, layer.out_features, 1, bias=layer.bias)
    if isinstance(layer, LayerNorm) and len(layer.sizes) == 1 and layer.bias:
        return LayerNorm2d(layer.sizes[0], layer.eps, layer.elementwise_affine)
    if isinstance(layer, NO_MATTER) and not isinstance(layer, Softmax | LogSoftmax | PReLU):
        return layer
    raise ValueError(
        f"a {layer.kind} is not read where channels come last: Linear, LayerNorm and activations "
        "are"
    )
