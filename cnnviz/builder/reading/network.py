"""From what was read to a spec: its name, its layers, and the pictures it is meant for."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cnnviz.builder.names import class_name
from cnnviz.builder.shapes import Shape, outcome, output_shape
from cnnviz.models.specs import (
    MAX_SIDE,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Layer,
    Linear,
    NetworkSpec,
    checked_name,
    walk,
)

# Sizes of pictures that networks are made for, the likeliest first.
LIKELY_SIZES = (32, 28, 224, 64, 96, 128, 227, 256, 299, 48, 16, 384, 512)
IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Reading:
    """A network that was read.

    Attributes:
        spec: the network.
        notes: what was guessed, each in a sentence.
    """

    spec: NetworkSpec
    notes: tuple[str, ...] = ()


def reading_of(
    name: str,
    layers: tuple[Layer, ...],
    hints: Sequence[tuple[int, int, int]] = (),
    is_printed: bool = False,
) -> Reading:
    """The network of a row of layers, for the first hinted input that fits, or a guessed one.

    Args:
        name: the name of the network.
        layers: its layers.
        hints: input shapes that the code mentions.
        is_printed: the layers come from a printout, which shows no Flatten that forward does.

    Raises:
        ValueError: there are too many layers.
    """
    specs = [NetworkSpec(name, shape, layers) for shape in hints or _likely_shapes(layers)]
    if is_printed:
        specs = [replace(spec, layers=_with_flatten(layers, spec.input_shape)) for spec in specs]
    spec = next((spec for spec in specs if output_shape(spec) is not None), specs[0])
    notes: list[str] = []
    if len(spec.layers) > len(layers):
        notes.append("A Flatten was added before the first Linear layer: a printout shows none.")
    if not hints:
        shape = " × ".join(map(str, spec.input_shape))
        notes.append(f"How large the pictures are is not said: {shape} is a guess.")
    return Reading(spec, tuple(notes))


def name_of(class_node: ast.ClassDef | None) -> str:
    """The name of a network: the one in its docstring if it was exported here, else its class's."""
    if class_node is None:
        return "Network"
    words = (ast.get_docstring(class_node) or "").split("\n")[0]
    found = re.match(r"(.{1,40}) for pictures of \d+ × \d+ × \d+:", words)
    name = found[1] if found and class_name(found[1]) == class_node.name else class_node.name
    return usable_name(name)


def usable_name(name: str) -> str:
    """The name, or "Network" where it cannot be one."""
    try:
        return checked_name(name)
    except ValueError:
        return "Network"


def _with_flatten(
    layers: tuple[Layer, ...], input_shape: tuple[int, int, int]
) -> tuple[Layer, ...]:
    """The layers with a Flatten before the first Linear layer that does not fit a volume."""
    arriving: Shape | None = input_shape
    for index, layer in enumerate(layers):
        if arriving is None:
            break
        after = outcome(layer, arriving).output_shape
        if isinstance(layer, Linear) and len(arriving) == 3 and after is None:
            return (*layers[:index], Flatten(), *layers[index:])
        arriving = after
    return layers


def _likely_shapes(layers: tuple[Layer, ...]) -> list[tuple[int, int, int]]:
    leaves = [layer for _, layer in walk(layers)]
    first = next((leaf for leaf in leaves if isinstance(leaf, Conv2d | ConvTranspose2d)), None)
    channels = [min(first.in_channels, MAX_SIDE)] if first else [1, 3]
    linears = [leaf for leaf in leaves if isinstance(leaf, Linear)]
    is_imagenet = bool(linears) and linears[-1].out_features == IMAGENET_CLASSES
    sizes = (224, *LIKELY_SIZES) if is_imagenet else LIKELY_SIZES
    return [(count, size, size) for size in sizes for count in channels]
