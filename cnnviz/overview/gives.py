"""What each map of a column gives to each cell of the next: the terms of its sum, map by map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz.overview.joins import Join, is_depthwise
from cnnviz.probes.tape import Kind, Node

PASSED = (Kind.SUM, Kind.NORM, Kind.ACTIVATION, Kind.CONCAT)


def gives(join: Join, targets: Sequence[int], sources: Sequence[int]) -> Tensor | None:
    """What each source map adds to each cell of each target map, (targets, sources, rows, columns).

    The terms of a convolution or Linear layer, times what a batch norm behind it multiplies with;
    of a map that is passed on, its own numbers. An activation function comes after the sum: terms
    are those of the number that it is given. Features count as maps of one cell.

    Args:
        join: the way from the source column to the target column.
        targets: numbers of the target's maps.
        sources: numbers of the source's maps.

    Returns:
        None where more than one layer mixes maps on the way: no sum of one step tells it then.
        Where `join.is_same`, one source a target: (targets, 1, rows, columns). Targets that a
        concatenation has from elsewhere get zeros.
    """
    mixing = [node for node in join.nodes[:-1] if node.kind not in (*PASSED, Kind.MOVE)]
    if len(mixing) > 1 or not _is_plain(join):
        return None
    chosen = torch.tensor(list(targets)) - join.offset
    count = join.nodes[-1].output.shape[1] if join.is_same else _num_given(mixing)
    is_own = (chosen >= 0) & (chosen < count)
    terms = _terms(join, mixing, chosen.clamp(0, count - 1), sources)
    return None if terms is None else terms * is_own[:, None, None, None]


def _num_given(mixing: Sequence[Node]) -> int:
    return mixing[0].output.shape[1]


def _terms(
    join: Join, mixing: Sequence[Node], chosen: Tensor, sources: Sequence[int]
) -> Tensor | None:
    factor = _factor(join, mixing, chosen)
    if not mixing:
        return _own(join.nodes[-1], chosen)[:, None] * factor
    node = mixing[0]
    if node.kind is Kind.CONV:
        terms = _of_convolution(node, chosen, [number + join.source_offset for number in sources])
    elif node.kind is Kind.LINEAR and node.output.ndim == 2:
        terms = _of_linear(node, join.nodes[-1], chosen, sources)
    elif node.kind is Kind.POOL:
        terms = _own(node, chosen)[:, None]
    else:
        return None
    return None if terms is None else terms * factor


def _is_plain(join: Join) -> bool:
    """Whether nothing bends numbers between the layer that mixes and what comes after it.

    Right before the target's own end an activation function may stand, and before a sum none.
    """
    kinds = [node.kind for node in join.nodes[:-1]]
    while kinds and kinds[0] is Kind.ACTIVATION:
        kinds.pop(0)
    return Kind.ACTIVATION not in kinds


def _own(node: Node, chosen: Tensor) -> Tensor:
    """The numbers of some maps, (maps, rows, columns)."""
    values = node.output[0]
    return (values if values.ndim == 3 else values[:, None, None])[chosen]


def _factor(join: Join, mixing: Sequence[Node], chosen: Tensor) -> Tensor:
    """What norms behind the layer that mixes maps multiply with, (targets, 1, 1, 1)."""
    factor = torch.ones(len(chosen))
    numbers = chosen + join.offset
    for node in join.nodes[:-1]:
        if node in mixing:
            break
        numbers = chosen if node.kind is Kind.CONCAT else numbers
        norm: Any = node.operation
        if node.kind is Kind.NORM and getattr(norm, "running_var", None) is not None:
            scale = (norm.running_var + norm.eps).rsqrt()
            scale = scale if norm.weight is None else scale * norm.weight
            factor = factor * scale[numbers.clamp(max=len(scale) - 1)]
    return factor[:, None, None, None]


def _of_convolution(node: Node, chosen: Tensor, sources: Sequence[int]) -> Tensor | None:
    conv: Any = node.operation
    if conv.groups > 1:
        return _own(node, chosen)[:, None] if is_depthwise(node) else None
    maps = node.sources[0].output[:, list(sources)]
    mode = "constant" if conv.padding_mode == "zeros" else conv.padding_mode
    padded = F.pad(maps, tuple(conv._reversed_padding_repeated_twice), mode=mode)
    kernels = conv.weight[chosen][:, list(sources)].transpose(0, 1).flatten(0, 1)[:, None]
    terms = F.conv2d(
        padded, kernels, stride=conv.stride, dilation=conv.dilation, groups=len(sources)
    )
    return terms.view(len(sources), len(chosen), *terms.shape[2:]).transpose(0, 1)


def _of_linear(node: Node, source: Node, chosen: Tensor, sources: Sequence[int]) -> Tensor | None:
    """Inputs that were maps are summed by map."""
    linear: Any = node.operation
    inputs, maps = node.sources[0].output[0], source.output.shape[1]
    if not torch.equal(source.output[0].flatten(), inputs):
        return None
    weights = linear.weight[chosen].view(len(chosen), maps, -1)[:, list(sources)]
    return (weights * inputs.view(maps, -1)[list(sources)]).sum(dim=2)[:, :, None, None]
