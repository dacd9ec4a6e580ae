"""Where the maps of a network stand when there is one row for each size.

What keeps the size goes to the right, what changes it goes down or up, and what is read again
later is carried over to the join that reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from cnnviz.builder.names import layer_names, number_of
from cnnviz.builder.shapes import Shape, failure, forward_shapes
from cnnviz.figures.layer_groups import keeps_the_shape, role_of
from cnnviz.models.specs import ARRIVING, INPUT, Join, Layer, NetworkSpec, Path

WayKind = Literal["along", "down", "up", "carried"]


@dataclass
class Station:
    """What leaves one layer, or several in a row.

    Attributes:
        layers: their numbers, as `number_of` gives them; "input" for the input.
        title: what stands above it; "" for what a pooling leaves, which the next layers take.
        shape: what leaves, without the batch.
        role: its colour: "input", "output" or "flat".
        column: how far right it stands.
        lane: which of the rows of its size it is in: paths side by side have one each.
        parts: of a join, the channels of what it reads, and whether each was carried over.
        is_promised: it is there once a mend was made.
        is_wrong: what is joined here does not fit.
        is_closed: what comes next is a station of its own.
    """

    layers: tuple[str, ...]
    title: str
    shape: Shape
    role: str
    column: int
    lane: int = 0
    parts: tuple[tuple[int, bool], ...] = ()
    is_promised: bool = False
    is_wrong: bool = False
    is_closed: bool = False


@dataclass(frozen=True)
class Way:
    """A line from one station to another, by their places in the list."""

    start: int
    end: int
    kind: WayKind


@dataclass
class Plan:
    """The stations of a network and the ways between them."""

    stations: list[Station] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    @property
    def rows(self) -> list[Shape]:
        """The sizes (height, width), the largest first; () is for numbers in a row."""
        sizes = {station.shape[1:] for station in self.stations}
        return sorted(sizes, key=lambda size: (not size, [-side for side in size]))


def plan_of(spec: NetworkSpec, promised: Mapping[Path, Shape] | None = None) -> Plan:
    """The stations of a network up to the first layer that does not fit.

    Args:
        spec: the network.
        promised: shapes that layers would have with a mend, which are drawn as such.
    """
    rows = forward_shapes(spec)
    shapes = {row.path: row.output_shape for row in rows if row.output_shape is not None}
    failed = failure(rows)
    drawer = _Planner(spec, {**(promised or {}), **shapes}, set(shapes))
    drawer.wrong = failed.path[0] if failed else None
    for index, layer in enumerate(spec.layers):
        if not drawer.add(index, layer):
            break
    return drawer.plan


class _Planner:
    """Goes through the layers in their order and puts each where it stands."""

    def __init__(self, spec: NetworkSpec, shapes: Mapping[Path, Shape], known: set[Path]) -> None:
        self.names, self.shapes, self.known = layer_names(spec.layers), shapes, known
        self.plan = Plan([Station(("input",), "Input", spec.input_shape, "input", 0)])
        self.at, self.marks = 0, {INPUT: 0}
        self.is_back = False
        self.is_soft = False  # the station here began with a layer that keeps the shape
        self.wrong: int | None = None

    def add(self, index: int, layer: Layer) -> bool:
        """Put the next layer down; False where its shape is not known."""
        shape = self.shapes.get((index,))
        if shape is None:
            return False
        if isinstance(layer, Join) and layer.is_way_back:
            self.at, self.is_back = self.marks[layer.reads[0]], True
        elif isinstance(layer, Join):
            self._join(index, layer, shape)
        elif self._stays(layer, shape):
            self._extend(index, layer, shape)
        else:
            self._step(index, layer, shape)
        if layer.mark:
            self.marks[layer.mark] = self.at
            self.here.is_closed = True
            self.here.title = layer.mark if self.at else self.here.title
        return True

    @property
    def here(self) -> Station:
        """The station that the path has come to."""
        return self.plan.stations[self.at]

    def _stays(self, layer: Layer, shape: Shape) -> bool:
        """Whether a layer is drawn with the station before it."""
        here = self.here
        if self.is_back or here.is_closed or not self.at or here.shape[1:] != shape[1:]:
            return False
        is_run = bool(here.title) and not here.parts and len(shape) == 3
        return keeps_the_shape(layer) or is_run

    def _extend(self, index: int, layer: Layer, shape: Shape) -> None:
        if self.is_soft and not keeps_the_shape(layer):  # a norm before its convolution
            self.here.title, self.is_soft = self.names[index], False
        self.here.layers += (number_of((index,)),)
        self.here.shape = shape

    def _step(self, index: int, layer: Layer, shape: Shape) -> None:
        """A station of its own: beside the one before it, or below or above where sizes change."""
        before = self.here
        kind = _direction(before.shape, shape)
        is_plain = kind != "along" and not self.is_back
        column = before.column + (kind == "along")
        lane = self._free_lane(shape) if self.is_back else before.lane * (kind == "along")
        title = "" if is_plain and len(shape) == 3 and _shrinks_only(layer) else self.names[index]
        self._put(index, layer, title, shape, self._free(shape, lane, column), lane)
        self.plan.ways.append(Way(self._last_at, self.at, kind))

    def _join(self, index: int, join: Join, shape: Shape) -> None:
        reads = [self.at if name == ARRIVING else self.marks[name] for name in join.reads]
        carried = [name != ARRIVING for name in join.reads]
        channels = [self.plan.stations[read].shape[0] for read in reads]
        columns = [self.plan.stations[read].column for read in reads]
        column = self._free(shape, 0, max(columns) + 1)
        self._put(index, join, self.names[index], shape, column, 0)
        self.here.parts = tuple(zip(channels, carried, strict=True)) if join.how == "cat" else ()
        for read, is_carried in zip(reads, carried, strict=True):
            kind = "carried" if is_carried else _direction(self.plan.stations[read].shape, shape)
            self.plan.ways.append(Way(read, self.at, kind))

    def _put(
        self, index: int, layer: Layer, title: str, shape: Shape, column: int, lane: int
    ) -> None:
        number = number_of((index,))
        station = Station((number,), title, shape, role_of(layer, shape), column, lane)
        station.is_promised = (index,) not in self.known
        station.is_wrong = index == self.wrong
        self._last_at, self.is_back, self.is_soft = self.at, False, keeps_the_shape(layer)
        self.plan.stations.append(station)
        self.at = len(self.plan.stations) - 1

    def _free(self, shape: Shape, lane: int, column: int) -> int:
        """The first column from `column` on where nothing stands in the row and lane."""
        taken = {
            one.column for one in self.plan.stations
            if one.shape[1:] == shape[1:] and one.lane == lane
        }  # fmt: skip
        while column in taken:
            column += 1
        return column

    def _free_lane(self, shape: Shape) -> int:
        lanes = [one.lane for one in self.plan.stations if one.shape[1:] == shape[1:]]
        return max(lanes, default=-1) + 1


def _direction(before: Shape, after: Shape) -> WayKind:
    if len(before) != len(after):
        return "down"
    if before[1:] == after[1:]:
        return "along"
    return "down" if before[1:] > after[1:] else "up"


def _shrinks_only(layer: Layer) -> bool:
    """Whether a layer only makes maps smaller: what it leaves has no name of its own."""
    return "Pool" in layer.kind


def merged(plan: Plan) -> Plan:
    """The plan in which what makes maps larger for a join is drawn as a part of that join."""
    stations, ways = plan.stations, plan.ways
    gone = {
        way.start: way.end for way in ways
        if way.kind == "along" and stations[way.end].parts and _only_for(plan, way.start)
    }  # fmt: skip
    kept = [place for place in range(len(stations)) if place not in gone]
    new = {place: index for index, place in enumerate(kept)}
    lines = [
        replace(way, start=new[way.start], end=new[gone.get(way.end, way.end)])
        for way in ways if way.start not in gone
    ]  # fmt: skip
    for start, end in gone.items():
        stations[end].layers = (*stations[start].layers, *stations[end].layers)
        stations[end].column = stations[start].column
    return Plan([stations[place] for place in kept], lines)


def _only_for(plan: Plan, place: int) -> bool:
    """Whether a station was reached from another size and is read by one join alone."""
    into = [way.kind for way in plan.ways if way.end == place]
    out = [way for way in plan.ways if way.start == place]
    return into == ["up"] and len(out) == 1
