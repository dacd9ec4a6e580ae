"""Which part of the picture a cell of a layer can see, and which part it does see."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import LayerChoice, layer_name, one_picture
from cnnviz.arithmetic import whole_number
from cnnviz.probes.footprints import Region, regions_read, union, whole
from cnnviz.probes.gradients import gradients
from cnnviz.probes.graph_memory import graph_kept
from cnnviz.probes.tape import INPUT, Node, Tape, shapes, tape
from cnnviz.probes.watch import Enough, Step, watch


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels: rows top to bottom and columns left to right, the ends excluded."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.height * self.width


def receptive_box(
    model: nn.Module, batch: Tensor, layer: LayerChoice, channel: int, row: int = 0, column: int = 0
) -> Box:
    """The pixels that a cell can see: the theoretical receptive field, cut at the borders.

    Found by walking back from the cell through every operation of one pass, so residual sums,
    concatenations and padding are as they are in this network. No pixel outside the box has any
    influence on the cell.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width).
        layer: name of the layer, or the module.
        channel: which map, or which feature of a layer without maps.
        row: of the cell.
        column: of the cell.

    Raises:
        ValueError: no such layer or cell, or several pictures.
    """
    played = tape(model, one_picture(batch))
    node = played[layer_name(model, layer)]
    return box_of(played, node, cell_of(node, channel, row, column))


def cell_of(node: Node, channel: int, row: int, column: int) -> tuple[int, ...]:
    """The index of a cell in the output of a layer for one picture.

    Raises:
        ValueError: the layer has no such cell.
    """
    shape = node.output.shape[1:]
    asked = {"channel": channel, "row": row, "column": column}
    places = tuple(whole_number(name, place) for name, place in asked.items())
    cell = places if len(shape) == 3 else places[:1]
    if len(shape) not in (1, 3) or any(not 0 <= i < n for i, n in zip(cell, shape, strict=True)):
        raise ValueError(
            f"layer {node.name!r} has the shape {tuple(shape)}: there is no cell {cell} in it"
        )
    return cell


def box_of(played: Tape, node: Node, cell: tuple[int, ...]) -> Box:
    """The pixels that one cell of a node can see; an empty box if it sees none."""
    return _box_of_region(played, node, tuple(frozenset((i,)) for i in cell))


def _box_of_region(played: Tape, node: Node, seen_from: Region) -> Box:
    """The pixels that the cells of a region can see together; an empty box if they see none."""
    regions: dict[Node, Region] = {node: seen_from}
    for reader in reversed(played.nodes.values()):
        if reader in regions and all(regions[reader]):
            for source, region in zip(
                reader.sources, regions_read(reader, regions[reader]), strict=True
            ):
                regions[source] = union(regions.get(source), region)
    region = regions.get(played.nodes[INPUT])
    if not region or not all(region):
        return Box(0, 0, 0, 0)
    rows, columns = region[-2:]
    return Box(min(rows), min(columns), max(rows) + 1, max(columns) + 1)


Extents = tuple[tuple[int, int], ...]  # (first pixel, number of pixels), one for each row or column


def extents(played: Tape, layer: str, channel: int = 0) -> tuple[Extents, Extents]:
    """What each row and each column of a layer's maps can see, as rows and columns of pixels.

    The box of the cell (row, column) is rows[row] by columns[column], where no operation lets what
    a cell sees above and below depend on where it stands from left to right; behind a transpose or
    a reshape that does, a row sees what any of its cells sees. A row that sees no
    pixel in any of its cells, as behind a transposed convolution whose kernel is smaller than its
    stride, has no pixels, and so has a column; a cell with either sees nothing.

    Args:
        played: a pass, from `tape` or `shapes`.
        layer: name of the layer; features see what all their inputs see.
        channel: which map: those of a concatenation have come different ways.

    Raises:
        ValueError: no such layer or map.
    """
    node = played[layer]
    channel, *_ = cell_of(node, channel, 0, 0)
    if node.output.ndim != 4:
        box = box_of(played, node, (channel,))
        return ((box.top, box.height),), ((box.left, box.width),)
    here, rows, columns = frozenset((channel,)), *whole(node)[1:]
    down = [_box_of_region(played, node, (here, frozenset((i,)), columns)) for i in sorted(rows)]
    along = [_box_of_region(played, node, (here, rows, frozenset((i,)))) for i in sorted(columns)]
    return (
        tuple((box.top, box.height) for box in down),
        tuple((box.left, box.width) for box in along),
    )


def core_box(field: Tensor, share: float = 0.9) -> Box:
    """A small box that holds a share of all influence: edges that matter least are cut off first.

    Args:
        field: (height, width), at least 0, from `effective_receptive_field`.
        share: of the sum of the field, in (0, 1].

    Returns:
        An empty box where the field is zero everywhere.

    Raises:
        ValueError: the share is not in (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share is above 0 and at most 1, not {share}")
    values = field.double()
    total = values.sum().item()
    if total <= 0:
        return Box(0, 0, 0, 0)
    top, left, bottom, right = 0, 0, *values.shape
    left_over = total
    while bottom - top > 1 or right - left > 1:
        inside = values[top:bottom, left:right]
        edges = [inside[0], inside[-1], inside[:, 0], inside[:, -1]]
        weights = [
            edge.sum().item() if len(inside if i < 2 else inside[0]) > 1 else float("inf")
            for i, edge in enumerate(edges)
        ]
        least = min(range(4), key=weights.__getitem__)
        if left_over - weights[least] < share * total:
            break
        left_over -= weights[least]
        top, bottom = top + (least == 0), bottom - (least == 1)
        left, right = left + (least == 2), right - (least == 3)
    return Box(top, left, bottom, right)


def effective_receptive_field(
    model: nn.Module,
    batch: Tensor,
    layer: LayerChoice,
    channel: int,
    row: int = 0,
    column: int = 0,
    played: Tape | None = None,
) -> Tensor:
    """How much each pixel moves a cell: Σ over channels of |∂ cell / ∂ pixel|.

    Luo et al., 2016, arxiv.org/abs/1701.04128: most of the theoretical field hardly counts. A
    ReLU that is shut passes no gradient; then the number before the ReLU is asked instead. The
    network is run only as far as the layer.

    Args and Raises as for `receptive_box`, and ValueError where the network gives no gradient, with
    what cuts it off; `played` is a `tape` of this model, of this or another
    picture of the same size, or its `shapes`, if there is one already.

    Returns:
        (height, width) of the picture, at least 0.
    """
    picture = one_picture(batch)
    name = layer_name(model, layer)
    played = shapes(model, picture, name) if played is None else played
    node = played[name]
    cell = cell_of(node, channel, row, column)
    if isinstance(node.operation, nn.ReLU) and node.sources[0].sources:
        node = node.sources[0]
    found: list[Tensor] = []

    def find(step: Step) -> None:
        found.append(step.output[(0, *cell)])
        raise Enough

    with graph_kept(model, picture), gradients():
        leaf = picture.clone().requires_grad_()
        watch(model, leaf.clone(), find, only=[node.name])
        (gradient,) = torch.autograd.grad(found[0], leaf)
    return gradient[0].abs().sum(dim=0)
