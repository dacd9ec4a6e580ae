"""From what was read to a spec: its name, its layers, and the pictures it is meant for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.found import Found
from cnnviz.builder.shapes import Shape, outcome, output_shape
from cnnviz.models.specs import (
    MAX_SIDE,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Layer,
    Linear,
    NetworkSpec,
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


def reading_of(found: Found) -> Reading:
    """The network of what a text holds, for the first hinted input that fits, or a guessed one.

    Raises:
        CodeError: there are too many layers.
    """
    try:
        return _reading(found)
    except ValueError as error:
        raise CodeError(f"{error}.", 1) from error


def _reading(found: Found) -> Reading:
    layers = found.layers
    shapes = found.hints or _likely_shapes(layers)
    specs = [NetworkSpec(found.name, shape, layers) for shape in shapes]
    if found.is_printed:
        specs = [replace(spec, layers=_with_flatten(layers, spec.input_shape)) for spec in specs]
    spec = next((spec for spec in specs if output_shape(spec) is not None), specs[0])
    notes = list(found.notes)
    if len(spec.layers) > len(layers):
        notes.append("A Flatten was added before the first Linear layer: a printout shows none.")
    if not found.hints:
        shape = " × ".join(map(str, spec.input_shape))
        notes.append(f"How large the pictures are is not said: {shape} is a guess.")
    return Reading(spec, tuple(notes))


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
