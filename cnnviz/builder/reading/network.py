"""From what was read to a spec: its name, its layers, and the pictures it is meant for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.found import Found
from cnnviz.builder.reading.left_to_input import (
    is_left,
    leaves_numbers,
    what_follows,
    with_numbers_of_input,
)
from cnnviz.builder.reading.paths import Fit
from cnnviz.builder.shapes import Shape, outcome, outcome_at, output_shape, read_shapes
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    INPUT,
    MAX_SIDE,
    ChannelPool,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Join,
    Layer,
    Linear,
    NetworkSpec,
    walk,
)

# Sizes of pictures that networks are made for, the likeliest first.
LIKELY_SIZES = (
    32, 28, 224, 64, 96, 128, 227, 256, 299, 48, 16, 384, 512, 84, 100, 112, 150, 160, 50, 192, 200,
    240, 320, 416, 448, 572, 640,
)  # fmt: skip
IMAGENET_CLASSES = 1000
MAX_NOTES = 12


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
    except CodeError:
        raise
    except ValueError as error:
        raise CodeError(f"{error}.", 1) from error


def _reading(found: Found) -> Reading:
    said = found.hints or _told(found)
    layers, notes = found.layers, list(found.notes)
    is_open = leaves_numbers(layers)
    if not found.is_printed and isinstance(_first_reader(layers), Linear):
        layers = (Flatten(), *layers)
        notes.append("A Flatten stands first: the code takes rows of numbers, and no pictures.")
        if not is_left(_first_reader(layers[1:]) or layers[0]):
            said = tuple(sizes for sizes in said if prod(sizes) == _first_features(layers))
    shapes = said or _likely_shapes(layers)
    specs = [NetworkSpec(found.name, shape, layers) for shape in shapes]
    if is_open:
        specs = list(map(with_numbers_of_input, specs))
    if found.is_printed:
        specs = [replace(spec, layers=_with_flatten(layers, spec.input_shape)) for spec in specs]
    spec = next((spec for spec in specs if output_shape(spec) is not None), None)
    if spec is None:
        spec = specs[0] if said else _least_unlikely(specs)
    if len(spec.layers) > len(layers):
        notes.append("A Flatten was added before the first Linear layer: a printout shows none.")
    guessed: list[str] = []
    if is_open:
        guess = "." if said else ", whose size is a guess."
        notes.append(what_follows(spec, layers) + guess)
    if not found.is_row:
        guessed.append("forward")
        notes.append(
            f"The parts of {found.name} are read one after the other: a printout does not show its "
            "forward, nor functions such as F.relu."
        )
    if not said:
        guessed.append("size")
        shape = size_words(spec.input_shape)
        notes.append(f"How large the pictures are is not said: {shape} is a guess.")
    for fit in found.fits:
        _check(fit, spec, len(spec.layers) - len(found.layers))
    spec = replace(spec, layers=_with_numbers_that_clash(spec), guessed=tuple(guessed))
    return Reading(spec, _first(tuple(dict.fromkeys(notes))))


def _check(fit: Fit, spec: NetworkSpec, more: int) -> None:
    """Make sure that what is padded is smaller, and what is cropped larger, than what it fits.

    Args:
        fit: what is made equal to what.
        spec: the network.
        more: layers that were put before what the code has.

    Raises:
        CodeError: it is the other way round, where torch cuts what it pads, or pads what it crops.
    """
    place = fit.index + more
    join = spec.layers[place]
    assert isinstance(join, Join)
    shapes = _read_by(place, spec)
    if not shapes:
        return
    moved, goal = (shapes[which][1:] for which in (fit.moved, fit.goal))
    is_cropped = join.sizes == "crop"
    if all(a >= b if is_cropped else a <= b for a, b in zip(moved, goal, strict=True)):
        return
    sizes = f"{moved[0]} × {moved[1]} and not {goal[0]} × {goal[1]}"
    done, other = ("cropped", "smaller") if is_cropped else ("padded", "larger")
    raise CodeError(
        f"the map that is {done} here is {other} than the one it has to fit, {sizes}: are they "
        "given the other way round?",
        fit.line,
    )


def _read_by(place: int, spec: NetworkSpec) -> tuple[Shape, ...]:
    """The shapes that a join reads; none where a layer before it does not fit."""
    arriving: Shape | None = spec.input_shape
    marks = {INPUT: spec.input_shape}
    for layer in spec.layers[:place]:
        arriving = outcome_at(layer, arriving, marks).output_shape
        if arriving is None:
            return ()
        marks[layer.mark] = arriving
    return read_shapes(spec.layers[place], arriving, marks)


def _first(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The notes, or the first of very many, and how many more there are."""
    if len(notes) <= MAX_NOTES:
        return notes
    return *notes[: MAX_NOTES - 1], f"And {len(notes) - MAX_NOTES + 1} more of such sentences."


def _told(found: Found) -> tuple[tuple[int, int, int], ...]:
    """The shape that a comment or a data set names, if its channels are those of the network."""
    first = _first_reader(found.layers)
    if isinstance(first, Conv2d | ConvTranspose2d):
        channels = first.in_channels
        is_any = is_left(first)
        fitting = [
            sizes for sizes in found.told if (is_any or sizes[0] == channels) and sizes[1] > 1
        ]
        return tuple(fitting[:3])
    return found.told[:1] if isinstance(first, Linear) else ()


def _first_reader(layers: tuple[Layer, ...]) -> Layer | None:
    """The first layer that is made for what arrives; a Flatten before it is none to look behind."""
    for _, layer in walk(layers):
        if isinstance(layer, Flatten):
            return None
        if isinstance(layer, Conv2d | ConvTranspose2d | Linear):
            return layer
    return None


def _first_features(layers: tuple[Layer, ...]) -> int:
    return next((layer.in_features for _, layer in walk(layers) if isinstance(layer, Linear)), 0)


def _least_unlikely(specs: list[NetworkSpec]) -> NetworkSpec:
    """Of sizes that all do not fit: grey pictures are most likely those of MNIST."""
    grey = [spec for spec in specs if spec.input_shape == (1, 28, 28)]
    return grey[0] if grey and specs[0].input_shape[0] == 1 else specs[0]


def _with_numbers_that_clash(spec: NetworkSpec) -> tuple[Layer, ...]:
    """The layers with plain Flattens where as many numbers arrive as the code asks for."""
    layers: list[Layer] = []
    arriving: Shape | None = spec.input_shape
    marks = {INPUT: spec.input_shape}
    for layer in spec.layers:
        is_right = isinstance(layer, Flatten) and arriving and prod(arriving) == layer.numbers
        layers.append(replace(layer, numbers=0) if is_right else layer)
        arriving = arriving and outcome_at(layer, arriving, marks).output_shape
        if arriving is not None:
            marks[layer.mark] = arriving
    return tuple(layers)


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
    readers = (leaf for leaf in leaves if isinstance(leaf, Conv2d | ConvTranspose2d | Linear))
    first = next(readers, None)
    if isinstance(first, Linear):
        first = None  # convolutions behind it read what it makes
    channels = [1, 3]
    if first is not None:
        channels = [3] if is_left(first) else [min(first.in_channels, MAX_SIDE)]
        before = leaves[: leaves.index(first)]
        if any(isinstance(leaf, ChannelPool) for leaf in before):  # grey is made of colours there
            channels = [3]
    linears = [leaf for leaf in leaves if isinstance(leaf, Linear)]
    is_imagenet = bool(linears) and linears[-1].out_features == IMAGENET_CLASSES
    sizes = (224, *LIKELY_SIZES) if is_imagenet else LIKELY_SIZES
    shapes = [(count, size, size) for size in sizes for count in channels]
    if first is None and linears and linears[0].in_features <= MAX_SIDE:
        shapes.append((1, 1, linears[0].in_features))
    if isinstance(first, ConvTranspose2d):
        shapes.insert(0, (channels[0], 1, 1))
    return shapes
