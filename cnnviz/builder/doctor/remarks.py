"""What fits and is seldom meant: a gentle list, each with the layer it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cnnviz.arithmetic import rf_step
from cnnviz.builder.doctor.case import title
from cnnviz.builder.doctor.window_symptoms import Pool, span_of
from cnnviz.builder.doctor.words import many, size_text
from cnnviz.builder.shapes import LayerShape, Shape, failure, forward_shapes, side
from cnnviz.counting import size_words
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Dropout2d,
    Flatten,
    Identity,
    Linear,
    NetworkSpec,
    Path,
    Size,
    Upsample,
)

# A row of these is one linear map where it is used (the norms by the means of training).
STRAIGHT = (Linear, Flatten, Identity, Dropout, Dropout2d, BatchNorm1d, BatchNorm2d)
Windowed = Conv2d | Pool


@dataclass(frozen=True)
class Remark:
    """Something that fits and may not be meant.

    Attributes:
        path: the layer it is about.
        title: what a reader calls it: "layer 8, fc1".
        sentence: what happens there, and what is usual instead.
    """

    path: Path
    title: str
    sentence: str


def remarks(spec: NetworkSpec) -> tuple[Remark, ...]:
    """What is worth a second look in a network that fits; nothing for one that does not."""
    rows = forward_shapes(spec)
    if failure(rows) is not None:
        return ()
    found = [*_linear_on_volumes(rows), *_linear_after_linear(rows), *_skipping(rows),
             *_enlarging(rows), *_short_sighted(spec, rows)]  # fmt: skip
    return tuple(
        Remark(row.path, title(row), sentence)
        for row, sentence in sorted(found, key=lambda pair: pair[0].path)
    )


Found = Iterator[tuple[LayerShape, str]]


def _linear_on_volumes(rows: Sequence[LayerShape]) -> Found:
    for row in rows:
        if isinstance(row.layer, Linear) and len(row.input_shape) == 3:
            yield row, _said_of_volume(*row.input_shape)


def _said_of_volume(channels: int, height: int, width: int) -> str:
    return (
        f"it gets a volume of {size_words((channels, height, width))} and mixes the {width} "
        f"numbers of each row alone: {many(channels * height, 'row')}, all with the same weights. "
        f"Flatten before it gives it all {channels * height * width:,} numbers at once."
    )


def _linear_after_linear(rows: Sequence[LayerShape]) -> Found:
    by_parent = sorted(rows, key=lambda row: row.path[:-1])  # stable: order within one row stays
    for _, siblings in groupby(by_parent, key=lambda row: row.path[:-1]):
        before: LayerShape | None = None
        for row in siblings:
            if isinstance(row.layer, Linear):
                if before is not None:
                    yield row, _said_of_two(before, row.layer)
                before = row
            elif not isinstance(row.layer, STRAIGHT):
                before = None


def _said_of_two(before: LayerShape, layer: Linear) -> str:
    return (
        f"nothing bends the numbers between {before.name} and it: the two do no more than one "
        f"Linear({before.input_shape[-1]}, {layer.out_features}) can. An activation between them "
        "is usual."
    )


def _skipping(rows: Sequence[LayerShape]) -> Found:
    for row in rows:
        layer, shape = row.layer, row.output_shape
        if isinstance(layer, Windowed) and shape is not None:
            stride, reach = _stride(layer), span_of(layer)
            skipped = [a for a in (0, 1) if side(stride, a) > reach[a] and shape[1 + a] > 1]
            if skipped:
                yield row, _said_of_stride(stride, reach, skipped[0])


def _said_of_stride(stride: Size, reach: tuple[int, int], axis: int) -> str:
    step, name = side(stride, axis), ("rows", "columns")[axis]
    return (
        f"its stride of {size_text(stride)} is larger than the {size_text(reach)} that it reads: "
        f"of {step} {name} it never sees {step - reach[axis]}."
    )


def _stride(layer: Windowed) -> Size:
    return layer.kernel_size if layer.stride is None else layer.stride


def _enlarging(rows: Sequence[LayerShape]) -> Found:
    for row in rows:
        if isinstance(row.layer, AdaptiveAvgPool2d) and row.output_shape is not None:
            here, there = row.input_shape[1:], row.output_shape[1:]
            if there[0] > here[0] or there[1] > here[1]:
                yield row, _said_of_larger(here, there)


def _said_of_larger(here: Shape, there: Shape) -> str:
    return (
        f"it makes {size_words(there)} of {size_words(here)}: the same numbers, spread over more "
        "cells. The layers behind it get no more to see."
    )


def _short_sighted(spec: NetworkSpec, rows: Sequence[LayerShape]) -> Found:
    """A mean over all places of maps whose cells see a part of the picture only."""
    fields, jumps = [1, 1], [1, 1]
    for row in rows:
        layer = row.layer
        if layer.places or isinstance(layer, ConvTranspose2d | Upsample):
            return  # what a cell sees is no matter of one row of layers
        if isinstance(layer, Linear | Flatten):
            return
        if isinstance(layer, AdaptiveAvgPool2d):
            if row.output_shape is not None and row.output_shape[1:] == (1, 1):
                yield from _narrow(spec, row, (fields[0], fields[1]))
            return
        if isinstance(layer, Windowed):
            for axis in (0, 1):
                kernel, step = span_of(layer)[axis], side(_stride(layer), axis)
                fields[axis], jumps[axis] = rf_step(fields[axis], jumps[axis], kernel, step)


def _narrow(spec: NetworkSpec, row: LayerShape, field: tuple[int, int]) -> Found:
    picture = spec.input_shape[1:]
    is_mean_of_many = row.input_shape[1:] != (1, 1)
    if is_mean_of_many and (field[0] < picture[0] or field[1] < picture[1]):
        yield (
            row,
            (
                f"it takes the mean of cells that each see {size_words(field)} of a picture of "
                f"{size_words(picture)}: no cell knows how its part lies to the rest. More layers, "
                "a stride or dilation let them see farther."
            ),
        )
