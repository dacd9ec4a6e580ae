"""Any network of a file as a fully convolutional one, where it can be: its map of classes.

A Linear layer over maps of C × H × W numbers is a convolution whose kernel is as large as the maps
(Long, Shelhamer and Darrell, 2015, arxiv.org/abs/1411.4038, section 3.1), and one over a row of
numbers is a 1×1 convolution. A mean over whole maps goes: where only sums with weights follow it,
the mean of all cells is what the network itself says of a picture of any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from cnnviz.models.joins import (
    Add,
    ClippedLine,
    Concat,
    Constant,
    Div,
    Mul,
    Pad,
    Permute,
    Pointwise,
    Reshape,
    Slice,
    Split,
    Sub,
)
from cnnviz.models.onnx.network import Call, GraphModule
from cnnviz.probes.watch import told_pass
from cnnviz.progress import Progress, go_on

Sizes = tuple[int, ...]
EACH_NUMBER = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.CELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish,
    nn.Sigmoid, nn.Tanh, nn.Softplus, nn.Softsign, nn.Hardswish, nn.Hardsigmoid, nn.Hardtanh,
    nn.Identity, nn.Dropout, Pointwise, ClippedLine,
)  # fmt: skip
OF_MAPS = (
    nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d, nn.AvgPool2d, nn.LPPool2d, nn.BatchNorm2d,
    nn.GroupNorm, nn.InstanceNorm2d, nn.LocalResponseNorm, nn.Dropout2d, nn.PixelShuffle, Pad,
)  # fmt: skip
JOINS = (Add, Sub, Mul, Div)
SUMS = (nn.Identity, nn.Dropout, nn.Flatten, nn.Linear, nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d)
CHANNELS_LAST, CHANNELS_FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
CLOSE = 1e-3  # of the largest score


@dataclass(frozen=True)
class AnySize:
    """A network without fully connected layers, and how it goes with the one it was made of.

    Attributes:
        model: frozen; takes (1, channels, height, width), gives (1, classes, rows, columns).
        is_averaged: the mean of all cells is what the network says of the whole picture; else each
            cell is what it says of a window as large as its own pictures.
        replaced: what took the place of what, each in a few words.
    """

    model: nn.Module
    is_averaged: bool
    replaced: tuple[str, ...]


@dataclass(frozen=True)
class ClassCells:
    """What a network says in each cell of a larger picture.

    Attributes:
        best: index of the class that is likeliest over all cells together.
        share: its probability in each cell, (rows, columns).
    """

    best: int
    share: Tensor


def cells_of(network: AnySize, batch: Tensor, progress: Progress = go_on) -> ClassCells:
    """The class that is likeliest over all of a picture, and where.

    Args:
        network: as `any_size` gives it.
        batch: one picture (1, channels, height, width), no smaller than its own.
        progress: told the share of the layers that are done.

    Raises:
        StoppedError: `progress` said so.
    """
    with torch.inference_mode():
        shares = told_pass(network.model, batch, progress)[0].softmax(dim=0)
    best = int(shares.mean(dim=(1, 2)).argmax())
    return ClassCells(best, shares[best].clone())


@dataclass(frozen=True, eq=False)
class LargerMap:
    """What a network says of a larger picture, and what became of it for that.

    Attributes:
        cells: the map.
        is_averaged: as in `AnySize`.
        replaced: as in `AnySize`.
    """

    cells: ClassCells
    is_averaged: bool
    replaced: tuple[str, ...]


def larger_map(
    model: nn.Module, shape: Sizes, batch: Tensor, progress: Progress = go_on
) -> LargerMap:
    """The map of classes of a picture larger than a network's own.

    Args:
        model: as for `any_size`.
        shape: as for `any_size`.
        batch: one picture (1, channels, height, width), no smaller than its own.
        progress: told the share of the layers that are done.

    Raises:
        ValueError: the network works at its own size only, for the reason that is said.
        StoppedError: `progress` said so.
    """
    network = any_size(model, shape)
    cells = cells_of(network, batch, progress)
    return LargerMap(cells, network.is_averaged, network.replaced)


@dataclass
class _Walk:
    """What is known of each result on the way through a network.

    Attributes:
        shapes: of each result in the network itself, without its batch.
        rows: results that are rows of numbers there, and maps here.
        turned: results whose channels come last there.
        laid: for a row that was made of larger maps, their shape, channels first or last.
    """

    shapes: dict[str, Sizes]
    rows: set[str] = field(default_factory=set)
    turned: set[str] = field(default_factory=set)
    laid: dict[str, Sizes] = field(default_factory=dict)


def any_size(model: nn.Module, shape: Sizes) -> AnySize:
    """A network of a file as one of convolutions alone, with the same weights.

    Args:
        model: as `load_onnx` gives it, its channels first; it is only read.
        shape: channels, height and width that it was made for.

    Raises:
        ValueError: it cannot be, for the reason that is said.
    """
    if not isinstance(model, GraphModule):
        raise ValueError("how its layers follow one another is not known")
    calls = [(call, model.get_submodule(call.path)) for call in _leaves(model)]
    walk = _Walk(_shapes(model, calls, shape))
    averages = _averages(model, calls, walk)
    is_affine = all(_is_sum_behind(calls, call) for call in averages)
    modules: list[nn.Module] = []
    replaced: dict[str, int] = {}
    for call, module in calls:
        if call in averages:
            after: nn.Module = nn.Identity() if is_affine else _window_mean(walk, call)
            walk.rows.update(call.outputs if len(walk.shapes[call.outputs[0]]) == 1 else ())
        else:
            after = _converted(call, module, walk)
        modules.append(after)
        if type(after) is not type(module) and not isinstance(module, Permute | nn.Flatten):
            words = f"{type(module).__name__} → {type(after).__name__}"
            replaced[words] = replaced.get(words, 0) + 1
    made = _assembled([call for call, _ in calls], modules, model)
    is_averaged = bool(averages) and is_affine
    _check(model, made, shape, is_averaged)
    said = (f"{count} × {words}" if count > 1 else words for words, count in replaced.items())
    return AnySize(made, is_averaged, tuple(said))


def _leaves(network: GraphModule, path: str = "") -> list[Call]:
    """The calls of a network, those of the modules in it in their places."""
    found: list[Call] = []
    for call in network.calls:
        inner = network.get_submodule(call.path)
        whole = f"{path}.{call.path}" if path else call.path
        if isinstance(inner, GraphModule):
            found += _leaves(inner, whole)
        else:
            found.append(Call(whole, call.inputs, call.outputs))
    return found


def _shapes(
    model: GraphModule, calls: Sequence[tuple[Call, nn.Module]], shape: Sizes
) -> dict[str, Sizes]:
    """The shape of every result for a picture of the network's own size, without the batch."""
    known: dict[str, Tensor] = {model.inputs[0]: torch.zeros(1, *shape)}
    with torch.inference_mode():
        for call, module in calls:
            given = module(*(known[name] for name in call.inputs))
            results = given if isinstance(given, tuple) else (given,)
            known.update(zip(call.outputs, results, strict=True))
    return {name: tuple(tensor.shape[1:]) for name, tensor in known.items()}


def _refused(call: Call, module: nn.Module, why: str) -> ValueError:
    return ValueError(f"{type(module).__name__} at {call.path[:60]!r} {why}")


def _averages(
    model: GraphModule, calls: Sequence[tuple[Call, nn.Module]], walk: _Walk
) -> list[Call]:
    """The means over whole maps at the network's end: what follows them meets no maps again."""
    found = []
    for place, (call, module) in enumerate(calls):
        is_mean = isinstance(module, nn.AdaptiveAvgPool2d) and _is_one(module.output_size)
        if is_mean and not _meets_maps(calls[place:], set(call.outputs), walk):
            found.append(call)
    return found


def _is_one(size: object) -> bool:
    return size in (1, (1, 1), [1, 1])


def _meets_maps(calls: Sequence[tuple[Call, nn.Module]], reached: set[str], walk: _Walk) -> bool:
    """Whether what a mean reaches is joined with maps, as in a block that weighs its channels."""
    for call, _ in calls[1:]:
        if reached.isdisjoint(call.inputs):
            continue
        reached |= set(call.outputs)
        others = (walk.shapes[name] for name in call.inputs if name not in reached)
        if any(len(shape) == 3 and shape[1:] != (1, 1) for shape in others):
            return True
    return False


def _is_sum_behind(calls: Sequence[tuple[Call, nn.Module]], mean: Call) -> bool:
    """Whether behind a mean there are sums with weights alone: then it may as well come last."""
    reached = set(mean.outputs)
    for call, module in calls:
        if not reached.isdisjoint(call.inputs):
            reached |= set(call.outputs)
            if not isinstance(module, SUMS) or len(call.inputs) != 1:
                return False
    return True


def _window_mean(walk: _Walk, call: Call) -> nn.Module:
    height, width = walk.shapes[call.inputs[0]][1:]
    return nn.AvgPool2d((height, width), stride=1)


def _converted(call: Call, module: nn.Module, walk: _Walk) -> nn.Module:
    """What stands for a module where rows of numbers are maps.

    Raises:
        ValueError: it works at one size only.
    """
    first, shape = call.inputs[0], walk.shapes[call.inputs[0]]
    if isinstance(module, Permute) and len(shape) == 3 and module.dims == CHANNELS_LAST:
        walk.turned.update(call.outputs)
        return nn.Identity()
    if isinstance(module, nn.Flatten) and len(shape) == 3:
        return _laid_in_a_row(call, module, walk)
    if isinstance(module, EACH_NUMBER):
        return _kept(call, module, walk)
    if first in walk.turned and _turns_back(module, shape):
        return nn.Identity()
    if first in walk.turned or (first in walk.laid and not isinstance(module, nn.Linear)):
        raise _refused(
            call, module, "reads maps that were laid in a row: only Linear is known there"
        )
    if isinstance(module, nn.Linear):
        return _as_convolution(call, module, walk)
    if isinstance(module, nn.BatchNorm1d) and first in walk.rows:
        walk.rows.update(call.outputs)
        return _as_norm_of_maps(module)
    if isinstance(module, nn.AdaptiveAvgPool2d):
        return _fixed_mean(call, module, walk)
    if isinstance(module, OF_MAPS) and len(shape) == 3:
        return module
    return _of_channels(call, module, walk)


def _turns_back(module: nn.Module, shape: Sizes) -> bool:
    """Whether a module puts channels that come last before rows and columns again."""
    if isinstance(module, Permute):
        return module.dims == CHANNELS_FIRST
    height, width, channels = shape if len(shape) == 3 else (0, 0, 0)
    return channels == 1 and isinstance(module, Reshape) and module.shape == (1, height, width)


def _kept(call: Call, module: nn.Module, walk: _Walk) -> nn.Module:
    """A module that works on each number: its result is laid out as what it reads."""
    first, out = call.inputs[0], call.outputs[0]
    for known in (walk.rows, walk.turned):
        known.update({out} if first in known else ())
    if first in walk.laid:
        walk.laid[out] = walk.laid[first]
    return module


def _laid_in_a_row(call: Call, module: nn.Flatten, walk: _Walk) -> nn.Module:
    first, out = call.inputs[0], call.outputs[0]
    shape = walk.shapes[first]
    if module.start_dim != 1 or module.end_dim != -1:
        raise _refused(call, module, "lays only some axes in a row")
    walk.rows.add(out)
    if first in walk.turned or shape[1:] != (1, 1):
        walk.laid[out] = (*shape, 1) if first in walk.turned else (*shape, 0)
    return nn.Identity()


def _as_convolution(call: Call, module: nn.Linear, walk: _Walk) -> nn.Module:
    first = call.inputs[0]
    if first not in walk.rows:
        raise _refused(call, module, "reads something else than a row of numbers")
    weight, outs = module.weight, module.out_features
    if laid := walk.laid.get(first):
        *sizes, is_last = laid
        kernel = weight.reshape(outs, *sizes)
        kernel = kernel.permute(0, 3, 1, 2) if is_last else kernel
    else:
        kernel = weight.reshape(outs, -1, 1, 1)
    with torch.device("meta"):
        made = nn.Conv2d(
            kernel.shape[1], outs, (kernel.shape[2], kernel.shape[3]), bias=module.bias is not None
        )
    made.weight = nn.Parameter(kernel.contiguous(), requires_grad=False)
    if module.bias is not None:
        made.bias = nn.Parameter(module.bias.detach(), requires_grad=False)
    walk.rows.update(call.outputs)
    return made


def _as_norm_of_maps(module: nn.BatchNorm1d) -> nn.Module:
    with torch.device("meta"):
        made = nn.BatchNorm2d(module.num_features, module.eps, affine=module.affine)
    made.load_state_dict(module.state_dict(), assign=True)
    return made


def _fixed_mean(call: Call, module: nn.AdaptiveAvgPool2d, walk: _Walk) -> nn.Module:
    """A mean that makes maps of one size: windows of one size, where they are so."""
    height, width = walk.shapes[call.inputs[0]][1:]
    rows, columns = (
        walk.shapes[call.outputs[0]][1:] if len(walk.shapes[call.outputs[0]]) == 3 else (1, 1)
    )
    if (rows, columns) == (1, 1):
        return module  # of a block that weighs its channels by the whole picture
    if (rows, columns) == (height, width):
        return nn.Identity()
    if height % rows or width % columns:
        raise _refused(call, module, f"makes {rows} × {columns} of {height} × {width}: by windows "
                                     "of different sizes, which no convolution has")  # fmt: skip
    return nn.AvgPool2d((height // rows, width // columns))


def _of_channels(call: Call, module: nn.Module, walk: _Walk) -> nn.Module:
    """Joins, and what looks at channels alone.

    Raises:
        ValueError: it is none of these.
    """
    rows = [name in walk.rows for name in call.inputs]
    if any(name in walk.laid or name in walk.turned for name in call.inputs):
        raise _refused(call, module, "joins maps that were laid in a row")
    if any(rows):
        walk.rows.update(call.outputs)
    is_all = all(rows) or all(len(walk.shapes[name]) == 3 for name in call.inputs)
    match module:
        case Add() | Sub() | Mul() | Div() if is_all:
            return module
        case Concat() | Slice() | Split() if is_all and module.dim == 1:
            return module
        case nn.Softmax() | nn.LogSoftmax() if module.dim == 1 or (rows[0] and module.dim == -1):
            return type(module)(1)
        case nn.Upsample() if module.size is None:
            return module
        case Constant() if (value := _of_each_channel(module, rows[0])) is not None:
            return value
    raise _refused(call, module, "works on numbers of one size only")


def _of_each_channel(module: Constant, is_row: bool) -> nn.Module | None:
    """The same with a number for each channel of maps; None where places have their own."""
    value, function = module.value, module.function
    if function == "matmul":
        return None
    if value.numel() == 1:
        return module
    shape = value.shape[1:] if value.ndim == 4 or (is_row and value.ndim == 2) else value.shape
    if is_row:
        shape = (*shape, 1, 1)
    if len(shape) != 3 or tuple(shape[1:]) != (1, 1):
        return None
    return Constant(function, value.detach().reshape(shape), module.is_first).eval()


def _assembled(
    calls: Sequence[Call], modules: Sequence[nn.Module], model: GraphModule
) -> GraphModule:
    """The network of these modules, in one row."""
    named = [Call(f"step{place}", call.inputs, call.outputs) for place, call in enumerate(calls)]
    made = GraphModule(named, model.inputs, model.outputs)
    for call, module in zip(named, modules, strict=True):
        made.add_module(call.path, module)
    return made.eval().requires_grad_(False)


def _check(model: nn.Module, made: nn.Module, shape: Sizes, is_averaged: bool) -> None:
    """Make sure that both say the same of a picture of the network's own size.

    Raises:
        ValueError: they do not.
    """
    batch = torch.rand(1, *shape, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        wanted, found = model(batch), made(batch)
    if found.ndim != 4:
        raise ValueError("what it gives is no map of classes")
    if wanted.ndim == 2:
        found = found.mean(dim=(2, 3)) if is_averaged else found.flatten(1)
    is_same = found.shape == wanted.shape
    if not is_same or float((found - wanted).abs().max()) > CLOSE * float(wanted.abs().max()):
        raise ValueError("as convolutions it does not give the same scores")
