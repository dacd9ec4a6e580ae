"""Which part of the picture a cell of a layer can see, and which part it does see."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import LayerChoice, layer_name, one_picture
from cnnviz.footprints import Region, regions_read, union
from cnnviz.tape import INPUT, Node, Tape, tape
from cnnviz.watch import watch


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

    def contains(self, row: int, column: int) -> bool:
        """Whether a pixel is inside."""
        return self.top <= row < self.bottom and self.left <= column < self.right


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
    cell = (channel, row, column) if len(shape) == 3 else (channel,)
    if len(shape) not in (1, 3) or any(not 0 <= i < n for i, n in zip(cell, shape, strict=True)):
        raise ValueError(
            f"layer {node.name!r} has the shape {tuple(shape)}: there is no cell {cell} in it"
        )
    return cell


def box_of(played: Tape, node: Node, cell: tuple[int, ...]) -> Box:
    """The pixels that one cell of a node can see; an empty box if it sees none."""
    regions: dict[Node, Region] = {node: tuple(frozenset((i,)) for i in cell)}
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


def effective_receptive_field(
    model: nn.Module, batch: Tensor, layer: LayerChoice, channel: int, row: int = 0, column: int = 0
) -> Tensor:
    """How much each pixel moves a cell: Σ over channels of |∂ cell / ∂ pixel|.

    Luo et al., 2016, arxiv.org/abs/1701.04128: most of the theoretical field hardly counts. A
    ReLU that is shut passes no gradient; then the number before the ReLU is asked instead.

    Args and Raises as for `receptive_box`.

    Returns:
        (height, width) of the picture, at least 0.
    """
    picture = one_picture(batch)
    played = tape(model, picture)
    node = played[layer_name(model, layer)]
    cell = cell_of(node, channel, row, column)
    if isinstance(node.operation, nn.ReLU) and node.sources[0].sources:
        node = node.sources[0]
    found: list[Tensor] = []
    with torch.inference_mode(False), torch.enable_grad():
        leaf = picture.clone().requires_grad_()
        watch(model, leaf, lambda step: found.append(step.output[(0, *cell)]), only=[node.name])
        (gradient,) = torch.autograd.grad(found[0], leaf)
    return gradient[0].abs().sum(dim=0)
