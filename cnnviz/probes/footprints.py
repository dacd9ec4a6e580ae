"""Which part of its inputs an operation reads for a part of its output, kind by kind.

A part is a region: the numbers of the channels, of the rows and of the columns that belong to it,
or of the features where there are no maps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import nn

from cnnviz.probes.tape import Kind, Node

# What is kept of maps where they are made larger, smaller, or given a border: each map by itself.
RESIZING = ("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d", "interpolate", "upsample")
BORDERS = ("ZeroPad2d", "ConstantPad2d", "ReflectionPad2d", "ReplicationPad2d", "CircularPad2d",
           "pad")  # fmt: skip
ACROSS_MAPS = ("Softmax2d", "local_response_norm")
IN_PLACE = ("where", "masked_fill", "maximum", "minimum", "clamp", "clip", "gt", "lt", "ge", "le",
            "eq", "ne", "sign", "abs", "neg", "pow", "sqrt", "exp", "log", "sub", "rsub", "div",
            "truediv", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus",
            "hardtanh", "hardswish", "hardsigmoid", "float", "double", "half", "bfloat16", "to",
            "type", "type_as", "cpu", "cuda", "int", "long", "bool")  # fmt: skip
TRACE = 1e-9  # of a weight in float64, of which those that count are 1e-4 and more
Part = frozenset[int]  # places along one axis
Region = tuple[Part, ...]


def regions_read(node: Node, region: Region) -> tuple[Region, ...]:
    """The region of each source that the region of a node's output is computed from.

    Exact for every kind but `OTHER`: of that borders, changes of size and what stays at its place
    are known, and everything else is taken to read everything.
    Empty where nothing is read, or nothing that comes from the picture.
    """
    rule = _RULES.get(node.kind) or _OTHERS.get(_name(node), _everything)
    return tuple(
        rule(node, index, region) if source.is_from_picture else ()
        for index, source in enumerate(node.sources)
    )


def union(first: Region | None, second: Region) -> Region:
    """The smallest region that holds both."""
    if first is None or not all(first):
        return second
    if not all(second):
        return first
    return tuple(a | b for a, b in zip(first, second, strict=True))


def whole(node: Node) -> Region:
    """All of a node's output."""
    return tuple(frozenset(range(size)) for size in node.output.shape[1:])


def _name(node: Node) -> str:
    """The class or the function that computed a node."""
    operation: Any = node.operation
    kind = type(operation) if isinstance(operation, nn.Module) else operation
    return getattr(kind, "__name__", "").strip("_")


def _everything(node: Node, index: int, region: Region) -> Region:
    return whole(node.sources[index])


def _same_place(node: Node, index: int, region: Region) -> Region:
    """The same cells; along an axis of size one, which is broadcast, the only one there is."""
    shape = node.sources[index].output.shape[1:]
    if len(shape) != len(region):
        return whole(node.sources[index]) if len(shape) else ()
    return tuple(
        frozenset((0,)) if size == 1 else part for size, part in zip(shape, region, strict=True)
    )


def _across_maps(node: Node, index: int, region: Region) -> Region:
    """All maps at the same places."""
    if len(region) != 3 or node.output.shape != node.sources[index].output.shape:
        return whole(node.sources[index])
    return whole(node.sources[index])[0], *region[1:]


def _map_by_map(node: Node, index: int, region: Region) -> Region:
    """What a change of size or a border reads of a map: where its result has a gradient.

    Both are linear, so a gradient is the same whatever the numbers are; rows do not depend on
    columns, so one map tells it for all. Where a cell lies on a pixel its neighbour has no weight,
    and the trace of one that torch's rounding of the place leaves is none.
    """
    source, result = node.sources[index].output, node.output
    if source.ndim != 4 or result.ndim != 4 or source.shape[1] != result.shape[1] or index:
        return whole(node.sources[index])
    one = torch.zeros(1, 1, *source.shape[2:], dtype=torch.float64, requires_grad=True)
    with torch.inference_mode(False), torch.enable_grad():
        again = node.computed(one)
        rows, columns = (torch.tensor(sorted(part)) for part in region[1:])
        (read,) = torch.autograd.grad(again[0, 0][rows][:, columns].sum(), one)
    is_read = read[0, 0].abs() > TRACE
    return region[0], _places(is_read.any(1)), _places(is_read.any(0))


def _places(is_read: torch.Tensor) -> Part:
    return frozenset(is_read.nonzero().flatten().tolist())


def _norm(node: Node, index: int, region: Region) -> Region:
    """Batch norm in evaluation mode uses stored statistics; most others use the whole map's."""
    if isinstance(node.operation, nn.modules.batchnorm._BatchNorm):
        return region
    if isinstance(node.operation, nn.LocalResponseNorm | nn.CrossMapLRN2d):
        return _across_maps(node, index, region)
    return whole(node.sources[0])


def _conv(node: Node, index: int, region: Region) -> Region:
    conv: Any = node.operation
    if len(region) != 3 or index > 0:
        return whole(node.sources[index])
    left, _, top, _ = conv._reversed_padding_repeated_twice
    axes = zip(
        region[1:], conv.kernel_size, conv.stride, conv.dilation, (top, left),
        node.sources[0].output.shape[2:], strict=True,
    )  # fmt: skip
    rows, columns = (
        frozenset(real_positions(window_positions(part, k, s, d, p), size, conv.padding_mode))
        for part, k, s, d, p, size in axes
    )
    return _group_channels(region[0], conv), rows, columns


def _group_channels(part: Part, conv: Any) -> Part:
    """The input channels of the groups that the output channels belong to."""
    per_group_out = conv.out_channels // conv.groups
    per_group_in = conv.in_channels // conv.groups
    groups = {channel // per_group_out for channel in part}
    return frozenset(group * per_group_in + i for group in groups for i in range(per_group_in))


def window_positions(
    part: Iterable[int], kernel: int, stride: int, dilation: int, padding: int
) -> list[int]:
    """Positions under the kernel along one axis; below zero and past the end is padding."""
    return [i * stride - padding + dilation * tap for i in part for tap in range(kernel)]


def real_positions(positions: Iterable[int], size: int, padding_mode: str = "zeros") -> list[int]:
    """Positions whose number is read: padding that is no copy of one is left out."""
    if padding_mode == "circular":
        return [position % size for position in positions]
    if padding_mode == "replicate":
        return [min(max(position, 0), size - 1) for position in positions]
    if padding_mode == "reflect":
        return [size - 1 - abs(size - 1 - abs(position)) for position in positions]
    return [position for position in positions if 0 <= position < size]


def _conv_transpose(node: Node, index: int, region: Region) -> Region:
    conv: Any = node.operation
    axes = zip(
        region[1:], conv.kernel_size, conv.stride, conv.padding, conv.dilation,
        node.sources[0].output.shape[2:], strict=True,
    )  # fmt: skip
    rows, columns = (
        frozenset(i for cell in part for i, _ in stamps(cell, k, s, p, d, size))
        for part, k, s, p, d, size in axes
    )
    return _group_channels(region[0], conv), rows, columns


def stamps(
    cell: int, kernel: int, stride: int, padding: int, dilation: int, size: int
) -> list[tuple[int, int]]:
    """(input position, kernel tap) that a transposed convolution adds up in a cell, on one axis."""
    taps = ((cell + padding - dilation * tap, tap) for tap in range(kernel))
    return [(at // stride, tap) for at, tap in taps if at % stride == 0 and 0 <= at < size * stride]


def pair(value: int | Sequence[int]) -> tuple[int, int]:
    """A setting for both axes, as torch repeats a single number."""
    return (value[0], value[-1]) if isinstance(value, Sequence) else (value, value)


def _pool(node: Node, index: int, region: Region) -> Region:
    if not isinstance(node.operation, nn.Module):
        return _averaged(node, region)
    return (region[0], *(frozenset(part) for part in pool_positions(node, region[1:])))


def _averaged(node: Node, region: Region) -> Region:
    """What torch's function `mean` reads: all along the axes that it takes the mean of."""
    ndim = node.sources[0].output.ndim
    dims = node.options.get("dim", node.args[1] if len(node.args) > 1 else None)
    dims = range(ndim) if dims is None else dims if isinstance(dims, Sequence) else (dims,)
    gone = {dim % ndim for dim in dims}
    if 0 in gone and node.output.ndim != ndim:  # the first axis is that of pictures no more
        return whole(node.sources[0])
    if node.output.ndim == ndim:
        region = tuple(part for axis, part in enumerate(region, start=1) if axis not in gone)
    kept = iter(region)
    everything = enumerate(whole(node.sources[0]), start=1)
    return tuple(part if axis in gone else next(kept) for axis, part in everything)


def _normed(node: Node, index: int, region: Region) -> Region:
    """What torch's function `layer_norm` reads: all along the last axes, which it normalises."""
    if index > 0:
        return whole(node.sources[index])
    shape = node.options.get("normalized_shape", node.args[1] if len(node.args) > 1 else ())
    kept = len(region) - len(shape)
    return (*region[:kept], *whole(node.sources[0])[kept:])


def pool_positions(node: Node, parts: Iterable[Iterable[int]]) -> tuple[list[int], list[int]]:
    """Rows and columns of the map that a pooling reads for rows and columns of its output."""
    pool: Any = node.operation
    sizes, outs = node.sources[0].output.shape[2:], node.output.shape[2:]
    if isinstance(pool, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d):
        rows, columns = (
            [position for i in part for position in _adaptive(i, size, out)]
            for part, size, out in zip(parts, sizes, outs, strict=True)
        )
    elif isinstance(pool, nn.MaxPool2d | nn.AvgPool2d | nn.LPPool2d):
        rows, columns = (
            real_positions(window_positions(part, k, s, d, p), size)
            for part, (k, s, d, p), size in zip(parts, pool_settings(pool), sizes, strict=True)
        )
    else:  # a mean over the whole map
        rows, columns = (list(range(size)) for size in sizes)
    return rows, columns


def pool_settings(pool: Any) -> list[tuple[int, int, int, int]]:
    """Kernel size, stride, dilation and padding of a pooling, for rows and for columns."""
    settings = (
        pool.kernel_size,
        pool.kernel_size if pool.stride is None else pool.stride,
        getattr(pool, "dilation", 1),
        getattr(pool, "padding", 0),
    )
    return list(zip(*(pair(value) for value in settings), strict=True))


def _adaptive(i: int, size: int, out: int) -> range:
    return range(i * size // out, math.ceil((i + 1) * size / out))


def _concat(node: Node, index: int, region: Region) -> Region:
    axis = concat_axis(node)
    before = sum(source.output.shape[axis + 1] for source in node.sources[:index])
    size = node.sources[index].output.shape[axis + 1]
    part = frozenset(i - before for i in region[axis] if before <= i < before + size)
    return (*region[:axis], part, *region[axis + 1 :])


def concat_axis(node: Node) -> int:
    """The axis of one picture along which a concatenation puts its sources: 0 for channels."""
    dim = node.options.get("dim", node.args[1] if len(node.args) > 1 else 0)
    return dim % node.output.ndim - 1


def _moved(node: Node, index: int, region: Region) -> Region:
    """Follows each cell: the operation moves numbers, so it is run on the numbers of the cells."""
    if stays(node):
        return region
    is_regrouped = len(node.output) != len(node.sources[0].output)  # windows as pictures, say
    if is_regrouped or region == whole(node):
        return whole(node.sources[0])
    places = torch.meshgrid(*(torch.tensor(sorted(part)) for part in region), indexing="ij")
    flat = source_cells(node)[0][places].unique()
    axes = torch.unravel_index(flat, node.sources[0].output.shape[1:])
    return tuple(frozenset(axis.tolist()) for axis in axes)


def stays(node: Node) -> bool:
    """Whether every number stays where it was, as in an identity shortcut."""
    return isinstance(node.operation, nn.Identity | nn.Sequential | nn.Dropout | nn.Dropout2d)


def source_cells(node: Node) -> torch.Tensor:
    """For a rearrangement, the number of the source's cell that each cell of the output shows."""
    source = node.sources[0].output
    numbers = torch.arange(source.numel(), dtype=torch.float64).view(source.shape)
    return node.rerun(numbers)[:1].long() % max(1, source[0].numel())


_RULES: dict[Kind, Callable[[Node, int, Region], Region]] = {
    Kind.CONV: _conv,
    Kind.CONV_TRANSPOSE: _conv_transpose,
    Kind.NORM: _norm,
    Kind.POOL: _pool,
    Kind.ACTIVATION: _same_place,
    Kind.SUM: _same_place,
    Kind.PRODUCT: _same_place,
    Kind.CONCAT: _concat,
    Kind.MOVE: _moved,
}
_OTHERS: dict[str, Callable[[Node, int, Region], Region]] = {
    **dict.fromkeys((*RESIZING, *BORDERS), _map_by_map),
    **dict.fromkeys(ACROSS_MAPS, _across_maps),
    **dict.fromkeys(IN_PLACE, _same_place),
    "amax": lambda node, _, region: _averaged(node, region),
    "layer_norm": _normed,
    "setitem": lambda node, index, region: (_everything if index else _same_place)(
        node, index, region
    ),
}
