"""The units of a network that pictures are made for, and how strongly a picture excites them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from cnnviz.probes.footprints import concat_axis
from cnnviz.probes.tape import Kind, Node, tape
from cnnviz.probes.watch import Enough, Step, watch

What = Literal["channel", "cell", "class"]


@dataclass(frozen=True)
class Unit:
    """What is excited.

    Attributes:
        layer: its name; empty for a class.
        index: of the map, or of the class.
        what: the mean of a map, its middle cell, or the score of a class.
    """

    layer: str
    index: int
    what: What = "channel"


@dataclass(frozen=True)
class Sources:
    """Where a unit's number comes from, before the activation function that may cut it off.

    Attributes:
        layer: the layer; empty for the scores.
        before: what the activation function reads; the layer itself where there is none.
        offset: what to take off a map's number there, where a concatenation lies between.
    """

    layer: str
    before: str
    offset: int = 0


def sources_of(model: nn.Module, batch: Tensor, unit: Unit) -> Sources:
    """Where the unit's number stands before the ReLU.

    Raises:
        ValueError: no such layer.
    """
    if unit.what == "class":
        return Sources("", "")
    node = tape(model, batch)[unit.layer]
    name, offset = node.name, 0
    node, index = _before_concat(node, unit.index)
    offset = unit.index - index
    if node.kind is Kind.ACTIVATION and node.sources[0].is_from_picture:
        return Sources(name, node.sources[0].name, offset)
    return Sources(name, name)


def _before_concat(node: Node, index: int) -> tuple[Node, int]:
    """The result that a map of a concatenation comes from, and its number there."""
    while node.kind is Kind.CONCAT and concat_axis(node) == 0:
        for source in node.sources:
            if index < source.output.shape[1]:
                node = source
                break
            index -= source.output.shape[1]
    return node, index


def excitation(
    model: nn.Module, batch: Tensor, units: list[Unit], sources: Sources
) -> tuple[Tensor, Tensor]:
    """How strongly picture i excites unit i, after and before the activation function; (N,) each.

    With a gradient to the batch where it has one. The model is only read.

    Args:
        batch: normalised pictures (N, C, H, W).
        units: one a picture, all of one layer.
        sources: of that layer.
    """
    wanted = [name for name in dict.fromkeys((sources.layer, sources.before)) if name]
    found: dict[str, Tensor] = {}

    def keep(step: Step) -> None:
        found[step.name] = step.output
        if len(found) == len(wanted):
            raise Enough

    scores = watch(model, batch, keep if wanted else lambda step: None, only=wanted)
    if not wanted:
        picked = torch.stack([scores[i, unit.index] for i, unit in enumerate(units)])
        return picked, picked
    after = _numbers(found[sources.layer], units, 0)
    is_same = sources.before == sources.layer
    return after, after if is_same else _numbers(found[sources.before], units, sources.offset)


def _numbers(maps: Tensor, units: list[Unit], offset: int) -> Tensor:
    return torch.stack(
        [_number(maps[i, unit.index - offset], unit) for i, unit in enumerate(units)]
    )


def _number(one: Tensor, unit: Unit) -> Tensor:
    if one.ndim == 0:
        return one
    return one[one.shape[0] // 2, one.shape[1] // 2] if unit.what == "cell" else one.mean()
