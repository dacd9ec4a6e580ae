"""A network as boxes in boxes: what the browser draws as a graph that folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

ARRIVES = -1  # stands for what arrives at a group, where its boxes have their index
MOST_OPEN = 20  # boxes that are seen before anything is unfolded


@dataclass(frozen=True)
class Line:
    """What one box of a group hands to another.

    Attributes:
        start: index of a box of the group; -1 for what arrives at the group.
        end: index of a box of the group; their number for what leaves the group.
        text: what stands beside it: a shape. What arrives at a group and what leaves it says so
            outside of the group.
        is_round: it goes round others that lead from its start to its end.
        is_wrong: what it brings does not fit.
    """

    start: int
    end: int
    text: str = ""
    is_round: bool = False
    is_wrong: bool = False


@dataclass(frozen=True)
class Box:
    """A layer with what is drawn with it, a sum, or a group of those.

    Attributes:
        key: what folds and unfolds it; no other box of the network has it.
        title: the bold word in it.
        text: what stands behind the title.
        number: of the layers in it, as the table counts: "7", "5–6".
        note: what stands at its right.
        path: what is lit where it is pointed at: the number of a layer, or its own key.
        rows: numbers of the layers that are drawn in it, or the block that it is part of.
        role: its colour: input, output, flat or sum.
        shape: of what leaves it.
        skip: how what arrives goes round its inside: "identity", "convolution", "" for no way.
        times: how many equal ones in a row it holds.
        about: a sentence or two about it.
        is_wrong: what arrives does not fit.
        is_waiting: nothing arrives.
        inside: the boxes of a group, in the order of computation; none for a layer.
        lines: between them.
    """

    key: str
    title: str
    text: str = ""
    number: str = ""
    note: str = ""
    path: str = ""
    rows: tuple[str, ...] = ()
    role: str = "output"
    shape: str = ""
    skip: str = ""
    times: int = 1
    about: str = ""
    is_wrong: bool = False
    is_waiting: bool = False
    inside: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()

    def told(self) -> dict[str, Any]:
        """The box and all in it for the browser, without what is left at its default."""
        told = {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) != field.default
        }
        if self.inside:
            told["inside"] = [box.told() for box in self.inside]
            told["lines"] = [_line(line) for line in self.lines]
        return told


def chain(boxes: Sequence[Box]) -> tuple[Line, ...]:
    """The lines of boxes one behind the other, from what arrives to what leaves."""
    ends = [*boxes[1:], None]
    between = (
        Line(index, index + 1, box.shape, is_wrong=after.is_wrong)
        if after
        else Line(index, index + 1)
        for index, (box, after) in enumerate(zip(boxes, ends, strict=True))
    )
    return (Line(ARRIVES, 0), *between)


def groups_in(box: Box) -> Iterator[Box]:
    """The groups in a box, each before those in it."""
    for one in box.inside:
        if one.inside:
            yield one
            yield from groups_in(one)


def opened_at_first(box: Box, most: int = MOST_OPEN) -> list[str]:
    """The groups that are unfolded at first: the outermost first, while few enough boxes are seen.

    Equal ones in a row stay one.
    """
    opened: list[str] = []
    seen, waiting = len(box.inside), list(box.inside)
    while waiting:
        group = waiting.pop(0)
        if group.inside and group.times == 1 and seen + len(group.inside) <= most:
            opened.append(group.key)
            seen += len(group.inside)
            waiting += group.inside
    return opened


def _line(line: Line) -> list[Any]:
    return [line.start, line.end, line.text, line.is_round, line.is_wrong]
