"""How far a unit sees, layer by layer: the recurrence with today's numbers, and the way down.

    size' = size + (span - 1) * jump        jump' = jump * stride        offset' = offset - P * jump

A. Araujo, W. Norris, J. Sim, "Computing Receptive Fields of Convolutional Neural Networks" (2019),
doi:10.23915/distill.00021.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from torch import nn

from cnnviz.arithmetic import span
from cnnviz.probes import ReceptiveField
from cnnviz.summary import INPUT, LayerReach, Row, layer_reach
from cnnviz.summary.extent import Extent

MOST_STAGES = 6
FEWEST_STAGES = 3
MOST_UNITS = 2048  # rows or columns of a map that is looked into

Pair = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """What a layer that reads windows does along one axis."""

    kernel_size: int
    stride: int
    padding: int
    dilation: int

    @property
    def span(self) -> int:
        """Cells from the first to the last that one window reads."""
        return span(self.kernel_size, self.dilation)


@dataclass(frozen=True)
class Step:
    """One layer on the way from the picture to a unit, and what it does to the field.

    Attributes:
        name: of the layer.
        kind: its class.
        windows: its settings along (height, width); None where it reads no regular windows.
        before: what its input's units see, along (height, width).
        after: what its own units see.
    """

    name: str
    kind: str
    windows: tuple[Window, Window] | None
    before: tuple[Extent, Extent]
    after: tuple[Extent, Extent]

    @property
    def is_regular(self) -> bool:
        """Whether the recurrence gives what the network's graph gives, along both axes."""
        if self.windows is None:
            return False
        axes = zip(self.windows, self.before, self.after, strict=True)
        return all(_agrees(*axis) for axis in axes)


def _agrees(window: Window, before: Extent, after: Extent) -> bool:
    is_plain = before.period == after.period == 1 and not (before.is_whole or after.is_whole)
    return is_plain and (after.size, after.jump, after.at(0)[0]) == (
        before.size + (window.span - 1) * before.jump,
        before.jump * window.stride,
        before.at(0)[0] - window.padding * before.jump,
    )


@dataclass(frozen=True)
class Stage:
    """A layer that is worth a card: its name, what it sees, and the shape of its maps."""

    name: str
    field: ReceptiveField
    shape: tuple[int, int, int]


@dataclass(frozen=True)
class Descent:
    """What a unit reads of one map on the way down: cells, and the pixels that they stand for.

    `pixels` is (top, left, bottom, right) between the middles of the outermost cells and half a
    jump beyond.
    """

    name: str
    cells: Pair
    pixels: tuple[float, float, float, float]


Fields = Mapping[str, tuple[tuple[int, ...], ReceptiveField]]


def spatial_layers(fields: Fields) -> list[str]:
    """Names of the layers whose units lie in rows and columns, not too many to be shown."""
    return [name for name, found in fields.items() if name and _has_units(*found)]


def _has_units(shape: tuple[int, ...], field: ReceptiveField) -> bool:
    if field.extents is None or len(shape) != 4 or max(shape[2:]) > MOST_UNITS:
        return False
    return not any(extent.is_whole for extent in field.extents)


def stages(model: nn.Module, fields: Fields) -> list[Stage]:
    """Three to six layers to look into: the network's own parts, opened where they are too few.

    Layers that see what the one before sees (activations, norms) are left out.

    Args:
        model: the network.
        fields: of its layers, from `receptive_fields`.
    """
    names = [name for name, _ in model.named_children()]
    while len(found := _stages(model, names, fields)) < FEWEST_STAGES:
        opened = _opened(model, names, {stage.name for stage in found})
        if opened == names:
            break
        names = opened
    if len(found) <= MOST_STAGES:
        return found
    last = len(found) - 1
    picked = sorted({round(i * last / (MOST_STAGES - 1)) for i in range(MOST_STAGES)})
    return [found[i] for i in picked]


def _stages(model: nn.Module, names: Sequence[str], fields: Fields) -> list[Stage]:
    found: list[Stage] = []
    for name in names:
        stage = stage_of(name, fields)
        if stage is None:
            continue
        is_same = bool(found) and _sees(found[-1]) == _sees(stage)
        if is_same and _is_container(model, name):
            found.pop()
        if not is_same or _is_container(model, name):
            found.append(stage)
    return found


def _sees(stage: Stage) -> object:
    return stage.field.extents, stage.shape[1:]


def _is_container(model: nn.Module, name: str) -> bool:
    return next(model.get_submodule(name).children(), None) is not None


def stage_of(name: str, fields: Fields) -> Stage | None:
    """The layer with its field; None where it has no rows and columns, or is never reached."""
    if not name or name not in fields or not _has_units(*fields[name]):
        return None
    shape, field = fields[name]
    return Stage(name, field, (shape[1], shape[2], shape[3]))


def _opened(model: nn.Module, names: Sequence[str], useful: set[str]) -> list[str]:
    """The names with the first container of use replaced by what is in it."""
    for place, name in enumerate(names):
        inside = [f"{name}.{child}" for child, _ in model.get_submodule(name).named_children()]
        if name in useful and inside:
            return [*names[:place], *inside, *names[place + 1 :]]
    return list(names)


def way_to(model: nn.Module, layer: str, shape: Sequence[int]) -> list[Step]:
    """The layers between the picture and a layer that change what a unit sees, in order.

    Where ways part and meet again (a residual sum), the one that sees the most is followed.
    """
    reach = layer_reach(model, layer, shape)
    rows = {row.name: row for row in reach.rows}
    pixels = _pixels(shape)
    name, steps = reach.rows[-1].name if reach.rows else INPUT, []
    while name != INPUT and rows[name].extents is not None:
        source = _widest_source(name, reach, rows, pixels)
        before, after = _extents(source, rows, pixels), _extents(name, rows, pixels)
        if before != after:
            steps.append(_step(model, rows[name], before, after))
        name = source
    return steps[::-1]


def _pixels(shape: Sequence[int]) -> tuple[Extent, Extent]:
    return Extent.pixels(2, shape[2]), Extent.pixels(3, shape[3])


def _extents(
    name: str, rows: Mapping[str, Row], pixels: tuple[Extent, Extent]
) -> tuple[Extent, Extent]:
    found = None if name == INPUT else rows[name].extents
    return pixels if found is None else (found[0], found[1])


def _widest_source(
    name: str, reach: LayerReach, rows: Mapping[str, Row], pixels: tuple[Extent, Extent]
) -> str:
    sources = [start for start, end in reach.edges if end == name]

    def width(source: str) -> tuple[bool, int]:
        extents = _extents(source, rows, pixels)
        return not any(extent.is_whole for extent in extents), sum(e.size for e in extents)

    return max(sources, key=width)


def _step(
    model: nn.Module, row: Row, before: tuple[Extent, Extent], after: tuple[Extent, Extent]
) -> Step:
    modules = dict(model.named_modules())
    return Step(row.name, row.type, _windows(modules.get(row.name)), before, after)


def _windows(module: Any) -> tuple[Window, Window] | None:
    """The settings of a convolution or a pooling; None for anything else."""
    is_known = isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d | nn.LPPool2d)
    padding = getattr(module, "padding", 0)
    if not is_known or padding == "same":
        return None
    padding = 0 if padding == "valid" else padding
    stride = module.kernel_size if module.stride is None else module.stride
    values = (module.kernel_size, stride, padding, getattr(module, "dilation", 1))
    rows, columns = zip(*(_pair(value) for value in values), strict=True)
    return Window(*rows), Window(*columns)


def _pair(value: Any) -> Pair:
    return (int(value[0]), int(value[1])) if isinstance(value, Sequence) else (value, value)


def without_strides(steps: Sequence[Step]) -> list[Pair]:
    """The field after each step, (height, width), if every stride were 1: kernels alone."""
    sizes, height, width = [], 1, 1
    for step in steps:
        if step.windows is not None:
            height += step.windows[0].span - 1
            width += step.windows[1].span - 1
        sizes.append((height, width))
    return sizes


def descent(steps: Sequence[Step], unit: Pair) -> list[Descent]:
    """The cells that a unit reads of each map on the way down to the pixels.

    Empty where a step reads no regular windows.
    """
    if not steps or not all(step.is_regular for step in steps):
        return []
    first, last = list(unit), list(unit)
    found = [Descent(steps[-1].name, (1, 1), _tile(steps[-1].after, first, last))]
    for step in reversed(steps):
        assert step.windows is not None
        for axis, window in enumerate(step.windows):
            first[axis] = first[axis] * window.stride - window.padding
            last[axis] = last[axis] * window.stride - window.padding + window.span - 1
        cells = (last[0] - first[0] + 1, last[1] - first[1] + 1)
        found.append(Descent(step.name, cells, _tile(step.before, first, last)))
    return found


def _tile(
    extents: tuple[Extent, Extent], first: Sequence[int], last: Sequence[int]
) -> tuple[float, float, float, float]:
    """Where the cells lie in the picture, by their middles, half a jump beyond on each side."""
    sides = []
    for extent, start, end in zip(extents, first, last, strict=True):
        half = Fraction(extent.jump) / 2
        sides.append((float(middle(extent, start) - half), float(middle(extent, end) + half)))
    (top, bottom), (left, right) = sides
    return top, left, bottom, right


def middle(extent: Extent, unit: int) -> Fraction:
    """The middle of what a unit sees along one axis, between pixels' edges."""
    low, high = extent.at(unit)
    return Fraction(low + high + 1, 2)


def nearest_unit(field: ReceptiveField, shape: Pair, place: tuple[float, float]) -> Pair:
    """The unit whose middle lies nearest to a place in the picture (row, column)."""
    assert field.extents is not None
    rows, columns = (
        min(range(size), key=lambda i, e=extent, at=at: abs(float(middle(e, i)) - at))
        for extent, size, at in zip(field.extents, shape, place, strict=True)
    )
    return rows, columns
