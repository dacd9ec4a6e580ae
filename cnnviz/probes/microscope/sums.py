"""Cells that are weighted sums: convolution, transposed convolution, Linear."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz.probes.footprints import stamps, window_positions
from cnnviz.probes.microscope.scope import Cell, Scope, maps_of, settled
from cnnviz.probes.microscope.stages import Stage, Term, Window, sum_formula
from cnnviz.probes.tape import Node


def explain_conv(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """Σ over input channels of Σ over the window of weight · input, + bias."""
    conv: Any = node.operation
    source, channels = node.sources[0], _channels_read(conv, cell[0])
    left, right, top, bottom = conv._reversed_padding_repeated_twice
    axes = zip(cell[1:], conv.kernel_size, conv.stride, conv.dilation, (top, left), strict=True)
    rows, columns = (tuple(window_positions([i], k, s, d, p)) for i, k, s, d, p in axes)
    read = source.output[0, channels.start : channels.stop]
    mode = conv.padding_mode
    at_rows = _at(torch.tensor(rows), read.shape[1], (top, bottom), mode)
    at_columns = _at(torch.tensor(columns), read.shape[2], (left, right), mode)
    is_inside = (at_rows >= 0)[:, None] & (at_columns >= 0)
    values = read[:, at_rows.clamp(0)][:, :, at_columns.clamp(0)].double()  # (C_in/groups, F, F)
    values = torch.where(is_inside, values, 0.0)
    weights = conv.weight[cell[0]].double()
    height, width = source.output.shape[2:]
    window = Window(source.name, rows, columns, values, weights, tuple(channels), height, width)
    return [_stage(scope, node, cell, window, _conv_expression(scope, node, cell, window))]


def explain_conv_transpose(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """Σ over input channels of the stamps of the kernel that land on the cell, + bias."""
    conv: Any = node.operation
    source, channels = node.sources[0], list(_channels_read(conv, cell[0]))
    sizes = source.output.shape[2:]
    axes = zip(
        cell[1:], conv.kernel_size, conv.stride, conv.padding, conv.dilation, sizes, strict=True
    )
    rows, columns = (stamps(i, k, s, p, d, size) for i, k, s, p, d, size in axes)
    at_rows, row_taps = [row for row, _ in rows], [tap for _, tap in rows]
    at_columns, column_taps = [column for column, _ in columns], [tap for _, tap in columns]
    values = source.output[0][channels][:, at_rows][:, :, at_columns].double()
    kernels = conv.weight[channels, cell[0] % (conv.out_channels // conv.groups)].double()
    weights = kernels[:, row_taps][:, :, column_taps]
    window = Window(
        source.name, tuple(at_rows), tuple(at_columns), values, weights, tuple(channels), *sizes
    )
    return [_stage(scope, node, cell, window, scope.writer.cell(node, cell))]


def explain_linear(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """Σ over all inputs of weight · input, + bias; inputs that were maps are summed by map."""
    linear: Any = node.operation
    if node.output.ndim != 2:
        return scope.unexplained(node, cell)
    source, values = _before_flatten(node.sources[0])
    weights = linear.weight[cell[0]].double().view(values.shape)
    height, width = values.shape[1:]
    window = Window(
        source.name, tuple(range(height)), tuple(range(width)), values, weights,
        tuple(range(len(values))), height, width,
    )  # fmt: skip
    module = scope.writer.module(node)
    expression = f"({module}.weight[{cell[0]}] * {scope.writer.write(node.sources[0])}[0]).sum()"
    if linear.bias is not None:
        expression += f" + {module}.bias[{cell[0]}]"
    return [_stage(scope, node, cell, window, expression)]


def _before_flatten(source: Node) -> tuple[Node, Tensor]:
    """The maps (channel, row, column) that were flattened into features, or (feature, 1, 1)."""
    maps, _ = settled(source, (0,))
    if maps.output.ndim == 4 and torch.equal(maps.output[0].flatten(), source.output[0]):
        return maps, maps_of(maps)
    return source, maps_of(source)[:, None, None]


def _at(places: Tensor, size: int, padding: tuple[int, int], mode: str) -> Tensor:
    """Which of `size` rows or columns lie at places that begin with −padding; −1 is a zero."""
    before, after = padding
    own = torch.arange(size, dtype=torch.float64)[None, None]
    how = "constant" if mode == "zeros" else mode
    return F.pad(own, (before, after), mode=how, value=-1 if mode == "zeros" else None)[0, 0][
        places + before
    ].long()


def _channels_read(conv: Any, channel: int) -> range:
    per_group = conv.in_channels // conv.groups
    group = channel // (conv.out_channels // conv.groups)
    return range(group * per_group, (group + 1) * per_group)


def _stage(scope: Scope, node: Node, cell: Cell, window: Window, expression: str) -> Stage:
    """Partial sums per channel of a window with weights, and the bias."""
    layer: Any = node.operation
    weights = torch.zeros(()) if window.weights is None else window.weights
    sums = (window.values * weights).sum(dim=(1, 2)).tolist()
    products = window.values[0].numel()
    source = scope.played[window.layer]
    terms = [
        Term(scope.channel_label(source, number), value, products)
        for number, value in zip(window.channels, sums, strict=True)
    ]
    if layer.bias is not None:
        terms.append(Term("bias", layer.bias[cell[0]].item()))
    value = sum(term.value for term in terms)
    formula = sum_formula(tuple(terms), value)
    return Stage(node.name, node.kind, value, formula, expression, tuple(terms), window=window)


def _conv_expression(scope: Scope, node: Node, cell: Cell, window: Window) -> str:
    conv: Any = node.operation
    padding = tuple(conv._reversed_padding_repeated_twice)
    left, _, top, _ = padding
    maps, module = scope.writer.write(node.sources[0]), scope.writer.module(node)
    if any(padding):
        mode = "" if conv.padding_mode == "zeros" else f', mode="{conv.padding_mode}"'
        maps = f"F.pad({maps}, {padding}{mode})"
    channels = f"{window.channels[0]}:{window.channels[-1] + 1}" if conv.groups > 1 else ":"
    rows = _slice(window.rows, top, conv.dilation[0])
    columns = _slice(window.columns, left, conv.dilation[1])
    product = f"({module}.weight[{cell[0]}] * {maps}[0, {channels}, {rows}, {columns}]).sum()"
    return product if conv.bias is None else f"{product} + {module}.bias[{cell[0]}]"


def _slice(positions: tuple[int, ...], before: int, step: int) -> str:
    text = f"{positions[0] + before}:{positions[-1] + before + 1}"
    return text if step == 1 else f"{text}:{step}"
