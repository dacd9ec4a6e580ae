"""Random networks that fit, made of every kind of layer, for tests that must hold for all."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from math import prod

from cnnviz.builder.shapes import outcome, shape_after
from cnnviz.models.specs import LAYER_GROUPS as GROUPS
from cnnviz.models.specs import (
    Argument,
    Conv2d,
    Flatten,
    Join,
    Layer,
    Linear,
    NetworkSpec,
    Residual,
    Upsample,
    arguments_of,
)

NAMES = ("LeNet", "My net", "net 2", "3 layers", "class", "Ünïcode (1)", "Residual", "été: 4 × 4")
LAYER_CLASSES = [
    layer
    for group in GROUPS.values()
    for layer in group
    if layer not in (Residual, Join, Upsample)  # those that join or fit a join: tests/builder/joins
]
ONLY_FLAT = ("BatchNorm1d", "Linear")
MAX_NUMBERS = 6_000  # numbers that leave a layer: the tests run these networks


@cache
def random_network(seed: int, max_layers: int = 12) -> NetworkSpec:
    """A network of 1 to `max_layers` layers in which all shapes fit, the same for the same seed."""
    rng = random.Random(seed)
    shape = (rng.randint(1, 4), rng.randint(6, 20), rng.randint(6, 20))
    layers: list[Layer] = []
    arriving: tuple[int, ...] = shape
    for _ in range(rng.randint(1, max_layers)):
        layer = _fitting_layer(rng, arriving)
        arriving = outcome(layer, arriving).output_shape or arriving
        layers.append(layer)
    return NetworkSpec(rng.choice(NAMES), shape, tuple(layers))


def random_layer(rng: random.Random, layer_class: type[Layer], arriving: tuple[int, ...]) -> Layer:
    """A layer of one class with random arguments, more or less meant for what arrives."""
    values = {
        name: _random_value(rng, argument, arriving)
        for name, argument in arguments_of(layer_class).items()
        if argument.is_required or argument.fills or rng.random() < 0.35
    }
    try:
        return layer_class(**values)
    except ValueError:  # two numbers that do not go together
        return random_layer(rng, layer_class, arriving)


def _fitting_layer(rng: random.Random, arriving: tuple[int, ...], depth: int = 0) -> Layer:
    while True:
        layer = _any_layer(rng, arriving, depth)
        after = outcome(layer, arriving).output_shape
        if after is not None and prod(after) <= MAX_NUMBERS:
            return layer


def _any_layer(rng: random.Random, arriving: tuple[int, ...], depth: int) -> Layer:
    is_flat = len(arriving) == 1
    if not is_flat and depth < 2 and rng.random() < 0.2:
        return _random_block(rng, arriving, depth)
    if not is_flat and depth == 0 and rng.random() < 0.08:
        return Flatten()
    layer_class = rng.choice(LAYER_CLASSES)
    if (layer_class.__name__ in ONLY_FLAT or rng.random() < 0.3) and not is_flat:
        layer_class = Conv2d
    if is_flat and rng.random() < 0.4:
        layer_class = Linear
    return random_layer(rng, layer_class, arriving)


def _random_block(rng: random.Random, arriving: tuple[int, ...], depth: int) -> Residual:
    layers: list[Layer] = []
    shape = arriving
    for _ in range(rng.randint(0, 3)):
        layer = _fitting_layer(rng, shape, depth + 1)
        shape = outcome(layer, shape).output_shape or shape
        layers.append(layer)
    activation = rng.choice(arguments_of(Residual)["activation"].choices)
    identity = Residual(tuple(layers), activation)
    if rng.random() < 0.5 and shape_after((identity,), arriving):
        return identity
    stride = rng.choice((1, 2, max(1, arriving[-1] // max(1, shape[-1]))))
    block = replace(identity, shortcut="conv", in_channels=arriving[0], out_channels=shape[0])
    return replace(block, stride=stride, bias=rng.random() < 0.5, batch_norm=rng.random() < 0.5)


def _random_volume(rng: random.Random, arriving: tuple[int, ...]) -> tuple[int, int, int]:
    """Maps that hold what arrives in a row."""
    height, width = rng.randint(1, 3), rng.randint(1, 3)
    whole = prod(arriving) % (height * width) == 0
    return (prod(arriving) // (height * width), height, width) if whole else (prod(arriving), 1, 1)


def _random_value(rng: random.Random, argument: Argument, arriving: tuple[int, ...]) -> object:
    if argument.fills:
        return arriving[0] if argument.fills == "channels" else arriving[-1]
    low = int(argument.low)
    match argument.kind:
        case "switch":
            return rng.random() < 0.5
        case "choice":
            return rng.choice(argument.choices)
        case "number":
            return round(
                rng.uniform(max(argument.low, 0.1), min(argument.high, 3)), rng.choice((1, 6))
            )
        case "count":
            return rng.randint(low, min(int(argument.high), 8))
        case "volume":
            return _random_volume(rng, arriving)
        case "shape":
            return arriving[-rng.randint(1, 3) :]
        case "sides" if rng.random() < 0.5:
            return tuple(rng.randint(0, 3) for _ in range(4))
        case "sides":
            return rng.randint(0, 3)
        case "padding" if rng.random() < 0.3:
            return rng.choice(argument.choices)
    if rng.random() < 0.3:
        return rng.randint(low, low + 3), rng.randint(low, low + 4)
    return rng.randint(low, low + 4)
