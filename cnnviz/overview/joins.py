"""How columns are joined: along which operations, with which sums and concatenations on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cnnviz.overview.columns import Column
from cnnviz.probes.footprints import concat_axis, regions_read
from cnnviz.probes.tape import INPUT, Kind, Node, Tape

MIXING = (Kind.CONV, Kind.CONV_TRANSPOSE, Kind.LINEAR)
Span = tuple[int, int]  # the first row (or column) that is read, and how many


@dataclass(frozen=True, eq=False)
class Residual:
    """A sum of two paths: F(x) and the shortcut.

    Attributes:
        total: the sum.
        correction: what the longer path gave.
        shortcut: what the shorter one gave.
        is_identity: whether the shortcut gives what it gets.
    """

    total: Node
    correction: Node
    shortcut: Node
    is_identity: bool

    @property
    def ratio(self) -> float:
        """How large the correction is against the shortcut: ‖F(x)‖ ÷ ‖shortcut‖, Frobenius norms.

        Infinite where the shortcut is all zeros.
        """
        below = float(self.shortcut.output.norm())
        return float(self.correction.output.norm()) / below if below else float("inf")


@dataclass(frozen=True, eq=False)
class Join:
    """One way from a column to another.

    Attributes:
        source: the index of the column that is read; −1 for the picture.
        target: the index of the one that reads.
        nodes: the results on the way, from the target's own down to the source's.
        is_same: whether each map reads the map of the same number alone, moved by `offset`.
        offset: what a concatenation behind the maps adds to their numbers: of the source where
            `is_same`, else of what the layer that mixes them gives.
        source_offset: what one before the layer that mixes maps adds to the source's numbers.
        residual: the sum on the way whose shortcut this is.
        is_concatenated: whether a concatenation is on the way.
    """

    source: int
    target: int
    nodes: tuple[Node, ...]
    is_same: bool
    offset: int
    residual: Residual | None
    is_concatenated: bool
    source_offset: int = 0


def joins_of(columns: Sequence[Column], played: Tape) -> tuple[Join, ...]:
    """All ways between columns that lead through no other column, nearest sources first."""
    places = {played[column.name]: index for index, column in enumerate(columns)}
    places[played.nodes[INPUT]] = -1
    found = [
        join for node, index in places.items() if index >= 0 for join in _ways_from(node, places)
    ]
    return tuple(sorted(found, key=lambda join: (join.target, -join.source)))


def _ways_from(target: Node, places: dict[Node, int]) -> Iterator[Join]:
    """Of several ways through the same result that differ in nothing that counts, one is taken."""
    waiting = [Join(places[target], places[target], (target,), True, 0, None, False)]
    known: set[tuple[object, ...]] = set()
    while waiting:
        for further in _steps(waiting.pop()):
            node, sum_of = further.nodes[-1], further.residual and further.residual.total
            what = (node, further.is_same, further.offset, sum_of)
            if what in known:
                continue
            known.add(what)
            if node in places:
                yield replace(further, source=places[node])
            else:
                waiting.append(further)


def _steps(way: Join) -> Iterator[Join]:
    """The way, one result further: once for each that the last one was computed from."""
    node = way.nodes[-1]
    residual = residual_of(node)
    is_cat = node.kind is Kind.CONCAT and concat_axis(node) == 0
    before = 0
    for source in node.sources:
        if source.is_from_picture:
            is_shortcut = residual is not None and source is residual.shortcut
            yield replace(
                way,
                nodes=(*way.nodes, source),
                is_same=way.is_same and not _mixes(node),
                offset=way.offset + before * way.is_same,
                source_offset=way.source_offset + before * (not way.is_same),
                residual=residual if is_shortcut and way.residual is None else way.residual,
                is_concatenated=way.is_concatenated or is_cat,
            )
        before += source.output.shape[1] if is_cat else 0


def _mixes(node: Node) -> bool:
    """Whether a map that a step gives is made of several maps that it reads."""
    if node.kind in MIXING:
        return not is_depthwise(node)
    return node.kind is Kind.MOVE and node.output.ndim != node.sources[0].output.ndim


def is_depthwise(node: Node) -> bool:
    """Whether a convolution gives one map for each that it reads."""
    layer: Any = node.operation
    groups = getattr(layer, "groups", 1)
    return groups > 1 and groups == layer.in_channels == layer.out_channels


def residuals_of(column: Column, played: Tape) -> tuple[Residual, ...]:
    """The residual sums within a column."""
    found = (residual_of(played[layer.name]) for layer in column.layers)
    return tuple(residual for residual in found if residual is not None)


@lru_cache(maxsize=1)  # one step is asked for again and again while its column is looked at
def residual_of(node: Node) -> Residual | None:
    """The sum of a longer and a shorter path; None for anything else."""
    if node.kind is not Kind.SUM or len(node.sources) != 2:
        return None
    first, second = node.sources
    if not (first.is_from_picture and second.is_from_picture):
        return None
    meeting = _ancestors(first) & _ancestors(second)
    depths = [_depth(source, meeting) for source in node.sources]
    long, short = (first, second) if depths[0] >= depths[1] else (second, first)
    return Residual(node, long, short, is_identity=min(depths) == 0)


def _ancestors(node: Node) -> set[Node]:
    """A result and all that it was made from."""
    found: set[Node] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(one.sources)
    return found


def _depth(node: Node, meeting: set[Node]) -> int:
    """How many results that were computed lie on a way down to where paths meet."""
    depth = 0
    while node not in meeting and node.sources:
        depth += node.kind is not Kind.MOVE
        node = node.sources[0]
    return depth


def windows(join: Join) -> tuple[tuple[Span, ...], tuple[Span, ...]] | None:
    """What each row and each column of the target's maps reads of the source's.

    None where one of the two has no maps: then everything is read.
    """
    target, source = join.nodes[0].output, join.nodes[-1].output
    if target.ndim != 4 or source.ndim != 4:
        return None
    rows = tuple(_span(join, 1, row) for row in range(target.shape[2]))
    return rows, tuple(_span(join, 2, column) for column in range(target.shape[3]))


def _span(join: Join, axis: int, place: int) -> Span:
    shape = join.nodes[0].output.shape[1:]
    places = [min(join.offset, shape[0] - 1), shape[1] // 2, shape[2] // 2]
    places[axis] = place
    read = tuple(frozenset((at,)) for at in places)
    for node, source in zip(join.nodes, join.nodes[1:], strict=False):
        read = regions_read(node, read)[node.sources.index(source)]
    part = read[axis]
    return (min(part), max(part) - min(part) + 1) if part else (0, 0)
