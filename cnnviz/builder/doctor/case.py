"""A network that does not fit, as the doctor sees it: the layer and what arrives there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from cnnviz.builder.doctor.join_symptoms import join_symptom
from cnnviz.builder.doctor.symptoms import symptom_of
from cnnviz.builder.doctor.window_symptoms import span_of
from cnnviz.builder.doctor.words import Symptom
from cnnviz.builder.names import layer_names, number_of
from cnnviz.builder.shapes import LayerShape, Shape, failure, forward_shapes, side
from cnnviz.models.specs import (
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Join,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    Path,
    PixelShuffle,
    PixelUnshuffle,
    Residual,
    Unflatten,
)

Leaping = Conv2d | MaxPool2d | AvgPool2d
Scope = Literal["", "here", "everywhere"]


@dataclass(frozen=True)
class Case:
    """A network with its first layer that does not fit.

    Attributes:
        spec: the network.
        row: the layer that does not fit, with what arrives at it.
        way: the layers that the picture passed on its way there, the nearest last.
        symptom: what is wrong, with the numbers that clash.
    """

    spec: NetworkSpec
    row: LayerShape
    way: tuple[LayerShape, ...]
    symptom: Symptom

    @property
    def path(self) -> Path:
        """Where the layer stands."""
        return self.row.path

    @property
    def layer(self) -> Layer:
        """The layer that does not fit."""
        return self.row.layer

    @property
    def arriving(self) -> Shape:
        """The shape that arrives at it, without the batch."""
        return self.row.input_shape

    @property
    def producer(self) -> LayerShape | None:
        """The last layer on the way that decides how many channels or features arrive."""
        deciding = (
            Conv2d, ConvTranspose2d, Linear, Residual, Flatten, Unflatten, PixelShuffle,
            PixelUnshuffle, Join,
        )  # fmt: skip
        return next((row for row in reversed(self.way) if isinstance(row.layer, deciding)), None)

    @property
    def flatten(self) -> LayerShape | None:
        """The Flatten that made the row of numbers arriving here, if nothing changed it since."""
        producer = self.producer
        if producer is None or producer.output_shape != self.arriving:
            return None
        return producer if isinstance(producer.layer, Flatten) else None

    @property
    def maker_of_channels(self) -> LayerShape | None:
        """The last layer on the way that decides how many channels a Flatten laid in a row."""
        deciding = (Conv2d, ConvTranspose2d, Residual)
        return next((row for row in reversed(self.way) if isinstance(row.layer, deciding)), None)

    @property
    def leap(self) -> LayerShape | None:
        """The first layer on the way whose stride leaps over most of its map, if one does."""
        return next((row for row in self.way if _leaps(row.layer)), None)


def _leaps(layer: Layer) -> bool:
    if not isinstance(layer, Leaping) or layer.stride is None:
        return False
    return any(side(layer.stride, axis) > 2 * span_of(layer)[axis] for axis in (0, 1))


@dataclass(frozen=True)
class Idea:
    """Something to try: what a button says, what it means, and the network it would give.

    `make` raises a ValueError where the idea cannot be carried out. An idea that stands alone, such
    as another input, is not tried as the second step after another one. `scope` says where it is
    done: "here", at this join alone, which no further step may finish; "everywhere", at all joins;
    "" where that is no question. One that `is_told` is named where it does not mend anything.
    """

    label: str
    why: str
    make: Callable[[], NetworkSpec]
    stands_alone: bool = False
    scope: Scope = ""
    is_told: bool = False


def case_of(spec: NetworkSpec) -> Case | None:
    """The case that a network is; None where all layers fit."""
    rows = forward_shapes(spec)
    row = failure(rows)
    if row is None:
        return None
    way = tuple(before for before in rows if _leads_to(before.path, row.path))
    if isinstance(row.layer, Join):
        return Case(spec, row, way, join_symptom(row, row.layer))
    return Case(spec, row, way, symptom_of(row.layer, row.input_shape, row.problem or ""))


def called_as_in(case: Case, before: Case) -> Case:
    """A case whose layers have the names that they had before, one layer one name.

    A mend that adds or removes a layer moves the numbers in the names of all that follow.
    """
    names = _names_from(before.spec, case.spec)
    row, *way = (
        replace(one, name=_renamed(one.name, names[one.path[0]])) for one in (case.row, *case.way)
    )
    return replace(case, row=row, way=tuple(way))


def _names_from(before: NetworkSpec, after: NetworkSpec) -> list[str]:
    """Of each layer of `after`, its name in `before`; "the new ReLU" of one that was not there."""
    old, names = before.layers, layer_names(before.layers)
    longer = len(after.layers) - len(old)
    start = next(
        (i for i, pair in enumerate(zip(old, after.layers, strict=False)) if pair[0] != pair[1]),
        min(len(old), len(after.layers)),
    )
    found = []
    for index, layer in enumerate(after.layers):
        place = index if index < start else index - longer
        is_known = start <= place < len(old) or index < start
        is_same = is_known and old[place].kind == layer.kind
        found.append(names[place] if is_same else f"the new {layer.kind}")
    return found


def _renamed(name: str, first: str) -> str:
    """The name of a module with another first part."""
    return ".".join([first, *name.split(".")[1:]])


def has_channels_last(case: Case) -> bool:
    """Whether the input of the first layer has its channels behind height and width."""
    if case.symptom.kind != "channels" or case.arriving != case.spec.input_shape:
        return False
    height, width, channels = case.spec.input_shape
    return channels == case.symptom.expected and min(height, width) > channels


def progress(spec: NetworkSpec) -> tuple[float, ...]:
    """How far a picture gets, to be compared: the path of what does not fit, else infinity.

    The sum of a block comes after all the layers in it.
    """
    row = failure(forward_shapes(spec))
    if row is None:
        return (inf,)
    return (*row.path, inf) if isinstance(row.layer, Residual) else row.path


def title(row: LayerShape) -> str:
    """What a reader calls a layer: "layer 8, fc1"."""
    return f"layer {number_of(row.path)}, {row.name}"


def _leads_to(path: Path, goal: Path) -> bool:
    level = len(path) - 1
    return level < len(goal) and path[:level] == goal[:level] and path[level] < goal[level]
