"""One cell of any layer, written out."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from cnnviz.activations import LayerChoice, layer_name, one_picture
from cnnviz.probes.microscope.pointwise import (
    explain_activation,
    explain_moved,
    explain_norm,
    explain_product,
    explain_sum,
)
from cnnviz.probes.microscope.pools import explain_pool
from cnnviz.probes.microscope.scope import Cell, Scope, value_at
from cnnviz.probes.microscope.stages import CellExplanation, Stage
from cnnviz.probes.microscope.sums import explain_conv, explain_conv_transpose, explain_linear
from cnnviz.probes.microscope.writing import Writer
from cnnviz.probes.receptive import box_of, cell_of
from cnnviz.probes.tape import Kind, Node, Tape, tape

_EXPLAINERS: dict[Kind, Callable[[Scope, Node, Cell], list[Stage]]] = {
    Kind.CONV: explain_conv,
    Kind.CONV_TRANSPOSE: explain_conv_transpose,
    Kind.LINEAR: explain_linear,
    Kind.NORM: explain_norm,
    Kind.ACTIVATION: explain_activation,
    Kind.POOL: explain_pool,
    Kind.SUM: explain_sum,
    Kind.PRODUCT: explain_product,
    Kind.CONCAT: explain_moved,
    Kind.MOVE: explain_moved,
    Kind.INPUT: explain_moved,
}


def explain_cell(
    model: nn.Module,
    batch: Tensor,
    layer: LayerChoice,
    channel: int,
    row: int = 0,
    column: int = 0,
    played: Tape | None = None,
) -> CellExplanation:
    """How the number in one cell came about, with every number that went into it.

    The calculation begins at the last maps that were stored before the cell: a cell after a ReLU
    is Σ w · x + b, then the batch norm, then the ReLU; a cell after a residual block is that of
    the main path and that of the shortcut, their sum, and the ReLU. A dropout at work (in training
    mode) is a step of its own whose number is given and not written out: torch drew what it keeps.

    Args:
        model: any network; only read, so threads may share it.
        batch: one picture (1, channel, height, width), as the network expects it.
        layer: name of the layer, or the module; "input" for the picture itself.
        channel: which map, or which feature of a layer without maps.
        row: of the cell.
        column: of the cell.
        played: the `tape` of this model and batch, if there is one already.

    Raises:
        ValueError: no such layer or cell, or several pictures.
    """
    name = layer_name(model, layer)
    played = tape(model, one_picture(batch)) if played is None else played
    node = played[name]
    cell = cell_of(node, channel, row, column)
    scope = Scope(played, Writer(model, played), _explain)
    steps = tuple(_explain(scope, node, cell))
    return CellExplanation(
        layer=name,
        cell=cell,
        steps=steps,
        value=steps[-1].value,
        activation=value_at(node, cell),
        box=box_of(played, node, cell),
    )


def _explain(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    explainer = _EXPLAINERS.get(node.kind, Scope.unexplained)
    return explainer(scope, node, cell)
