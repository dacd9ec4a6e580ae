"""Where a map lost rows on its way to a join: told with the numbers of the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz import arithmetic
from cnnviz.builder.doctor.case import Case
from cnnviz.builder.shapes import LayerShape, side
from cnnviz.models.specs import AvgPool2d, Conv2d, ConvTranspose2d, Join, MaxPool2d, Upsample

WINDOWS = (MaxPool2d, AvgPool2d, Conv2d)
AXES = ("row", "column")


@dataclass(frozen=True)
class Loss:
    """How many rows, or columns, a map has at one place of the way, and which of them go unread.

    Attributes:
        text: what the place does, with its numbers.
        count: rows that leave it.
        unread: how many of the last ones the next layer that shrinks never reads.
        missing: how many the map lacks against the one that it is joined with.
    """

    text: str
    count: int
    unread: int = 0
    missing: int = 0


def losses_of(case: Case) -> tuple[Loss, ...]:
    """The way of the rows from the place that is joined to the join; () where none goes unread.

    Columns where the heights are equal.
    """
    join = case.layer
    if not isinstance(join, Join) or case.symptom.kind != "join_sizes" or "" not in join.reads:
        return ()
    place = next((name for name in join.reads if name), "")
    start = next((i for i, row in enumerate(case.way) if row.layer.mark == place), None)
    shapes = dict(zip(join.reads, case.row.read_shapes, strict=True))
    if start is None or {len(shape) for shape in shapes.values()} != {3}:
        return ()
    axis = 0 if shapes[place][1] != shapes[""][1] else 1
    carried, arrived = (shapes[name][axis + 1] for name in (place, ""))
    shrinking = [(row, _unread(row, axis)) for row in case.way[start + 1 :]]
    losing = [(row, unread) for row, unread in shrinking if unread]
    if not losing or arrived >= carried:
        return ()
    return tuple(_told(case, place, losing, (carried, arrived), axis))


def _told(
    case: Case, place: str, losing: list[tuple[LayerShape, int]], sizes: tuple[int, int], axis: int
) -> list[Loss]:
    carried, arrived = sizes
    rows = f"{AXES[axis]}s"
    told, before = list[Loss](), f"{place} has {carried} {rows}"
    for row, unread in losing:
        told.append(Loss(before, row.input_shape[axis + 1], unread))
        before = _reads(row, axis)
    made = (row.output_shape or (0, 0, 0) for row, _ in losing[-1:])
    told.append(Loss(before, next(made)[axis + 1]))
    last = next(
        (row for row in case.way[::-1] if isinstance(row.layer, ConvTranspose2d | Upsample)), None
    )
    name = last.name if last else "what arrives"
    told.append(Loss(f"{name} makes {arrived}", arrived, missing=carried - arrived))
    return told


def _reads(row: LayerShape, axis: int) -> str:
    """What a layer that shrinks makes of its rows."""
    made = (row.output_shape or (0, 0, 0))[axis + 1]
    kernel, stride = (side(value, axis) for value in _window(row))
    pairs = "pairs" if (kernel, stride) == (2, 2) else f"{kernel} at a time, {stride} further each"
    return f"{row.name} reads {pairs}: {made}"


def _window(row: LayerShape) -> tuple[int | tuple[int, int], int | tuple[int, int]]:
    layer = row.layer
    if not isinstance(layer, WINDOWS):
        return 1, 1
    return layer.kernel_size, layer.kernel_size if layer.stride is None else layer.stride


def _unread(row: LayerShape, axis: int) -> int:
    """How many of the last rows that arrive at a layer no window of it reads."""
    layer = row.layer
    if not isinstance(layer, WINDOWS) or row.output_shape is None or isinstance(layer.padding, str):
        return 0
    if not isinstance(layer, Conv2d) and layer.ceil_mode:
        return 0
    dilation = 1 if isinstance(layer, AvgPool2d) else side(layer.dilation, axis)
    kernel, stride = (side(value, axis) for value in _window(row))
    padding = side(layer.padding, axis)
    padded = row.input_shape[axis + 1] + 2 * padding
    return max(0, arithmetic.unread_at_end(padded, kernel, stride, dilation) - padding)
