"""What every explanation needs: the pass, the writer, and what stands behind a cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from cnnviz.probes.footprints import concat_axis, source_cells, stays
from cnnviz.probes.microscope.stages import Stage, number
from cnnviz.probes.microscope.writing import Writer
from cnnviz.probes.tape import INPUT, Kind, Node, Tape

Cell = tuple[int, ...]
COLOURS = ("red", "green", "blue")


@dataclass(frozen=True, eq=False)
class Scope:
    """One pass that is being explained.

    Attributes:
        played: every result of the pass.
        writer: results as expressions.
        explain: the function that explains a cell of a node, for what stands behind another.
    """

    played: Tape
    writer: Writer
    explain: Callable[[Scope, Node, Cell], list[Stage]]

    def behind(
        self, node: Node, cell: Cell, through: tuple[Kind, ...]
    ) -> tuple[list[Stage], float, str]:
        """The number in a cell that a stage reads: how it came about, its value, its expression.

        Args:
            node: the source.
            cell: of the source.
            through: kinds that are explained too; other numbers are taken as they are.
        """
        node, cell = settled(node, cell)
        if node.kind in through:
            stages = self.explain(self, node, cell)
            return stages, stages[-1].value, stages[-1].expression
        return [], value_at(node, cell), self.writer.cell(node, cell)

    def unexplained(self, node: Node, cell: Cell) -> list[Stage]:
        """The number as torch gives it, for an operation that cannot be written out here."""
        value = value_at(node, cell)
        operation = node.operation
        name = type(operation).__name__ if isinstance(operation, nn.Module) else node.name
        formula = rf"\text{{{name.replace('_', ' ')}}} = {number(value)}"
        expression = self.writer.cell(node, cell)
        return [Stage(node.name, node.kind, value, formula, expression, is_written_out=False)]

    def channel_label(self, node: Node, channel: int) -> str:
        """What a channel is called: by its colour in a picture, otherwise by its number."""
        if node.name == INPUT and node.output.shape[1] == len(COLOURS):
            return COLOURS[channel]
        return f"channel {channel}" if node.output.ndim > 2 else f"input {channel}"


def maps_of(node: Node) -> Tensor:
    """The output for the one picture, in double precision: (channel, row, column)."""
    return node.output[0].double()


def value_at(node: Node, cell: Cell) -> float:
    """The number in a cell."""
    return node.output[(0, *cell)].item()


def settled(node: Node, cell: Cell) -> tuple[Node, Cell]:
    """Where a number was before it was only moved: through flatten, identity, concatenation."""
    while node.kind in (Kind.MOVE, Kind.CONCAT):
        if node.kind is Kind.CONCAT:
            node, cell = _before_concat(node, cell)
            continue
        source = node.sources[0]
        if stays(node):
            node = source
            continue
        at = int(source_cells(node)[(0, *cell)])
        node, cell = source, _unravelled(at, tuple(source.output.shape[1:]))
    return node, cell


def _before_concat(node: Node, cell: Cell) -> tuple[Node, Cell]:
    axis, at = concat_axis(node), cell[concat_axis(node)]
    for source in node.sources:
        size = source.output.shape[axis + 1]
        if at < size:
            return source, (*cell[:axis], at, *cell[axis + 1 :])
        at -= size
    raise ValueError(f"{node.name!r} has no cell {cell}")


def _unravelled(at: int, shape: tuple[int, ...]) -> Cell:
    cell: list[int] = []
    for size in reversed(shape):
        at, place = divmod(at, size)
        cell.append(place)
    return tuple(reversed(cell))
