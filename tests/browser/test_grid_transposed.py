"""The grid in a real browser: a transposed convolution, whose input cells stamp the kernel."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from tests.support.grid_page import PLAIN, Grid

STAMPS: dict[str, Any] = PLAIN | {
    "height": 3,
    "width": 4,
    "transposed": True,
    "stride": [2, 2],
    "padding": [1, 0],
    "output_padding": [1, 0],
}


def transposed(pixels: Tensor, weight: Tensor) -> Tensor:
    arguments: dict[str, Any] = {
        name: tuple(STAMPS[name]) for name in ("stride", "padding", "output_padding")
    }
    return F.conv_transpose2d(pixels[None, None], weight[None, None], **arguments)[0, 0]


def kept_places(grid: Grid, name: str) -> set[tuple[int, int]]:
    """Marked output cells without those that padding cuts away, in the output's own rows."""
    cut = grid.places("out", "cut")
    return {(row - 1, column) for row, column in grid.places("out", name) - cut}


def test_a_transposed_input_cell_lights_the_outputs_it_is_stamped_onto(grids):
    grid = grids.look_at(STAMPS)
    for place in [(0, 0), (1, 2), (2, 3)]:
        grid.cell("in", place).hover()
        pixels = torch.zeros(3, 4)
        pixels[place] = 1
        stamped = {tuple(p) for p in transposed(pixels, torch.ones(3, 3)).nonzero().tolist()}
        assert kept_places(grid, "reach") == stamped
        assert f"added to {len(stamped)} output cells" in grid.sentence()


def test_a_transposed_output_cell_lists_the_inputs_that_write_it(grids):
    grid = grids.look_at(STAMPS)
    pixels, kernel = grid.numbers("in"), grid.numbers("kernel")
    expected = transposed(pixels, kernel)
    for row, column in [(0, 0), (1, 2), (5, 8), (3, 4)]:
        grid.cell("out", (row + 1, column)).hover()
        source = torch.zeros_like(pixels, requires_grad=True)
        output = transposed(source, torch.ones_like(kernel))[row, column]
        writers = torch.autograd.grad(output, source)[0].nonzero().tolist()
        assert grid.places("in", "reach") == {tuple(place) for place in writers}
        assert grid.result() == expected[row, column]
        assert f"written by {len(writers)} input cell" in grid.sentence()


def test_a_transposed_output_shows_how_often_each_cell_is_written_and_what_is_cut(grids):
    grid = grids.look_at(STAMPS)
    counts = transposed(torch.ones(3, 4), torch.ones(3, 3))
    script = (
        "grid => [...grid.querySelectorAll('[data-stamps]')]"
        ".map(cell => [...cell.place, Number(cell.dataset.stamps)])"
    )
    shown = {(row - 1, column): n for row, column, n in grid.part("out").evaluate(script)}
    expected = {
        (row, column): int(counts[row, column])
        for row in range(counts.shape[0])
        for column in range(counts.shape[1])
    }
    assert shown == expected
    assert len(grid.places("out", "cut")) == 18  # padding cuts the first and the last row of nine
    assert grid.places("out", "added") == {(6, column) for column in range(9)}
    grid.cell("out", (3, 2)).click()
    grid.wait_until_said(pinned=[2, 2])  # in rows of the output, not of the drawing
    grid.page.keyboard.press("Escape")
    grid.wait_until_said(pinned=None)
