"""Why downsample: what the layers behind cost, with and without, at an equal receptive field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from cnnviz.summary import Row, summarize

Down = Callable[[int, int], list[nn.Module]]  # channels, level from 0


@dataclass(frozen=True)
class Design:
    """A stack of 3×3 convolutions, and what stands between them.

    Attributes:
        name: of the design.
        title: for a reader.
        note: what it does.
        down: the layers between two convolutions.
        spreads: the convolutions behind are dilated instead of the map being smaller.
    """

    name: str
    title: str
    note: str
    down: Down
    spreads: bool = False


@dataclass(frozen=True)
class DesignCost:
    """What one design costs for a picture.

    Attributes:
        design: which.
        layers: the rows of its layers, from the real modules.
        receptive_field: pixels of the last map's units.
        size: height and width of the last map.
        macs: multiply-adds of all layers.
        last_macs: of the last convolution alone.
        bytes: memory of all maps.
        num_params: weights and biases.
    """

    design: Design
    layers: tuple[Row, ...]
    receptive_field: int
    size: int
    macs: int
    last_macs: int
    bytes: int
    num_params: int


DESIGNS = {
    design.name: design
    for design in (
        Design("none", "Nothing", "3×3 after 3×3", lambda channels, level: []),
        Design(
            "pool", "Max pooling", "2×2, stride 2",
            lambda channels, level: [nn.MaxPool2d(2)],
        ),
        Design(
            "stride", "Strided convolution", "2×2 weights, stride 2",
            lambda channels, level: [nn.Conv2d(channels, channels, 2, stride=2)],
        ),
        Design(
            "dilation", "Dilation instead", "every cell kept, the kernels spread",
            lambda channels, level: [nn.MaxPool2d(2, stride=1, dilation=2**level)],
            spreads=True,
        ),
    )
}  # fmt: skip


def design_module(design: Design, channels: int, levels: int) -> nn.Sequential:
    """The stack: a 3×3 convolution, then `levels` times the way down and a convolution.

    With pooling, a strided convolution or dilation every unit of the last map has the same
    receptive field; dilated kernels and windows read exactly the places that the pooled maps keep.
    """
    layers: list[nn.Module] = [_convolution(channels, 1)]
    for level in range(levels):
        layers += design.down(channels, level)
        layers.append(_convolution(channels, 2 ** (level + 1) if design.spreads else 1))
    return nn.Sequential(*layers)


def _convolution(channels: int, dilation: int) -> nn.Conv2d:
    return nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)


def costs(channels: int, side: int, levels: int) -> list[DesignCost]:
    """Each design's costs, from the real modules.

    Args:
        channels: of every map.
        side: height and width of the maps that come in.
        levels: how often the map is made smaller, or the kernels are spread.

    Raises:
        ValueError: the maps are too small for so many levels.
    """
    return [_cost(design, channels, side, levels) for design in DESIGNS.values()]


def _cost(design: Design, channels: int, side: int, levels: int) -> DesignCost:
    summary = summarize(design_module(design, channels, levels), (1, channels, side, side))
    last = summary.rows[-1]
    field = last.receptive_field
    assert isinstance(field, int)  # square kernels on square maps
    return DesignCost(
        design=design,
        layers=summary.rows,
        receptive_field=field,
        size=last.output_shape[-1],
        macs=summary.macs,
        last_macs=last.macs,
        bytes=summary.activation_bytes,
        num_params=summary.num_params,
    )
