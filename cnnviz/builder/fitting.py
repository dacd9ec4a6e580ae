"""Sizes that follow from what arrives: a new layer's, and those of layers after a change."""

from __future__ import annotations

from dataclasses import replace
from math import gcd, prod
from typing import Any

from cnnviz.builder.shapes import Shape, outcome, outcome_at, shape_after
from cnnviz.models.spec_arguments import MAX_FEATURES
from cnnviz.models.specs import (
    INPUT,
    LAYER_CLASSES,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    GroupNorm,
    InstanceNorm2d,
    Join,
    Layer,
    LayerNorm,
    LayerNorm2d,
    Linear,
    NetworkSpec,
    Residual,
    Scale,
    Shift,
    Unflatten,
    arguments_of,
)

# What a newly added layer starts with where torch has no default.
FIRST_VALUES = {
    "kernel_size": 2, "output_size": 1, "norm_type": 2.0, "scale_factor": 2.0, "size": 5,
    "padding": 1, "unflattened_size": (1, 1, 1), "factor": 0.1, "addend": 0.0, "chunks": 2,
    "index": 0,
}  # fmt: skip
FIRST_NEURONS = 10
FIRST_KERNELS: dict[str, dict[str, Any]] = {
    "Conv2d": {"kernel_size": 3, "padding": 1}, "ConvTranspose2d": {"stride": 2},
    "LayerNorm2d": {"normalized_shape": 1},
}  # fmt: skip
FIRST_CHANNELS = 16


def new_layer(kind: str, arriving: Shape, is_last: bool = False) -> Layer:
    """A layer to add where `arriving` arrives; it fits there and keeps the number of channels.

    A Linear layer takes all numbers that arrive: in a volume it asks for a Flatten before it.

    Args:
        kind: a name of torch.nn, or Residual for a block of two 3×3 convolutions.
        arriving: the shape at that place, without the batch.
        is_last: nothing comes after it: a convolution may then make channels of its own choice.

    Raises:
        ValueError: there is no layer of that name.
    """
    if kind not in LAYER_CLASSES:
        raise ValueError(f"there is no layer {kind!r}: choose one of {', '.join(LAYER_CLASSES)}")
    if kind == "Join":
        return Join()
    if kind == "Residual":
        return _new_block(arriving[0])
    if kind == "Linear":
        return Linear(min(prod(arriving), MAX_FEATURES), FIRST_NEURONS)
    layer_class = LAYER_CLASSES[kind]
    values: dict[str, Any] = {
        name: _first_value(name, arriving, is_last)
        for name, argument in arguments_of(layer_class).items()
        if argument.is_required
    } | FIRST_KERNELS.get(kind, {})
    return fit(layer_class(**values), arriving)


def fit(layer: Layer, arriving: Shape) -> Layer:
    """The layer with its sizes set to what arrives: in_channels, in_features, num_features.

    A depthwise convolution stays depthwise; the layers of a block are fitted as well.
    """
    channels, features = arriving[0], arriving[-1]
    match layer:
        case Conv2d() | ConvTranspose2d() if layer.groups == layer.in_channels > 1:
            factor = max(1, layer.out_channels // layer.in_channels)
            return replace(
                layer, in_channels=channels, out_channels=channels * factor, groups=channels
            )
        case Conv2d() | ConvTranspose2d():
            return replace(layer, in_channels=channels)
        case BatchNorm1d() | BatchNorm2d() | InstanceNorm2d():
            return replace(layer, num_features=channels)
        case LayerNorm2d():
            return replace(layer, normalized_shape=channels)
        case Scale() | Shift() if layer.num_parameters > 1:
            return replace(layer, num_parameters=channels)
        case LayerNorm():
            return replace(layer, normalized_shape=arriving[-len(layer.sizes) :])
        case Unflatten() if len(arriving) == 1:
            return replace(layer, unflattened_size=_volume_of(channels, layer.unflattened_size))
        case GroupNorm():
            groups = gcd(layer.num_groups, channels)
            return replace(layer, num_channels=channels, num_groups=groups)
        case Linear() if len(arriving) == 1:  # in a volume it would mix the columns of each row
            return replace(layer, in_features=features)
        case Flatten():
            return replace(layer, numbers=0)
        case Residual():
            return _fit_block(layer, arriving)
    return layer


def fit_layers(layers: tuple[Layer, ...], arriving: Shape) -> tuple[Layer, ...]:
    """A row of layers, each fitted to what the one before it gives.

    After a layer that cannot be made to fit, the rest is left as it is.
    """
    fitted: list[Layer] = []
    shape: Shape | None = arriving
    marks = {INPUT: arriving}
    for layer in layers:
        if shape is not None and outcome_at(layer, shape, marks).output_shape is None:
            layer = _fit_or_keep(layer, shape)
        fitted.append(layer)
        shape = None if shape is None else outcome_at(layer, shape, marks).output_shape
        if shape is not None:
            marks[layer.mark] = shape
    return tuple(fitted)


def fit_network(spec: NetworkSpec) -> NetworkSpec:
    """The network with all its layers fitted to its input and to each other."""
    return replace(spec, layers=fit_layers(spec.layers, spec.input_shape))


def fill_shortcut(block: Residual, arriving: Shape) -> Residual:
    """The block with a 1×1 shortcut that turns what arrives into what its layers give.

    The block is given back as it is where its layers do not fit or give no feature maps.
    """
    after = shape_after(block.layers, arriving)
    if after is None or len(after) != 3 or len(arriving) != 3:
        return block
    height, width = (
        max(1, -(-before // left)) for before, left in zip(arriving[1:], after[1:], strict=True)
    )
    return replace(
        block,
        shortcut="conv",
        in_channels=arriving[0],
        out_channels=after[0],
        stride=(height, width),
    )


def _fit_or_keep(layer: Layer, arriving: Shape) -> Layer:
    try:
        return fit(layer, arriving)
    except ValueError:  # what arrives is larger than an argument may be
        return layer


def _fit_block(block: Residual, arriving: Shape) -> Residual:
    fitted = replace(block, layers=fit_layers(block.layers, arriving))
    if outcome(fitted, arriving).output_shape is not None:
        return fitted
    if outcome(identity := replace(fitted, shortcut="identity"), arriving).output_shape:
        return identity
    return fill_shortcut(fitted, arriving)


def _volume_of(count: int, wanted: tuple[int, ...]) -> tuple[int, int, int]:
    """Maps of the wanted size that so many numbers make; of one pixel where they leave a rest."""
    _, height, width = wanted
    channels, rest = divmod(count, height * width)
    return (count, 1, 1) if rest or not channels else (channels, height, width)


def _first_value(name: str, arriving: Shape, is_last: bool) -> int | float | tuple[int, ...]:
    if name == "out_channels":
        return FIRST_CHANNELS if is_last else arriving[0]
    if name == "normalized_shape":
        return arriving
    if name == "num_groups":
        return gcd(8, arriving[0])
    if name in FIRST_VALUES:
        return FIRST_VALUES[name]
    return 1  # set by `fit`


def _new_block(channels: int) -> Residual:
    convolution = Conv2d(channels, channels, 3, padding=1, bias=False)
    norm = BatchNorm2d(channels)
    activation = LAYER_CLASSES["ReLU"]()
    return Residual((convolution, norm, activation, convolution, norm))
