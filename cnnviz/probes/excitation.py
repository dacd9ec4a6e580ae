"""What excites a feature map most, and what the network says without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import LayerChoice, check_channels, layer_name, record
from cnnviz.arithmetic import whole_number
from cnnviz.probes.receptive import Box, box_of
from cnnviz.probes.tape import Tape, tape, unknown_layer
from cnnviz.probes.watch import Step, shares_memory, watch

SOME_MAPS = 64  # that are looked through together: it needs a copy of them


@dataclass(frozen=True)
class Excitation:
    """Where a picture excites a map most.

    Attributes:
        picture: its number, counted through all batches.
        row: of the cell.
        column: of the cell.
        value: of the cell.
        box: the pixels that the cell can see.
    """

    picture: int
    row: int
    column: int
    value: float
    box: Box


def most_exciting(
    model: nn.Module,
    layer: LayerChoice,
    channel: int,
    batches: Iterable[Tensor],
    count: int = 9,
) -> list[Excitation]:
    """The pictures that excite a map most, each with the place where it does.

    Args:
        model: any network; only read.
        layer: name of the layer, or the module.
        channel: which map, or which feature of a layer without maps.
        batches: pictures (batch, channel, height, width), in one or more batches.
        count: how many pictures, at most.

    Returns:
        One entry per picture, the largest value first, equal ones in order.

    Raises:
        ValueError: no such layer or map.
    """
    name, found, boxes, first = layer_name(model, layer), [], _Boxes(model, layer), 0
    count = whole_number("count", count, least=1)
    for batch in batches:
        strongest = strongest_cells(model, name, batch)
        (channel,) = check_channels(name, [channel], strongest.values.shape[1])
        for index in range(len(batch)):
            value, row, column = strongest.of(index, channel)
            found.append((value, first + index, row, column, batch[:1]))
        first += len(batch)
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    return [
        Excitation(picture, row, column, value, boxes.of(example, channel, row, column))
        for value, picture, row, column, example in found[:count]
    ]


@dataclass(frozen=True, eq=False)
class StrongestCells:
    """The largest number of every map of a layer, for every picture of a batch.

    Attributes:
        values: (picture, channel).
        at: (picture, channel), the cell counted row by row.
        columns: cells in a row of a map.
    """

    values: Tensor
    at: Tensor
    columns: int

    def of(self, picture: int, channel: int) -> tuple[float, int, int]:
        """The largest number of one map for one picture, and the row and column of its cell."""
        row, column = divmod(int(self.at[picture, channel]), self.columns)
        return self.values[picture, channel].item(), row, column


def strongest_cells(model: nn.Module, layer: LayerChoice, batch: Tensor) -> StrongestCells:
    """Where each picture of a batch excites each map of a layer most, of one pass.

    Args:
        model: any network; only read.
        layer: name of the layer, or the module.
        batch: pictures (batch, channel, height, width).

    Raises:
        ValueError: no such layer.
    """
    name = layer_name(model, layer)
    maps = record(model, batch, [name])[name]
    some = [part.reshape(*part.shape[:2], -1).max(dim=2) for part in maps.split(SOME_MAPS, dim=1)]
    values, at = (torch.cat(parts, dim=1) for parts in zip(*some, strict=True))
    return StrongestCells(values, at, maps.shape[-1] if maps.ndim == 4 else 1)


class _Boxes:
    """Receptive boxes of one layer: they hang on the size of the picture, not on what it shows."""

    def __init__(self, model: nn.Module, layer: LayerChoice) -> None:
        self.model, self.name = model, layer_name(model, layer)
        self.played: dict[torch.Size, Tape] = {}

    def of(self, example: Tensor, channel: int, row: int, column: int) -> Box:
        if example.shape not in self.played:
            self.played[example.shape] = tape(self.model, example)
        played = self.played[example.shape]
        node = played[self.name]
        cell = (channel, row, column) if node.output.ndim == 4 else (channel,)
        return box_of(played, node, cell)


@dataclass(frozen=True, eq=False)
class Ablation:
    """What a network says with all its maps, and with some switched off.

    Attributes:
        before: what the model returns, scores before the softmax.
        after: the same with the maps switched off.
    """

    before: Tensor
    after: Tensor


def ablate(
    model: nn.Module,
    batch: Tensor,
    layer: LayerChoice,
    channels: Iterable[int],
    before: Tensor | None = None,
) -> Ablation:
    """The scores before and after some maps of a layer are set to zero.

    Args:
        model: any network; only read, so that other visitors keep all their maps.
        batch: pictures (batch, channel, height, width).
        layer: name of the layer, or the module. A sum such as "group0.0.add" is possible.
        channels: the maps to switch off; of a layer without maps, the features.
        before: the scores with all maps, where they are known: it saves one of two passes.

    Raises:
        ValueError: no such layer or map.
    """
    name, off = layer_name(model, layer), [*channels]
    seen: list[str] = []

    def switch_off(step: Step) -> Tensor:
        output = step.output.clone() if shares_memory(step) else step.output
        output[:, check_channels(name, off, output.shape[1])] = 0
        seen.append(name)
        return output

    with torch.no_grad():
        if before is None:
            before = watch(model, batch, lambda step: None, only=[])
        after = watch(model, batch, switch_off, only=[name])
        if not seen:
            raise unknown_layer(name, tape(model, batch).names, model)
    return Ablation(before, after)
