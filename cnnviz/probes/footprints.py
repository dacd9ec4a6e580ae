"""Which part of its inputs an operation reads for a part of its output, kind by kind.

A part is a region: the numbers of the channels, of the rows and of the columns that belong to it,
or of the features where there are no maps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from cnnviz.probes.tape import OF_ITS_SHAPE, Kind, Node, function_name

# What is kept of maps where they are made larger, smaller, or given a border: each map by itself.
RESIZING = ("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d", "interpolate", "upsample")
BORDERS = ("ZeroPad2d", "ConstantPad2d", "ReflectionPad2d", "ReplicationPad2d", "CircularPad2d",
           "pad")  # fmt: skip
ACROSS_MAPS = ("Softmax2d", "local_response_norm")
IN_PLACE = (
    "where", "masked_fill", "maximum", "minimum", "fmax", "fmin", "clamp", "clip", "gt", "lt", "ge",
    "le", "eq", "ne", "sign", "abs", "neg", "pow", "rpow", "ipow", "square", "sqrt", "rsqrt", "exp",
    "exp2", "expm1", "log", "log2", "log10", "log1p", "sub", "rsub", "isub", "div", "rdiv",
    "truediv", "rtruediv", "itruediv", "reciprocal", "erf", "sin", "cos", "tan", "atan", "atan2",
    "hypot", "floor", "ceil", "round", "trunc", "frac", "fmod", "remainder", "logit", "sigmoid",
    "tanh", "relu", "leaky_relu", "prelu", "rrelu", "elu", "celu", "selu", "gelu", "silu", "mish",
    "softplus", "softsign", "softshrink", "hardshrink", "tanhshrink", "threshold", "logsigmoid",
    "log_sigmoid", "hardtanh", "hardswish", "hardsigmoid", "lerp", "addcmul", "addcdiv",
    "nan_to_num", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
    "feature_alpha_dropout", "float", "double", "half", "bfloat16", "to", "type", "type_as", "cpu",
    "cuda", "int", "long", "bool",
)  # fmt: skip
REDUCING = (
    "amax", "amin", "max", "min", "sum", "nansum", "nanmean", "prod", "std", "var", "median",
    "norm", "vector_norm", "logsumexp", "argmax", "argmin", "all", "any", "count_nonzero",
)  # fmt: skip
COMPARING = (
    "softmax", "log_softmax", "softmin", "normalize", "gumbel_softmax", "Softmax", "LogSoftmax",
    "Softmin",
)  # fmt: skip
RUNNING = ("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp")
# Linear in what they read, so that a gradient of them is the same whatever the numbers are.
LINEAR = (
    "matmul", "rmatmul", "mm", "bmm", "baddbmm", "einsum", "tensordot", "stack", "hstack", "vstack",
    "dstack", "fold", "unfold", "Fold", "Unfold", "tril", "triu", "diagonal", "diag_embed", "diff",
    "fft_fftshift", "fft_ifftshift", "get", "grid_sample", "scatter", "scatter_add", "index_add",
    "index_copy", "as_strided", "conv1d", "conv3d", "conv_transpose1d", "conv_transpose2d",
    "conv_transpose3d", "avg_pool1d", "avg_pool3d", "adaptive_avg_pool1d",
)  # fmt: skip
TRACE = 1e-9  # of a weight in float64, of which those that count are 1e-4 and more
Part = frozenset[int]  # places along one axis
Region = tuple[Part, ...]


def regions_read(node: Node, region: Region) -> tuple[Region, ...]:
    """The region of each source that the region of a node's output is computed from.

    Exact for every kind but `OTHER`, and for those of that which are named above; everything else
    is taken to read everything, and so is what makes pictures of windows, which no region tells.
    Empty where nothing is read, or nothing that comes from the picture.
    """
    rule = _RULES.get(node.kind) or _OTHERS.get(_name(node), _everything)
    return tuple(
        rule(node, index, region) if source.is_from_picture and node.is_from_picture else ()
        for index, source in enumerate(node.sources)
    )


def union(first: Region | None, second: Region) -> Region:
    """The smallest region that holds both."""
    if first is None or not all(first):
        return second
    if not second or not all(second):
        return first
    return tuple(a | b for a, b in zip(first, second, strict=True))


def whole(node: Node) -> Region:
    """All of a node's output."""
    return tuple(frozenset(range(size)) for size in node.output.shape[1:])


def _name(node: Node) -> str:
    """The class or the function that computed a node."""
    return function_name(node.operation)


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
        return _by_gradient(node, index, region)
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
    norm: Any = node.operation
    if isinstance(norm, nn.modules.batchnorm._BatchNorm):
        return region
    if isinstance(norm, nn.LocalResponseNorm | nn.CrossMapLRN2d):
        return _across_maps(node, index, region)
    everything = whole(node.sources[0])
    if isinstance(norm, nn.LayerNorm | nn.RMSNorm):
        kept = len(region) - len(norm.normalized_shape)
        return (*region[:kept], *everything[kept:])
    if isinstance(norm, nn.modules.instancenorm._InstanceNorm):
        return region[0], *everything[1:]
    return everything


def _linear(node: Node, index: int, region: Region) -> Region:
    """Every output reads all along the last axis."""
    return whole(node.sources[index]) if index else (*region[:-1], *whole(node.sources[0])[-1:])


def _attention(node: Node, index: int, region: Region) -> Region:
    """`scaled_dot_product_attention`: each query's place, all keys and all values."""
    everything = whole(node.sources[index])
    if index > 2 or len(node.sources) > 3:
        return everything
    return (
        (*region[:-2], region[-2], everything[-1])
        if index == 0
        else (*region[:-2], *everything[-2:])
    )


def _glu(node: Node, index: int, region: Region) -> Region:
    """Each place of the first half, and that of the second half which opens it."""
    (axis,) = _axes_named(node, default=-1)
    half = node.output.shape[axis]
    both = region[axis - 1] | {place + half for place in region[axis - 1]}
    return (*region[: axis - 1], both, *region[axis:])


def _compared(node: Node, index: int, region: Region) -> Region:
    """All along the axis of a softmax."""
    gone = _axes_named(node, default=1 if _name(node) == "normalize" else None)
    if 0 in gone:
        return whole(node.sources[0])
    everything = whole(node.sources[0])
    return tuple(everything[axis] if axis + 1 in gone else part for axis, part in enumerate(region))


def _running(node: Node, index: int, region: Region) -> Region:
    """A running sum, product or maximum reads what comes before it, as the sum does."""
    return _by_gradient(replace(node, operation=torch.cumsum, piece=None), index, region)


def _by_gradient(node: Node, index: int, region: Region) -> Region:
    """Where a linear operation has a gradient; everything where it needs numbers of the picture."""
    source, everything = node.sources[index].output, whole(node.sources[index])
    others = [other for place, other in enumerate(node.sources) if place != index]
    keeps = _name(node) == "grid_sample"  # the places that it reads are floating-point numbers
    told = [other for other in others if keeps or not other.output.is_floating_point()]
    is_numbers = any(other.is_from_picture or other.output.is_meta for other in told)
    is_numbers = is_numbers or not source.is_floating_point()
    if is_numbers or (keeps and index) or (source.shape[:1], node.output.shape[:1]) != ((1,), (1,)):
        return everything
    read = torch.zeros(source.shape, dtype=torch.float64, requires_grad=True)
    given = [
        other.output.double() if other in told and keeps
        else other.output if other in told
        else torch.ones(other.output.shape, dtype=torch.float64)
        for other in others
    ]  # fmt: skip
    with torch.inference_mode(False), torch.enable_grad():
        again = node.computed(*given[:index], read.clone(), *given[index:])[0]
        for axis, part in enumerate(region):
            again = again.index_select(axis, torch.tensor(sorted(part)))
        weights = torch.rand(again.shape, generator=torch.Generator().manual_seed(0)) + 0.5
        (slope,) = torch.autograd.grad((again * weights).sum(), read)
    is_read = slope[0].abs() > TRACE
    axes = range(is_read.ndim)
    return tuple(
        _places(is_read.any(dim=[a for a in axes if a != axis]) if is_read.ndim > 1 else is_read)
        for axis in axes
    )


def _axes_named(node: Node, default: int | None) -> set[int]:
    """The axes that an operation names, counted from the first; all where it names none."""
    ndim = node.sources[0].output.ndim
    own = getattr(node.operation, "dim", None) if isinstance(node.operation, nn.Module) else None
    at = 2 if _name(node) in ("norm", "vector_norm", "normalize") else 1
    called = node.args[at] if len(node.args) > at else own
    dims = node.options.get("dim", node.options.get("axis", called))
    dims = default if dims is None or isinstance(dims, bool) else dims
    if dims is None or dims == () or dims == []:
        return set(range(ndim))
    return {dim % ndim for dim in (dims if isinstance(dims, Sequence) else (dims,))}


def _function_conv(node: Node, index: int, region: Region) -> Region:
    """`F.conv2d` with weights of the network's own: as the module of the same settings."""
    names = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
    given = dict(zip(names, node.args, strict=False)) | node.options
    weight = given["weight"]
    if index or weight.ndim != 4 or node.sources[0].output.ndim != 4:
        return whole(node.sources[index])
    groups = given.get("groups", 1)
    conv = nn.Conv2d(
        weight.shape[1] * groups, len(weight), tuple(weight.shape[2:]), given.get("stride", 1),
        given.get("padding", 0), given.get("dilation", 1), groups, bias=False, device="meta",
    )  # fmt: skip
    return _conv(replace(node, operation=conv), index, region)


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
        return _reduced(node, index, region)
    return (region[0], *(frozenset(part) for part in pool_positions(node, region[1:])))


def _reduced(node: Node, index: int, region: Region) -> Region:
    """What a mean, a sum or a maximum reads: all along the axes that it is taken over."""
    if len(node.sources) > 1:  # the larger of two maps
        return _same_place(node, index, region)
    ndim = node.sources[0].output.ndim
    gone = _axes_named(node, default=None)
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
    others = [] if _name(node) in OF_ITS_SHAPE else node.sources[1:]
    if index:
        nothing = tuple(frozenset[int]() for _ in node.sources[index].output.shape[1:])
        return whole(node.sources[index]) if others else nothing
    if any(other.is_from_picture or other.output.is_meta for other in others):
        return whole(node.sources[0])
    before, after = (one.output.shape[:1] for one in (node.sources[0], node))
    is_regrouped = before != after  # windows as pictures, say
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
    others = (other.output for other in node.sources[1:])
    return node.rerun(numbers, *others)[:1].long() % max(1, source[0].numel())


_RULES: dict[Kind, Callable[[Node, int, Region], Region]] = {
    Kind.CONV: _conv,
    Kind.CONV_TRANSPOSE: _conv_transpose,
    Kind.LINEAR: _linear,
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
    **dict.fromkeys(REDUCING, _reduced),
    **dict.fromkeys(COMPARING, _compared),
    **dict.fromkeys(RUNNING, _running),
    **dict.fromkeys(LINEAR, _by_gradient),
    **dict.fromkeys(("layer_norm", "rms_norm"), _normed),
    **dict.fromkeys(("glu", "GLU"), _glu),
    "conv2d": _function_conv,
    "linear": _linear,
    "scaled_dot_product_attention": _attention,
    "setitem": lambda node, index, region: (_everything if index else _same_place)(
        node, index, region
    ),
}
