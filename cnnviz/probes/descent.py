"""One number from the score down to a pixel: in each sum the strongest contribution is followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.heatmaps.scores import class_number
from cnnviz.probes.footprints import regions_read
from cnnviz.probes.microscope.pools import explain_pool
from cnnviz.probes.microscope.scope import Cell, Scope, settled, value_at
from cnnviz.probes.microscope.stages import Stage, Window
from cnnviz.probes.microscope.sums import explain_conv, explain_conv_transpose, explain_linear
from cnnviz.probes.microscope.writing import Writer
from cnnviz.probes.receptive import Box, box_of
from cnnviz.probes.tape import INPUT, Kind, Node, Tape

MOST_WAYS = 5  # that can be gone from one number, the strongest first
MOST_STEPS = 400
THROUGH = (Kind.NORM, Kind.ACTIVATION)  # one number becomes another at the same place


@dataclass(frozen=True)
class Way:
    """One thing that a number was made of.

    Attributes:
        layer: where it was read.
        cell: of that layer, (channel, row, column) or (feature,).
        value: the number there.
        weight: what it was multiplied by; None where numbers are only added, chosen or averaged.
        gives: what it adds, weight · value.
        share: of all that pushes the sum in the same direction, in [0, 1].
    """

    layer: str
    cell: Cell
    value: float
    weight: float | None
    gives: float
    share: float


@dataclass(frozen=True, eq=False)
class Step:
    """A number on the way down.

    Attributes:
        layer: what computed it; "input" for the pixel at the end.
        kind: of the operation.
        cell: (channel, row, column) or (feature,).
        value: the number.
        through: the layers, from above, that made another number of it at its place.
        ways: what it was made of, the strongest first; none at a pixel, or where the operation
            cannot be taken apart.
        num_ways: how many there are altogether.
        taken: which of them is followed.
        box: the pixels that the number can see.
    """

    layer: str
    kind: Kind
    cell: Cell
    value: float
    through: tuple[str, ...]
    ways: tuple[Way, ...]
    num_ways: int
    taken: int
    box: Box

    @property
    def is_pixel(self) -> bool:
        """Whether the way ends here at the picture."""
        return self.layer == INPUT


def score_cell(played: Tape, class_idx: int) -> tuple[str, Cell]:
    """The layer whose output are the scores, and the cell of a class in it.

    Raises:
        ValueError: the network has no such class.
    """
    node = next(
        n
        for n in reversed(played.nodes.values())
        if n.output.shape == played.scores.shape and torch.equal(n.output, played.scores)
    )
    number = class_number(class_idx, node.output.shape[1])
    return node.name, (number, *_strongest_place(node.output[0, number]))


def _strongest_place(scores: Tensor) -> Cell:
    """Row and column of the highest of scores at many places; nothing for a single score."""
    return tuple(int(i) for i in torch.unravel_index(scores.argmax(), scores.shape))


def descent(
    model: nn.Module, played: Tape, layer: str, cell: Cell, chosen: Sequence[int] = ()
) -> tuple[Step, ...]:
    """The numbers from a cell down to a pixel.

    In each weighted sum, mean or sum of paths the contribution of the largest size is followed,
    in a maximum the winner; batch norms and activations are passed at their place. The way ends at
    a pixel, or earlier where an operation cannot be taken apart or nothing was added up.

    Args:
        model: the network of the pass.
        played: its `tape`.
        layer: where the way begins.
        cell: of that layer.
        chosen: at each step, which way is gone, 0 for the strongest; 0 where it says nothing.

    Raises:
        ValueError: no such layer.
    """
    return tuple(_steps(Scope(played, Writer(model, played), _nothing_behind), layer, cell, chosen))


def _nothing_behind(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """Each step is explained by itself."""
    return scope.unexplained(node, cell)


def _steps(scope: Scope, layer: str, cell: Cell, chosen: Sequence[int]) -> Iterator[Step]:
    node = scope.played[layer]
    for number in range(MOST_STEPS):
        node, cell, through = _made(node, cell)
        ways, count = _ways(scope, node, cell)
        taken = chosen[number] if number < len(chosen) else 0
        taken = taken if 0 <= taken < len(ways) else 0
        box = box_of(scope.played, node, cell)
        value = value_at(node, cell)
        yield Step(node.name, node.kind, cell, value, through, ways, count, taken, box)
        if not ways:
            return
        node, cell = scope.played[ways[taken].layer], ways[taken].cell


def _made(node: Node, cell: Cell) -> tuple[Node, Cell, tuple[str, ...]]:
    """Where a number was made of others: below what only moved it or changed it at its place."""
    through: list[str] = []
    while True:
        node, cell = settled(node, cell)
        before = _only_read(node, cell)
        if before is not None:
            node, cell = before
        elif node.kind in THROUGH and node.sources[0].output.shape == node.output.shape:
            through.append(node.name)
            node = node.sources[0]
        else:
            return node, cell, tuple(through)


def _only_read(node: Node, cell: Cell) -> tuple[Node, Cell] | None:
    """Where a number was before an operation that took it over, such as padding with zeros."""
    if node.kind is not Kind.OTHER or len(node.sources) != 1:
        return None
    (region,) = regions_read(node, tuple(frozenset((i,)) for i in cell))
    if any(len(part) != 1 for part in region):
        return None
    at = tuple(next(iter(part)) for part in region)
    return (node.sources[0], at) if value_at(node.sources[0], at) == value_at(node, cell) else None


def _ways(scope: Scope, node: Node, cell: Cell) -> tuple[tuple[Way, ...], int]:
    """What a number was made of, the strongest first, and how many there are."""
    found = _FINDERS.get(node.kind, _no_ways)(scope, node, cell)
    found = [way for way in found if way.gives != 0]
    order = sorted(found, key=lambda way: -abs(way.gives))[:MOST_WAYS]
    sums = {sign: sum(abs(way.gives) for way in found if (way.gives > 0) == sign)
            for sign in (True, False)}  # fmt: skip
    shared = [
        Way(w.layer, w.cell, w.value, w.weight, w.gives, abs(w.gives) / sums[w.gives > 0])
        for w in order
    ]
    return tuple(shared), len(found)


def _no_ways(scope: Scope, node: Node, cell: Cell) -> list[Way]:
    return []


def _weighted(
    explain: Callable[[Scope, Node, Cell], list[Stage]],
) -> Callable[[Scope, Node, Cell], list[Way]]:
    """The largest products of a weighted sum."""

    def find(scope: Scope, node: Node, cell: Cell) -> list[Way]:
        window = explain(scope, node, cell)[-1].window
        if window is None or window.weights is None:
            return []
        return _of_window(scope, window, window.values * window.weights)

    return find


def _of_window(scope: Scope, window: Window, gives: Tensor) -> list[Way]:
    """A way for each place of a window."""
    has_places = scope.played[window.layer].output.ndim > 2
    values = window.values.flatten().tolist()
    weights = [None] * len(values) if window.weights is None else window.weights.flatten().tolist()
    places = [
        (channel, *((_inside(row, window.height), _inside(column, window.width)) * has_places))
        for channel in window.channels
        for row in window.rows
        for column in window.columns
    ]
    parts = zip(places, values, weights, gives.flatten().tolist(), strict=True)
    return [
        Way(window.layer, place, value, weight, add, 0.0) for place, value, weight, add in parts
    ]


def _inside(place: int, size: int) -> int:
    """A row or column of the maps; what was padded with them is looked for at their border."""
    return min(max(place, 0), size - 1)


def _pooled(scope: Scope, node: Node, cell: Cell) -> list[Way]:
    """The winner of a maximum, or the parts of a mean."""
    stage = explain_pool(scope, node, cell)[-1]
    window = stage.window
    if window is None:
        return []
    is_chosen = torch.tensor([term.is_chosen for term in stage.terms]).view(window.values.shape)
    if is_chosen.any():
        return _of_window(scope, window, window.values * is_chosen)
    total = window.values.sum().item()
    return _of_window(scope, window, window.values * (stage.value / total if total else 0.0))


def _added(scope: Scope, node: Node, cell: Cell) -> list[Way]:
    """The paths of a sum, or the factors of a product, at the same place."""
    ways = []
    for source in node.sources:
        shape = source.output.shape[1:]
        if source.is_from_picture and len(shape) == len(cell):
            at = tuple(0 if size == 1 else i for i, size in zip(cell, shape, strict=True))
            value = value_at(source, at)
            ways.append(Way(source.name, at, value, None, value, 0.0))
    return ways


_FINDERS: dict[Kind, Callable[[Scope, Node, Cell], list[Any]]] = {
    Kind.CONV: _weighted(explain_conv),
    Kind.CONV_TRANSPOSE: _weighted(explain_conv_transpose),
    Kind.LINEAR: _weighted(explain_linear),
    Kind.POOL: _pooled,
    Kind.SUM: _added,
    Kind.PRODUCT: _added,
}
