"""The maps that a feature map is made of, with the share of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.activations import LayerChoice, check_channels, layer_name, one_picture
from cnnviz.probes.footprints import concat_axis, stays
from cnnviz.probes.tape import Kind, Node, Tape, tape

PASSED = (Kind.ACTIVATION, Kind.NORM, Kind.POOL)  # they change a map but mix it with no other


@dataclass(frozen=True, eq=False)
class Contributions:
    """The maps that one map is made of.

    Attributes:
        layer: where they are put together: the convolution, Linear or sum behind the map.
        sources: the layer of each contributing map; the same for all behind a convolution.
        channels: the number of each contributing map in its layer.
        inputs: (n, height, width), the contributing maps.
        kernels: (n, rows, columns), what each is multiplied with; None behind a sum.
        partial: (n, height, width), what each adds to the map. They and the bias add up to what
            the layer computes.
        shares: (n,) in [0, 1], Σ|partial| of each over that of all. They add up to 1.
    """

    layer: str
    sources: tuple[str, ...]
    channels: tuple[int, ...]
    inputs: Tensor
    kernels: Tensor | None
    partial: Tensor
    shares: Tensor


def contributions(
    model: nn.Module, batch: Tensor, layer: LayerChoice, channel: int, played: Tape | None = None
) -> Contributions:
    """The maps that a map is made of, with their share.

    A map after a ReLU, norm or pooling is traced back to where maps were last put together.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width).
        layer: name of the layer, or the module.
        channel: which map.
        played: the `tape` of this model and batch, if there is one already.

    Raises:
        ValueError: no such layer or map, several pictures, or a map that is made of no others.
    """
    played = tape(model, one_picture(batch)) if played is None else played
    node = played[layer_name(model, layer)]
    (channel,) = check_channels(node.name, [channel], node.output.shape[1])
    node, channel = _put_together(node, channel)
    if node.kind is Kind.CONV:
        return _of_convolution(node, channel)
    if node.kind is Kind.SUM:
        return _of_sum(node, channel)
    if node.kind is Kind.LINEAR and node.output.ndim == 2:
        return _of_linear(node, channel)
    raise ValueError(f"the maps of {node.name!r} ({node.kind}) are not made of other maps")


def _put_together(node: Node, channel: int) -> tuple[Node, int]:
    while node.kind in (*PASSED, Kind.CONCAT) or stays(node):
        source = node.sources[0]
        if node.kind is Kind.CONCAT and concat_axis(node) == 0:
            for source in node.sources:
                if channel < source.output.shape[1]:
                    break
                channel -= source.output.shape[1]
        node = source
    return node, channel


def _of_convolution(node: Node, channel: int) -> Contributions:
    conv: Any = node.operation
    per_group = conv.in_channels // conv.groups
    first = channel // (conv.out_channels // conv.groups) * per_group
    maps = node.sources[0].output[:, first : first + per_group]  # (1, n, H, W)
    mode = "constant" if conv.padding_mode == "zeros" else conv.padding_mode
    padded = F.pad(maps, tuple(conv._reversed_padding_repeated_twice), mode=mode)
    kernels = conv.weight[channel]  # (n, rows, columns)
    partial = F.conv2d(
        padded, kernels[:, None], stride=conv.stride, dilation=conv.dilation, groups=per_group
    )
    channels = tuple(range(first, first + per_group))
    return _contributions(node, (node.sources[0].name,), channels, maps[0], kernels, partial[0])


def _of_linear(node: Node, channel: int) -> Contributions:
    linear: Any = node.operation
    inputs = node.sources[0].output[0][:, None, None]  # (n, 1, 1)
    kernels = linear.weight[channel][:, None, None]
    channels = tuple(range(len(inputs)))
    name = node.sources[0].name
    return _contributions(node, (name,), channels, inputs, kernels, inputs * kernels)


def _of_sum(node: Node, channel: int) -> Contributions:
    sources = [source for source in node.sources if source.output.shape == node.output.shape]
    maps = torch.stack([source.output[0, channel] for source in sources])
    maps = maps if maps.ndim == 3 else maps[:, None, None]
    names = tuple(source.name for source in sources)
    return _contributions(node, names, (channel,) * len(names), maps, None, maps)


def _contributions(
    node: Node,
    sources: tuple[str, ...],
    channels: tuple[int, ...],
    inputs: Tensor,
    kernels: Tensor | None,
    partial: Tensor,
) -> Contributions:
    sizes = partial.abs().sum(dim=(1, 2))
    shares = sizes / sizes.sum() if sizes.sum() > 0 else sizes
    every = sources * len(channels) if len(sources) == 1 else sources
    return Contributions(node.name, every, channels, inputs, kernels, partial, shares)
