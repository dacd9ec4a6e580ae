"""What each layer keeps of a move: its answer to the moved digit against its answer moved along.

A layer that answers with maps is moved back by whole cells, as near to the move as they go, and
compared where the window of a cell lies in what is left of the digit's picture after the move. A
layer that answers with a row of numbers has no places that could be moved back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.shift.answers import batch_of
from cnnviz.shift.moves import shifted

ROUNDING = 1e-5  # relative difference that float32 sums in another order explain


@dataclass(frozen=True)
class KeptLayer:
    """A layer that is looked at.

    Args:
        title: what it is called.
        network: one of the shipped networks of digits.
        layer: its name there.
        window: pixels a side that one cell reads, 0 where the layer has no cells.
        stride: pixels from one cell to the next.
    """

    title: str
    network: str
    layer: str
    window: int = 0
    stride: int = 1


LAYERS = (
    KeptLayer("conv 1", "lenet-mnist", "feature_extractor.0", 5, 1),
    KeptLayer("pool 1", "lenet-mnist", "feature_extractor.2", 6, 2),
    KeptLayer("pool 2", "lenet-mnist", "feature_extractor.5", 16, 4),
    KeptLayer("LeNet fc 1", "lenet-mnist", "classifier.1"),
    KeptLayer("MLP hidden", "mlp-mnist", "layers.1"),
)
BORDER = 2  # black pixels around the 28×28 that LeNet reads


def differences(
    models: Mapping[str, nn.Module], picture: Tensor, moves: list[tuple[int, int]]
) -> dict[str, list[float]]:
    """For each layer the difference that is left at every move, by the layer's title.

    It is ‖moved back − before‖ / ‖before‖ over the cells compared: 0 where the layer's answer
    moves along exactly, to rounding.

    Args:
        models: by name, those of `LAYERS`.
        picture: (28, 28) in [0, 255].
        moves: (dx, dy) in pixels, up to 10 both ways.
    """
    pictures = torch.stack([picture, *(shifted(picture, dx, dy) for dx, dy in moves)])
    found: dict[str, list[float]] = {}
    for name, model in models.items():
        layers = [one for one in LAYERS if one.network == name]
        answers = record(model, batch_of(name, pictures), [one.layer for one in layers])
        for one in layers:
            before, after = answers[one.layer][0], answers[one.layer][1:]
            pairs = zip(after, moves, strict=True)
            found[one.title] = [_difference(one, before, moved, *move) for moved, move in pairs]
    return {one.title: found[one.title] for one in LAYERS if one.title in found}


def _difference(one: KeptLayer, before: Tensor, after: Tensor, dx: int, dy: int) -> float:
    if not one.window:
        return _relative(after, before)
    back = shifted(after, -round(dx / one.stride), -round(dy / one.stride))
    rows = _compared(one, before.shape[-2], dy)
    columns = _compared(one, before.shape[-1], dx)
    return _relative(back[:, rows, columns], before[:, rows, columns])


def _compared(one: KeptLayer, cells: int, by: int) -> slice:
    """Cells whose window holds the same pixels of the digit's picture before and after.

    The picture lies in pixels 2 to 29 of what LeNet reads; what is moved beyond its edge is lost,
    and black comes in, as it lay around the picture before.
    """
    size = 28 + 2 * BORDER
    low, high = max(0, -by), min(size, size - max(0, by))  # read before, still there after
    if by > 0:
        high = size - BORDER - by
    elif by < 0:
        low = BORDER - by
    cell_by = round(by / one.stride)
    good = [
        cell
        for cell in range(cells)
        if one.stride * cell >= low
        and one.stride * cell + one.window <= high
        and 0 <= cell + cell_by < cells
    ]
    return slice(good[0], good[-1] + 1) if good else slice(0, 0)


def _relative(after: Tensor, before: Tensor) -> float:
    """Of nothing at all, nothing is left."""
    size = float(before.norm())
    return float((after - before).norm()) / size if size else 0.0
