"""Paths that join in pasted code: `torch.cat`, sums of any two tensors, sizes of another tensor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cnnviz.builder.reading.elsewhere.exported import Aligned
from cnnviz.builder.reading.tensors.whole import why_not_whole
from cnnviz.builder.reading.values import BATCH, Extent, Flow, Missing, Symbol
from cnnviz.models.spec_layers import checked_mark
from cnnviz.models.specs import INPUT, Enlarging, Join, Layer


class InnerPlaceError(ValueError):
    """What a residual block holds is read outside of it: its sum has to be read as a join."""


def joined(given: Sequence[Flow], how: str) -> Flow:
    """The flow behind a join of several.

    Raises:
        ValueError: one is a row of numbers and another a volume, or one was padded to the size of
            a tensor that is not among them.
    """
    if len({flow.is_turned for flow in given}) > 1:
        raise ValueError("one map has its channels last here, and another first")
    flows = _weighing(given) if how == "product" else list(given)
    if how != "product" and len({flow.rank for flow in flows}) > 1:
        raise ValueError("rows of numbers and maps cannot be joined")
    keys = {flow.key for flow in flows}
    equal = [flow for flow in flows if flow.made_equal_to is not None]
    goals = [flow.made_equal_to for flow in equal if flow.made_equal_to is not None]
    if reason := next(filter(None, map(why_not_whole, _without_goals(flows))), ""):
        raise ValueError(reason.removesuffix("."))
    if any(not _is_there(to, flows) for to in goals):
        raise ValueError("what is padded or cropped here is joined with another map than it fits")
    if len({flow.made_equal_by for flow in equal}) > 1:
        raise ValueError("one map is padded and another cropped: a join does one of both")
    if len(flows) == 1 and keys:
        return flows[0]
    sizes = equal[0].made_equal_by if equal else "equal"
    if isinstance(given, Aligned):  # then nothing else makes them equal
        sizes = given.sizes
    join = Join(("",) * len(flows), how, sizes)
    plain = tuple(
        replace(flow, made_equal_to=None, open_sum=None, is_turned=False) for flow in flows
    )
    length = max(flow.length for flow in flows) + 1
    rank = max(flow.rank for flow in plain)
    fitted = tuple((flows.index(flow), _place_of(flow.made_equal_to, flows)) for flow in equal)
    after = Flow(plain[0], join, length=length, rank=rank, others=plain, fitted=fitted)
    return replace(after, is_turned=True) if flows[0].is_turned else after


def _weighing(flows: Sequence[Flow]) -> list[Flow]:
    """The factors of a product: numbers laid out as one per map weigh maps as they are.

    Raises:
        ValueError: a row of numbers and maps are multiplied, or one was stretched to other maps.
    """
    is_half = any(flow.weighs and flow.rank != 4 for flow in flows)
    if (
        is_half
        or len({flow.rank for flow in flows if not flow.weighs}) > 1
        or any(
            flow.fills is not None and not any(other.is_like(flow.fills) for other in flows)
            for flow in flows
        )
    ):
        raise ValueError("rows of numbers and maps cannot be multiplied as they are")
    is_map = any(flow.rank == 4 and not flow.weighs for flow in flows)
    if not is_map and any(flow.weighs for flow in flows):
        raise ValueError("numbers laid out as one per map are read where they multiply maps")
    return [replace(flow, weighs=False, fills=None) for flow in flows]


def _without_goals(flows: list[Flow]) -> list[Flow]:
    return [replace(flow, made_equal_to=None) for flow in flows]


def _is_there(flow: Flow, flows: list[Flow]) -> bool:
    return any(other.is_like(flow) for other in flows if other.made_equal_to is None)


def _place_of(goal: Flow | None, flows: list[Flow]) -> int:
    return next(
        place
        for place, other in enumerate(flows)
        if goal is not None and other.made_equal_to is None and other.is_like(goal)
    )


@dataclass(frozen=True)
class Fit:
    """One map of a join was padded or cropped to the height and width of another.

    Attributes:
        index: of the join among the layers.
        moved: which of the maps it reads.
        goal: which of them it fits.
        line: of the code.
    """

    index: int
    moved: int
    goal: int
    line: int


def fits_of(flow: Flow, layers: Sequence[Layer], lines: Mapping[object, int]) -> tuple[Fit, ...]:
    """What was made equal before the joins up to a flow.

    Args:
        flow: the end.
        layers: up to there, as `layers_of` gives them.
        lines: where flows are made, by their key.
    """
    joins = [each for each in flow.all_before() if isinstance(each.layer, Join)]
    places = [
        place
        for place, layer in enumerate(layers)
        if isinstance(layer, Join) and not layer.is_way_back
    ]
    return tuple(
        Fit(place, moved, goal, lines.get(each.key, 1))
        for place, each in zip(places, joins, strict=True)
        for moved, goal in each.fitted
    )


def as_large_as(flow: Flow, layer: Layer, sizes: Any) -> Flow | None:
    """The flow behind a layer that makes the height and width of another; None if it is not that.

    Args:
        flow: what goes in.
        layer: a transposed convolution, or an Upsample.
        sizes: what is given as size: the shape of a tensor, or its height and width.
    """
    other = flow_of_size(sizes)
    if other is None or not isinstance(layer, Enlarging):
        return None
    return replace(flow.through(replace(layer, like=INPUT)), others=(other,))


def is_made_as_large_as(after: Any, flow: Flow, other: Flow) -> bool:
    """Whether `after` is a flow padded, cropped or resized to the height and width of another."""
    if not isinstance(after, Flow):
        return False
    if after.key is flow.key:
        return after.made_equal_to is not None and other.is_like(after.made_equal_to)
    is_resized = isinstance(after.layer, Enlarging) and after.before is flow
    return is_resized and bool(after.others) and other.is_like(after.others[0])


def flow_of_size(sizes: Any) -> Flow | None:
    """The tensor whose shape, or height and width, these sizes are."""
    match tuple(sizes) if isinstance(sizes, tuple | list) else ():
        case (Extent(axis=2) as rows, Extent(axis=3) as columns) if rows.flow is columns.flow:
            return rows.flow
        case (batch, Extent(axis=1), Extent(axis=2) as rows, Extent(axis=3) as columns) if (
            batch is BATCH and rows.flow is columns.flow
        ):
            return rows.flow
    return None


def missing(sign: str, left: Any, right: Any) -> Symbol | None:
    """What is missing to another size, where that is what an operator computes.

    Args:
        sign: "+", "-", "/" or "//".
        left: before it.
        right: behind it.
    """
    match sign, left, right:
        case "+", Missing(part="half"), Extent() if left.small is right.flow:
            return replace(left, part="end") if left.axis == right.axis else None
        case "+", Extent(), Missing(part="half"):
            return missing("+", right, left)
        case "/", Missing(part="all"), 2:
            return replace(left, part="quotient")
        case "-", Extent(), Extent() if left.axis == right.axis in (2, 3):
            return Missing(left.flow, right.flow, left.axis)
        case "//", Missing(part="all"), 2:
            return replace(left, part="half")
        case "-", Missing(part="all"), Missing(part="half") if left == replace(right, part="all"):
            return replace(left, part="rest")
    return None


def padded(flow: Flow, sizes: Any) -> Flow | None:
    """The flow with zeros up to the size of another, half of them on each side; None if not that.

    As in `F.pad(x, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])`.
    """
    given = list(sizes) if isinstance(sizes, tuple | list) else []
    if (cut := _cut_all_around(flow, given)) is not None:
        return cut
    parts = [(part.axis, part.part) for part in given if isinstance(part, Missing)]
    if parts != [(3, "half"), (3, "rest"), (2, "half"), (2, "rest")] or len(given) != 4:
        return None
    larges = {id(part.large) for part in given}
    if len(larges) > 1 or not all(flow.is_like(part.small) for part in given):
        return None
    return replace(flow, made_equal_to=given[0].large)


def _cut_all_around(flow: Flow, given: list[Any]) -> Flow | None:
    """The middle of a flow, as `F.pad(x, (-c, -c, -c, -c))` has it; None if it is not that.

    Where an odd number of rows is too many, torch leaves one of them, and refuses the join.
    """
    parts = [part for part in given if isinstance(part, Missing) and part.part == "less"]
    if len(given) != 4 or len(parts) != 4:
        return None
    is_of_both = all(part.small is parts[0].small and flow.is_like(part.large) for part in parts)
    return cropped_to(flow, parts[0].small) if is_of_both else None


def cropped(flow: Flow, rows: tuple[Any, Any], columns: tuple[Any, Any]) -> Flow | None:
    """The middle of a flow, as large as another; None if it is not that.

    As in `x[:, :, top : top + h, left : left + w]` with `top = (x.size(2) - h) // 2`.

    Args:
        flow: what is cropped.
        rows: where the part begins and ends.
        columns: the same of its columns.
    """
    parts = (*rows, *columns)
    if not all(isinstance(part, Missing) and flow.is_like(part.large) for part in parts):
        return None
    if [(part.axis, part.part) for part in parts] != [
        (2, "half"), (2, "end"), (3, "half"), (3, "end"),
    ]:  # fmt: skip
        return None
    return (
        cropped_to(flow, parts[0].small) if len({id(part.small) for part in parts}) == 1 else None
    )


def cropped_to(flow: Flow, other: Flow) -> Flow:
    """The middle of a flow, as large as another flow, with which it is joined next."""
    return replace(flow, made_equal_to=other, made_equal_by="crop")


def layers_of(flow: Flow, names: Mapping[object, str]) -> tuple[Layer, ...]:
    """The layers that a picture goes through up to a flow, with joins where paths meet.

    Args:
        flow: the end.
        names: what the code calls flows, by their key: places are named so.

    Raises:
        InnerPlaceError: what is inside a block is read outside of it.
    """
    flows = flow.all_before()
    start, *rest = flows
    inside = frozenset().union(*(each.inner for each in rest))
    if any(each.key in inside for each in rest):
        raise InnerPlaceError("a place inside a residual block is read outside of it")
    marks = _Marks(start.key, names)
    read = [_read(each, before, marks) for before, each in zip(flows, rest, strict=False)]
    layers: list[Layer] = []
    for each, (back, layer) in zip(rest, read, strict=True):
        layers += [*back, replace(layer, mark=marks.given.get(each.key, ""))]
    return tuple(layers)


def _read(flow: Flow, before: Flow, marks: _Marks) -> tuple[list[Layer], Layer]:
    """The layer of a flow with the names of what it reads, behind a way back where it needs one."""
    layer, others = flow.layer, [other.key for other in flow.others]
    assert layer is not None
    assert flow.before is not None
    if isinstance(layer, Join):
        reads = tuple("" if key is before.key else marks.of(key) for key in others)
        return [], replace(layer, reads=reads)
    if isinstance(layer, Enlarging) and others:
        layer = replace(layer, like=marks.of(others[0]))
    is_next = flow.before.key is before.key
    return [] if is_next else [Join((marks.of(flow.before.key),))], layer


class _Marks:
    """The names of places, given when they are first read."""

    def __init__(self, start: object, names: Mapping[object, str]) -> None:
        self.start, self.names = start, names
        self.given: dict[object, str] = {}

    def of(self, key: object) -> str:
        """The name of a place."""
        if key is self.start:
            return INPUT
        if key not in self.given:
            self.given[key] = self._new(self.names.get(key, ""))
        return self.given[key]

    def _new(self, wanted: str) -> str:
        taken = set(self.given.values())
        try:
            name = checked_mark(wanted)
        except ValueError:
            name = ""
        if name and name not in taken:
            return name
        return next(new for n in range(1, 999) if (new := f"place{n}") not in taken)
