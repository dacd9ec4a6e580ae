"""Layers that are drawn as one: those that keep the shape stand with the one before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from cnnviz.models.specs import (
    Activation,
    BatchNorm1d,
    BatchNorm2d,
    Dropout,
    Dropout2d,
    Flatten,
    GroupNorm,
    Identity,
    InstanceNorm2d,
    Join,
    Layer,
    LayerNorm,
    LayerNorm2d,
    Linear,
    LocalResponseNorm,
    Residual,
    Scale,
    Shift,
)

Role = Literal["input", "output", "flat"]
KEEP_THE_SHAPE = (
    Activation, BatchNorm1d, BatchNorm2d, Dropout, Dropout2d, GroupNorm, Identity, InstanceNorm2d,
    LayerNorm, LayerNorm2d, LocalResponseNorm, Scale, Shift,
)  # fmt: skip


def keeps_the_shape(layer: Layer) -> bool:
    """Whether a layer changes numbers only, and no shape."""
    return isinstance(layer, KEEP_THE_SHAPE)


def groups_of(layers: Sequence[Layer]) -> list[list[int]]:
    """The places of layers that are drawn as one: a convolution with its norm and activation.

    A block stands alone, and so do joins and what comes before the first layer that changes the
    shape. Behind a place that has a name begins a new group; what goes on from an earlier place
    stands with the layer that does.
    """
    groups: list[list[int]] = []
    for place, layer in enumerate(layers):
        if groups and _stands_with(layer, layers[groups[-1][-1]]):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _stands_with(layer: Layer, before: Layer) -> bool:
    if isinstance(before, Join):
        return before.is_way_back and not isinstance(layer, Residual | Join)
    return keeps_the_shape(layer) and not isinstance(before, Residual) and not before.mark


def role_of(layer: Layer, output_shape: tuple[int, ...] | None) -> Role:
    """Which colour a layer has: "flat" where numbers in a row leave it, else "output"."""
    is_flat = output_shape is not None and len(output_shape) == 1
    return "flat" if is_flat or isinstance(layer, Linear | Flatten) else "output"
