"""The grid of the pooling page: input, output and gradient as numbers, and the same window by each.

Pointing, walking and playing happen in the browser; the output that is pinned comes back.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cnnviz.counting import counted, size_words
from cnnviz.figures.style import DIVERGING, FIRST_LEVEL, LAST_LEVEL, css_gradient
from cnnviz.pooling.power import first_overflow, why_not_a_number
from cnnviz.pooling.settings import PoolSettings
from cnnviz.pooling.worked_example import PoolExample, example_json, pool_example
from cnnviz.ui import page
from cnnviz.ui.address import no_place
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.pooling.address import ADDRESS, WHOLE, Values
from cnnviz.ui.sent import cell as cell_of
from cnnviz.ui.sent import word
from cnnviz.ui.taking.offers import offer_numbers

GRID = "pooling_grid"  # key of the component
COLOURS = [
    "#" + bytes(DIVERGING[level]).hex()
    for level in range(FIRST_LEVEL, LAST_LEVEL + 1, (LAST_LEVEL - FIRST_LEVEL) // 127)
]

_mount = register("pooling_grid")


def show(values: Values, settings: PoolSettings) -> None:
    """Input, output and gradient of today's layer, and the same window under each operation."""
    try:
        data = grid_data(settings, values.seed, values.cell)
    except ValueError as error:
        page.problem(f"This is not drawn: {error}.")
        return
    offer_numbers("the grid’s input and output", ADDRESS, lambda: _numbers(settings, values.seed))
    size = len(data["rows"]), len(data["columns"])
    ADDRESS.only(cell=no_place(values.cell, *size))

    def pinned() -> None:
        if cell := word(GRID, "pinned", cell_of(size)):
            ADDRESS.set(cell=cell)
            run_again(WHOLE)

    _mount(data=data, key=GRID, default={"pinned": None}, on_pinned_change=pinned, height="content")


def _numbers(settings: PoolSettings, seed: int) -> dict[str, Tensor]:
    example = pool_example(settings, seed=seed)
    return {"input": example.input, "output": example.output}


def grid_data(settings: PoolSettings, seed: int, cell: tuple[int, int]) -> dict[str, Any]:
    """What the component is told: the example, where it starts, and what p cannot do.

    Raises:
        ValueError: torch refuses the settings, or the grid has no room.
    """
    told = _example_data(settings, seed)
    start = cell if min(cell) >= 0 else (0, min(1, len(told["columns"]) - 1))
    return {**told, "start": list(start)}


@kept(is_quick=True)  # a class follows its teacher: the same settings come again and again
def _example_data(settings: PoolSettings, seed: int) -> dict[str, Any]:
    example = pool_example(settings, seed=seed)
    return {
        **example_json(example),
        "tiles": _tiles(settings),
        "diverging": COLOURS,
        "gradient": css_gradient(DIVERGING),
        "limits": _limits(example),
        "alt": _alt(example),
    }


def _tiles(settings: PoolSettings) -> list[int]:
    """Where windows lie side by side, a gap stands between them: their sizes, else 0."""
    apart = settings.padding == (0, 0) and settings.dilation == (1, 1)
    is_tiled = apart and settings.kernel_size == settings.stride
    return list(settings.stride) if is_tiled else [0, 0]


def _limits(example: PoolExample) -> str:
    """Where torch's p-norm of these numbers fails, as it was tried."""
    numbers = example.input.flatten().tolist()
    overflow = first_overflow(numbers)
    said = f"In float32 torch gives infinity from p = {overflow} on. " if overflow else ""
    negative = [-value for value in numbers if value]
    if negative and why_not_a_number(negative, 3) and why_not_a_number(negative, 1.5):
        said += "With odd or fractional p it gives NaN where the sum is negative."
    return said


def _alt(example: PoolExample) -> str:
    height, width = example.input.shape
    rows = "; ".join(" ".join(f"{value:g}" for value in row) for row in example.output.tolist())
    if example.output.numel() > 60:
        low, high = float(example.output.min()), float(example.output.max())
        rows = f"{counted(example.output.numel(), 'number')} from {low:g} to {high:g}"
    size = size_words(example.output.shape)
    return f"{height} × {width} numbers, pooled to {size}: {rows}."
