"""What of an overview follows from the network and the size of the picture alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cnnviz.activations import Layer
from cnnviz.overview.columns import Column, columns_of
from cnnviz.overview.joins import Join, Span, joins_of, windows
from cnnviz.overview.without import last_of_each
from cnnviz.probes.tape import INPUT, Tape

Spans = tuple[tuple[Span, ...], tuple[Span, ...]]  # by row, by column


@dataclass(frozen=True)
class Link:
    """One way from a column to another, without its numbers.

    Attributes:
        source, target, is_same, offset: as those of a `Join`.
        arc: whether it is the shortcut of a sum, or leads into a concatenation.
        is_identity: whether such a shortcut gives what it gets.
        reads: which rows and columns of the source's maps each row and column of the target's
            reads; None where it reads everything.
    """

    source: int
    target: int
    is_same: bool
    offset: int
    arc: Literal["", "sum", "concatenation"]
    is_identity: bool
    reads: Spans | None


@dataclass(frozen=True)
class Structure:
    """Columns, how they are joined, and what their cells see.

    Attributes:
        columns: from left to right.
        links: the ways between them, in the order of `joins_of`.
        sees: for each column, the rows and columns of pixels that those of its maps see.
        last: for each column, where the same map is found last on its way (`last_of_each`).
    """

    columns: tuple[Column, ...]
    links: tuple[Link, ...]
    sees: tuple[Spans, ...]
    last: tuple[int, ...]


def structure_of(known: Sequence[Layer], played: Tape, columns: Sequence[Column] = ()) -> Structure:
    """The structure of a network, or of some of its columns.

    Args:
        known: from `cnnviz.activations.layers`.
        played: a pass of the network; only shapes and operations of it count.
        columns: those to show; by default all, folded until they fit.
    """
    columns = tuple(columns or columns_of(known, played))
    joins = joins_of(columns, played)
    links = tuple(_link(join) for join in joins)
    last = tuple(last_of_each(columns, joins, played))
    return Structure(columns, links, _sees(columns, links, played), last)


def _link(join: Join) -> Link:
    residual = join.residual
    arc = "sum" if residual else "concatenation" if join.is_concatenated else ""
    is_identity = residual is not None and residual.is_identity
    return Link(
        join.source, join.target, join.is_same, join.offset, arc, is_identity, windows(join)
    )


def _sees(columns: Sequence[Column], links: Sequence[Link], played: Tape) -> tuple[Spans, ...]:
    """Receptive fields, column by column: each cell sees what the cells that it reads see."""
    picture = played.nodes[INPUT].output
    found: dict[int, Spans] = {-1: _each(picture.shape[-2], picture.shape[-1])}
    for index, column in enumerate(columns):
        height, width = (*column.layer.shape, 1, 1)[1:3]
        ways = [link for link in links if link.target == index and link.source in found]
        found[index] = (
            tuple(
                _together(_through(link, 0, row, found) for link in ways) for row in range(height)
            ),
            tuple(_together(_through(link, 1, at, found) for link in ways) for at in range(width)),
        )
    return tuple(found[index] for index in range(len(columns)))


def _each(height: int, width: int) -> Spans:
    return tuple((row, 1) for row in range(height)), tuple((at, 1) for at in range(width))


def _axis(ways: list[Link], axis: int, count: int, found: dict[int, Spans]) -> tuple[Span, ...]:
    """What each row (or column) of the target sees, through any of its links."""
    return tuple(
        _together(_through(link, axis, place, found) for link in ways) for place in range(count)
    )


def _through(link: Link, axis: int, place: int, found: dict[int, Spans]) -> Span:
    """What a row (or column) of the target sees through one link."""
    behind = found[link.source][axis]
    if link.reads is None:
        return _together(behind)
    first, count = link.reads[axis][place]
    return _together(behind[first : first + count])


def _together(spans: Iterable[Span]) -> Span:
    """The span from the first to the last of some; (0, 0) where all are empty."""
    real = [span for span in spans if span[1]]
    if not real:
        return 0, 0
    first = min(start for start, _ in real)
    return first, max(start + count for start, count in real) - first
