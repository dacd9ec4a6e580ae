"""Cells that summarise a window: the largest, the mean, the p-norm."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from cnnviz.counting import place_words
from cnnviz.probes.footprints import pool_positions, pool_settings, window_positions
from cnnviz.probes.microscope.scope import Cell, Scope
from cnnviz.probes.microscope.stages import SHOWN_TERMS, Stage, Term, Window, number
from cnnviz.probes.tape import Kind, Node

# What stands behind the winner of a maximum is part of its story.
BEHIND_WINNER = (Kind.ACTIVATION, Kind.NORM, Kind.CONV, Kind.CONV_TRANSPOSE, Kind.SUM)


def explain_pool(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """Max, average, adaptive and p-norm pooling, and the mean over whole maps."""
    pool = node.operation
    if node.sources[0].output.ndim != 4:
        return scope.unexplained(node, cell)
    if isinstance(pool, nn.MaxPool2d | nn.AdaptiveMaxPool2d):
        return _explain_max(scope, node, cell)
    if isinstance(pool, nn.AvgPool2d | nn.AdaptiveAvgPool2d) or _is_mean_of_maps(node):
        return [_explain_mean(scope, node, cell)]
    if isinstance(pool, nn.LPPool2d):
        return [_explain_norm(scope, node, cell)]
    return scope.unexplained(node, cell)


def _is_mean_of_maps(node: Node) -> bool:
    """Whether a function took the mean over rows and columns, and nothing else."""
    shape = tuple(node.output.shape[1:])
    channels = node.sources[0].output.shape[1]
    return node.is_function and shape in ((channels,), (channels, 1, 1))


def _window(node: Node, cell: Cell) -> Window:
    place = cell[1:] if len(cell) == 3 else (0, 0)
    rows, columns = pool_positions(node, [[i] for i in place])
    source = node.sources[0]
    values = source.output[0, cell[0]][rows][:, columns].double()
    height, width = source.output.shape[2:]
    return Window(
        source.name, tuple(rows), tuple(columns), values[None], None, (cell[0],), height, width
    )


def _terms(window: Window, chosen: int | None = None) -> tuple[Term, ...]:
    places = [(row, column) for row in window.rows for column in window.columns]
    values = window.values.flatten().tolist()
    return tuple(
        Term(place_words(row, column), value, is_chosen=i == chosen)
        for i, ((row, column), value) in enumerate(zip(places, values, strict=True))
    )


def _cells(scope: Scope, node: Node, cell: Cell, window: Window) -> str:
    maps = scope.writer.write(node.sources[0])
    rows, columns = (
        f"{part[0]}:{part[-1] + 1}" + _step(part) for part in (window.rows, window.columns)
    )
    return f"{maps}[0, {cell[0]}, {rows}, {columns}]"


def _step(part: tuple[int, ...]) -> str:
    return f":{part[1] - part[0]}" if len(part) > 1 and part[1] - part[0] > 1 else ""


def _listed(values: Tensor, chosen: int | None = None) -> str:
    numbers = [number(value) for value in values.flatten().tolist()]
    if chosen is not None:
        numbers[chosen] = rf"\mathbf{{{numbers[chosen]}}}"
    if len(numbers) > 9:
        kept = sorted({*range(SHOWN_TERMS), *([] if chosen is None else [chosen])})
        numbers = [numbers[i] for i in kept] + [r"\dots"]
    return ", ".join(numbers)


def _explain_max(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    window = _window(node, cell)
    chosen = int(window.values.argmax())
    row, column = divmod(chosen, len(window.columns))
    winner = (cell[0], window.rows[row], window.columns[column])
    before, value, _ = scope.behind(node.sources[0], winner, BEHIND_WINNER)
    formula = rf"\max({_listed(window.values, chosen)}) = {number(value)}"
    expression = f"{_cells(scope, node, cell, window)}.max()"
    terms = _terms(window, chosen)
    return [
        *before, Stage(node.name, node.kind, value, formula, expression, terms, window=window)
    ]  # fmt: skip


def _explain_mean(scope: Scope, node: Node, cell: Cell) -> Stage:
    window = _window(node, cell)
    count, divisor = window.values.numel(), _divisor(node, cell, window)
    value = window.values.sum().item() / divisor
    formula = rf"\frac{{1}}{{{divisor}}} \left({_plus(window.values)}\right) = {number(value)}"
    cells = _cells(scope, node, cell, window)
    expression = f"{cells}.mean()" if divisor == count else f"{cells}.sum() / {divisor}"
    return Stage(node.name, node.kind, value, formula, expression, _terms(window), window=window)


def _plus(values: Tensor) -> str:
    numbers = [f"({number(v)})" if v < 0 else number(v) for v in values.flatten().tolist()]
    if len(numbers) > 9:
        numbers = [*numbers[:SHOWN_TERMS], r"\dots"]
    return " + ".join(numbers)


def _divisor(node: Node, cell: Cell, window: Window) -> int:
    """How many numbers an average counts: with its padding or without, as the layer was told."""
    pool: Any = node.operation
    count = window.values.numel()
    if not isinstance(pool, nn.AvgPool2d):
        return count
    if pool.divisor_override is not None:
        return pool.divisor_override
    if not pool.count_include_pad:
        return count
    rows, columns = (
        sum(position < size + p for position in window_positions([i], k, s, d, p))
        for i, size, (k, s, d, p) in zip(
            cell[1:], node.sources[0].output.shape[2:], pool_settings(pool), strict=True
        )
    )  # what ceil_mode hangs out beyond the padding is not counted
    return rows * columns


def _explain_norm(scope: Scope, node: Node, cell: Cell) -> Stage:
    pool: Any = node.operation
    window, p = _window(node, cell), float(pool.norm_type)
    (kernel_rows, *_), (kernel_columns, *_) = pool_settings(pool)
    scale = kernel_rows * kernel_columns / window.values.numel()  # a cut window counts as a whole
    total = window.values.pow(p).sum().item() * scale
    value = max(total, 0.0) ** (1 / p)
    formula = rf"\Big(\sum x^{{{number(p)}}}\Big)^{{1/{number(p)}}} = {number(value)}"
    cells = _cells(scope, node, cell, window)
    times = "" if scale == 1 else f" * {scale}"
    expression = f"({cells}.pow({p}).sum(){times}).pow({1 / p})"
    return Stage(node.name, node.kind, value, formula, expression, _terms(window), window=window)
