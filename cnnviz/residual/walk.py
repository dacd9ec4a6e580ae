"""One map on its way through a block: every number of every cell, from convolution to ReLU."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.residual.paths import BlockPass, run_block


@dataclass(frozen=True)
class NormNumbers:
    """What the main path's last norm does to one map: (x − mean) / √variance · weight + bias."""

    mean: float
    variance: float  # with ε
    weight: float
    bias: float


@dataclass(frozen=True, eq=False)
class MapWalk:
    """One map at six points of a block and what its cells were summed from; each (height, width).

    Attributes:
        x: what the block reads: the map of the same number, or the nearest there is.
        half_way: behind the first convolution, norm and ReLU.
        adds: of the second convolution's products those above zero, summed.
        takes: those below zero.
        convolved: both together.
        main: behind the norm: F(x).
        shortcut: x, or what the 1×1 convolution and its norm make of all of its maps.
        total: their sum.
        output: behind the ReLU.
        norm: of the main path, behind `convolved`.
        x_index: which map of the input `x` is.
        num_products: of one cell of the second convolution, those at its edge with zeros.
    """

    x: Tensor
    half_way: Tensor
    adds: Tensor
    takes: Tensor
    convolved: Tensor
    main: Tensor
    shortcut: Tensor
    total: Tensor
    output: Tensor
    norm: NormNumbers
    x_index: int
    num_products: int


def walk(block: ResNetBlock, x: Tensor, index: int) -> MapWalk:
    """Follow one map of a block in eval mode.

    Args:
        x: what the block reads, (1, in_channels, height, width).
        index: of the map, below the block's out_channels.
    """
    return walk_in(block, run_block(block, x), index)


def walk_in(block: ResNetBlock, seen: BlockPass, index: int) -> MapWalk:
    """The same, of what the block has computed of one picture."""
    x = seen.x
    conv = block.main_path[3]
    assert isinstance(conv, nn.Conv2d)
    weight = conv.weight[index : index + 1]
    x_index = min(index, x.shape[1] - 1)
    return MapWalk(
        x=x[0, x_index],
        half_way=seen.half_way[0, index],
        adds=F.conv2d(seen.half_way, weight.clamp(min=0), padding=1)[0, 0],
        takes=F.conv2d(seen.half_way, weight.clamp(max=0), padding=1)[0, 0],
        convolved=seen.convolved[0, index],
        main=seen.main[0, index],
        shortcut=seen.shortcut[0, index],
        total=seen.total[0, index],
        output=seen.output[0, index],
        norm=_norm_numbers(block, index),
        x_index=x_index,
        num_products=weight.numel(),
    )


def _norm_numbers(block: ResNetBlock, index: int) -> NormNumbers:
    norm = block.main_path[4]
    assert isinstance(norm, nn.BatchNorm2d)
    state = norm.state_dict()
    return NormNumbers(
        mean=state["running_mean"][index].item(),
        variance=state["running_var"][index].item() + norm.eps,
        weight=state["weight"][index].item(),
        bias=state["bias"][index].item(),
    )


def num_params(module: nn.Module) -> int:
    """Weights and biases of a module, norms among them."""
    return sum(parameter.numel() for parameter in module.parameters())


def shortcut_reason(in_channels: int, out_channels: int, first_stride: int) -> str:
    """Why a block's shortcut is what it is, in a sentence with today's numbers."""
    said = f"{in_channels} in, {out_channels} out, stride {first_stride}"
    if in_channels == out_channels and first_stride == 1:
        return (
            f"**Why no 1×1 convolution?** {said}: the shapes agree, so x can be added as it is. If "
            "the channels differ or the stride is 2, a 1×1 convolution has to make x fit."
        )
    causes = [f"the channels differ ({in_channels} and {out_channels})"] * (
        in_channels != out_channels
    ) + [f"stride {first_stride} makes the maps smaller"] * (first_stride != 1)
    return (
        f"**Why a 1×1 convolution?** {said}: {' and '.join(causes)}, so x cannot be added as it "
        "is. The smallest convolution that makes it fit has one weight for each pair of maps."
    )


def maps_for(model: ResNet18, batch: Tensor, in_channels: int) -> Tensor:
    """Something real for a fresh block to read: (1, in_channels, height, width).

    With three channels the picture itself, otherwise the first maps of those behind the network's
    input group, repeated where it has fewer.
    """
    if in_channels == batch.shape[1]:
        return batch
    maps = model.input_group(batch)
    return torch.cat([maps] * -(-in_channels // maps.shape[1]), dim=1)[:, :in_channels]


def block_sizes(block: ResNetBlock) -> tuple[int, int, int]:
    """A block's in_channels, out_channels and first_stride."""
    first = block.main_path[0]
    assert isinstance(first, nn.Conv2d)
    return first.in_channels, first.out_channels, first.stride[0]
