"""One small pooling with every number in it: windows, winners, and where the gradient goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from cnnviz.pooling.layer import pool_module
from cnnviz.pooling.power import PowerCurve, power_curves
from cnnviz.pooling.refusal import check_settings, refusal
from cnnviz.pooling.settings import OPERATIONS, PoolSettings
from cnnviz.rounding import rounded

TUTORIAL = ((1, 1, 2, 4), (5, 6, 7, 8), (3, 2, 1, 0), (1, 2, 3, 4))  # its 2×2/2 max-pooling
LARGEST_GRID = 14  # of the input; more cells with their gradients can no longer be read
MOST_WINDOWS = 200
MOST_READ = 60  # numbers that a sum writes out


@dataclass(frozen=True)
class Pooled:
    """What one operation makes of the input, and how each output depends on it.

    Attributes:
        operation: "max", "avg" or "lp".
        output: (rows, columns).
        gradient: (rows, columns, height, width): ∂ output / ∂ input for each output, by the
            backward pass of the real layer.
        refused: why torch has no such layer for today's settings; then there are no numbers.
    """

    operation: str
    output: Tensor | None = None
    gradient: Tensor | None = None
    refused: str = ""


@dataclass(frozen=True)
class PoolExample:
    """A pooling on whole numbers: what goes in, what comes out, and the same by the others.

    Tensors are float64, so that they show as one would write them by hand.
    """

    settings: PoolSettings
    input: Tensor  # (height, width)
    mine: Pooled
    others: tuple[Pooled, ...]  # every operation on the same windows, in the order of OPERATIONS

    @property
    def output(self) -> Tensor:
        """(rows, columns) of today's operation."""
        assert self.mine.output is not None
        return self.mine.output

    def window(self, row: int, column: int) -> list[tuple[int, int]]:
        """The cells of the input that an output reads; padding has none."""
        rows, columns = (
            [i for i in axis.window(place) if 0 <= i < axis.size]
            for axis, place in zip(self.settings.axes, (row, column), strict=True)
        )
        return [(i, j) for i in rows for j in columns]

    def numbers(self, row: int, column: int) -> list[float]:
        """What an output reads of the input, row by row."""
        return [float(self.input[cell]) for cell in self.window(row, column)]

    def winners(self, row: int, column: int) -> list[tuple[int, int]]:
        """The cells of a window that hold its largest number; the first gets max's gradient."""
        cells, values = self.window(row, column), self.numbers(row, column)
        return [cell for cell, value in zip(cells, values, strict=True) if value == max(values)]


def grid_input(height: int, width: int, seed: int = 0) -> Tensor:
    """Whole numbers from 0 to 9; the tutorial's own for 4×4 and seed 0."""
    if (height, width, seed) == (4, 4, 0):
        return torch.tensor(TUTORIAL, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 10, (height, width), generator=generator).double()


def pool_example(settings: PoolSettings, image: Tensor | None = None, seed: int = 0) -> PoolExample:
    """One channel of the layer on a small input, window by window.

    Args:
        settings: of the layer and the size of its input.
        image: (height, width); None: `grid_input` of the seed.
        seed: of the input.

    Raises:
        ValueError: torch refuses the settings, the grid has no room, or the image does not fit.
    """
    check_settings(settings)
    image = grid_input(settings.height, settings.width, seed) if image is None else image.double()
    if tuple(image.shape) != (settings.height, settings.width):
        raise ValueError(
            f"the input is {tuple(image.shape)}, not {settings.height}×{settings.width}"
        )
    if max(image.shape) > LARGEST_GRID:
        raise ValueError(f"the grid has room for {LARGEST_GRID}×{LARGEST_GRID} numbers")
    others = tuple(_pooled(replace(settings, operation=one), image) for one in OPERATIONS)
    mine = next(one for one in others if one.operation == settings.operation)
    return PoolExample(settings, image, mine, others)


def _pooled(settings: PoolSettings, image: Tensor) -> Pooled:
    if found := refusal(settings):
        return Pooled(settings.operation, refused=found.sentence)
    output = _forward(settings, image[None, None])[0, 0].detach()
    if output.numel() > MOST_WINDOWS:
        return Pooled(settings.operation, output)
    return Pooled(settings.operation, output, _gradients(settings, image, output.shape))


def _gradients(settings: PoolSettings, image: Tensor, shape: torch.Size) -> Tensor:
    """One backward pass of the real layer on as many copies as there are outputs."""
    count = shape.numel()
    with torch.inference_mode(False), torch.enable_grad():
        copies = image.clone().expand(count, 1, *image.shape).clone().requires_grad_()
        outputs = _forward(settings, copies).flatten(1)
        (gradient,) = torch.autograd.grad(outputs.diagonal().sum(), copies)
    return gradient.view(*shape, *image.shape)


def _forward(settings: PoolSettings, batch: Tensor) -> Tensor:
    return pool_module(replace(settings, channels=1))(batch)


def example_json(example: PoolExample) -> dict[str, Any]:
    """The example as plain lists and numbers, for the grid component.

    `cells` has each output in order: the `cells` of its window, its `winner` and how many are
    `tied` with it, its `sum` written out, `by` operation the value and the gradient of each cell,
    and the `curve` of the p-norm with and without the division.
    """
    settings, (high, wide) = example.settings, example.output.shape
    rows, columns = settings.axes
    places = [(i, j) for i in range(high) for j in range(wide)]
    curves = power_curves([example.numbers(*place) for place in places])
    cells = [_cell_json(example, *at, curve) for at, curve in zip(places, curves, strict=True)]
    return {
        "operation": settings.operation,
        "input": rounded(example.input.tolist()),
        "output": rounded(example.output.tolist()),
        "rows": [rows.window(i) for i in range(high)],
        "columns": [columns.window(j) for j in range(wide)],
        "padding": [rows.padding, columns.padding],
        "overhang": [rows.overhang, columns.overhang],
        "counts_padding": settings.operation == "avg" and settings.count_include_pad,
        "cells": cells,
        "refused": {one.operation: one.refused for one in example.others if one.refused},
        "titles": {"max": "Max", "avg": "Average", "lp": f"{settings.p:g}-norm"},
        "total": rounded(_total(example).tolist()),
    }


def _total(example: PoolExample) -> Tensor:
    """What the input gets when every output sends back a gradient of 1."""
    gradient = example.mine.gradient
    return torch.zeros_like(example.input) if gradient is None else gradient.sum(dim=(0, 1))


def _cell_json(example: PoolExample, row: int, column: int, curve: PowerCurve) -> dict[str, Any]:
    cells, winners = example.window(row, column), example.winners(row, column)
    return {
        "cells": [list(cell) for cell in cells],
        "winner": list(winners[0]),
        "tied": len(winners),
        "sum": written_out(example, row, column),
        "by": {
            one.operation: _by_json(one, row, column, cells)
            for one in example.others
            if not one.refused
        },
        "curve": _curve_json(curve),
    }


def _by_json(one: Pooled, row: int, column: int, cells: list[tuple[int, int]]) -> dict[str, Any]:
    assert one.output is not None
    gradient = [] if one.gradient is None else [one.gradient[row, column][cell] for cell in cells]
    return {
        "value": rounded(float(one.output[row, column])),
        "gradient": [rounded(float(part)) for part in gradient],
    }


def _curve_json(curve: PowerCurve) -> dict[str, Any]:
    return {
        "p": list(curve.p),
        "sum": [rounded(value) for value in curve.sums],
        "mean": [rounded(value) for value in curve.means],
        "max": rounded(curve.maximum),
    }


def written_out(example: PoolExample, row: int, column: int) -> str:
    """The output as a formula with its window's numbers: max(2, 4, 7, 8)."""
    settings, values = example.settings, example.numbers(row, column)
    shown = [said(value) for value in values[:MOST_READ]] + ["…"] * (len(values) > MOST_READ)
    if settings.operation == "max":
        return f"max({', '.join(shown)})"
    if settings.operation == "avg":
        return f"({' + '.join(shown)}) / {_divisor(example, row, column)}"
    p = f"{settings.p:g}"
    scale = _lp_scale(settings, len(values))
    inside = " + ".join(f"{value}^{p}" for value in shown)
    return f"({scale}({inside}))^(1/{p})" if scale else f"({inside})^(1/{p})"


def _divisor(example: PoolExample, row: int, column: int) -> int:
    """What torch divides a sum by: cells read, with those of the padding if they count."""
    settings = example.settings
    if not settings.count_include_pad:
        return len(example.window(row, column))
    sides = [
        sum(i < axis.size + axis.padding for i in axis.window(place))
        for axis, place in zip(settings.axes, (row, column), strict=True)
    ]
    return sides[0] * sides[1]


def _lp_scale(settings: PoolSettings, read: int) -> str:
    """torch counts a window of ceil_mode that hangs over the end as if it were full."""
    full = settings.kernel_size[0] * settings.kernel_size[1]
    return "" if read == full else f"{full}/{read}·"


def said(value: float) -> str:
    """A number as it is written in a formula."""
    return f"{value:g}".replace("-", "−")
