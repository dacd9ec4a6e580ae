"""The grid in a real browser: pointing, walking and the keyboard.

The truth it is held to is torch: gradients for which cell touches which, and torch's convolution of
the numbers that the page shows.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
import torch
from playwright.sync_api import expect
from torch import Tensor
from torch.nn import functional as F

from tests.support.grid_page import PLAIN, box, number

MIXED: dict[str, Any] = PLAIN | {
    "height": 8,
    "width": 9,
    "kernel_size": [2, 3],
    "stride": [2, 1],
    "dilation": [1, 2],
    "padding": [1, 0],
}


def convolution(given: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(given.get(name, (1, 1))) for name in ("stride", "dilation")}


def footprint(gradient: Tensor) -> set[tuple[int, int]]:
    return {tuple(place) for place in gradient[0, 0].nonzero().tolist()}


def read_by(given: dict[str, Any], padded: Tensor, cell: tuple[int, int]) -> set:
    """Cells of the padded input that an output depends on, by its gradient."""
    pixels = torch.zeros(1, 1, *padded.shape, requires_grad=True)
    ones = torch.ones(1, 1, *given.get("kernel_size", (3, 3)))
    output = F.conv2d(pixels, ones, **convolution(given))
    return footprint(torch.autograd.grad(output[0, 0, *cell], pixels)[0])


def readers_of(given: dict[str, Any], padded: Tensor, cell: tuple[int, int]) -> set:
    """Outputs that one cell of the padded input changes."""
    pixels = torch.zeros(1, 1, *padded.shape)
    pixels[0, 0, *cell] = 1
    ones = torch.ones(1, 1, *given.get("kernel_size", (3, 3)))
    return footprint(F.conv2d(pixels, ones, **convolution(given)))


@pytest.mark.parametrize("given", [PLAIN, MIXED], ids=["plain", "mixed"])
def test_an_output_lights_the_cells_torch_says_it_reads_and_ends_with_torchs_sum(grids, given):
    grid = grids.look_at(given)
    padded, kernel = grid.numbers("in"), grid.numbers("kernel")
    expected = F.conv2d(padded[None, None], kernel[None, None], **convolution(given))[0, 0]
    rows, columns = expected.shape
    for place in [(0, 0), (rows // 2, columns - 1), (rows - 1, 1)]:
        grid.cell("out", place).hover()
        assert grid.places("in", "reach") == read_by(given, padded, place)
        assert grid.places("out", "sel") == {place}
        assert grid.result() == expected[place]


def test_every_read_cell_shows_its_factor(grids):
    grid = grids.look_at(PLAIN)
    grid.cell("out", (2, 3)).hover()
    kernel = grid.numbers("kernel")
    expected = {(2 + i, 3 + j): kernel[i, j].item() for i in range(3) for j in range(3)}
    assert grid.factors("in") == expected


def test_the_sum_is_written_out_term_by_term(grids):
    grid = grids.fresh(PLAIN | {"bias_value": -1.5})
    padded, kernel = grid.numbers("in"), grid.numbers("kernel")
    grid.cell("out", (1, 1)).hover()
    terms = grid.page.locator(".sum .term").all_inner_texts()
    values = [number(text.replace(" ", "").split("·")[0].removeprefix("+")) for text in terms]
    factors = [number(text.split("·")[1]) for text in terms]
    assert values == kernel.flatten().tolist()
    assert factors == padded[1:4, 1:4].flatten().tolist()
    assert grid.result() == sum(w * x for w, x in zip(values, factors, strict=True)) - 1.5
    assert "1.5bias" in grid.sentence().replace(" ", "").replace("\n", "")


def test_an_input_cell_lights_every_output_that_reads_it(grids):
    grid = grids.look_at(MIXED)
    padded = grid.numbers("in")
    for place in [(1, 0), (4, 4), (5, 8)]:
        grid.cell("in", place).hover()
        readers = readers_of(MIXED, padded, place)
        assert grid.places("out", "reach") == readers
        assert f"read by {len(readers)} output" in grid.sentence()


def test_a_weight_lights_every_input_it_touches(grids):
    grid = grids.look_at(MIXED)
    padded = grid.numbers("in")
    grid.cell("kernel", (1, 2)).hover()
    weight = torch.ones(1, 1, 2, 3, requires_grad=True)
    touched = set()
    for row in range(padded.shape[0]):
        for column in range(padded.shape[1]):
            pixels = torch.zeros(1, 1, *padded.shape)
            pixels[0, 0, row, column] = 1
            output = F.conv2d(pixels, weight, **convolution(MIXED)).sum()
            if torch.autograd.grad(output, weight)[0][0, 0, 1, 2]:
                touched.add((row, column))
    assert grid.places("in", "reach") == touched
    assert f"{len(touched)} input cells" in grid.sentence()


def test_padding_holes_and_unread_cells_are_told_apart_and_counted(grids):
    grid = grids.fresh(PLAIN | {"stride": [3, 3], "dilation": [2, 2], "height": 8, "width": 8})
    pixels = torch.zeros(1, 1, 10, 10, requires_grad=True)
    total = F.conv2d(pixels, torch.ones(1, 1, 3, 3), stride=3, dilation=2).sum()
    unread = {
        tuple(p) for p in (torch.autograd.grad(total, pixels)[0][0, 0] == 0).nonzero().tolist()
    }
    grid.cell("out", (1, 1)).hover()
    assert grid.places("in", "unread") == unread
    assert len(grid.places("in", "pad")) == 36  # 10 * 10 - 8 * 8
    span = {(row, column) for row in range(3, 8) for column in range(3, 8)}
    assert grid.places("in", "hole") == span - grid.places("in", "reach")
    legend = grid.page.locator(".legend").inner_text()
    for words in ("36 padding cells", f"{len(unread)} never read", "16 skipped by dilation"):
        assert words in legend


def test_pointing_and_playing_send_nothing_and_a_walk_is_told_when_it_rests(grids):
    grid = grids.fresh(PLAIN)
    grid.page.wait_for_timeout(300)
    before = len(grid.sent)
    for name, last in (("out", 5), ("in", 7), ("kernel", 2)):
        for index in range(last + 1):
            grid.cell(name, (index, last - index)).hover()
    grid.page.get_by_role("button", name="Play").click()
    position = grid.page.get_by_role("slider", name="Position of the kernel")
    expect(position).to_have_value(re.compile(r"^([3-9]|\d\d)$"))  # it does not wait to be seen
    assert len(grid.sent) == before
    grid.page.get_by_role("button", name="Pause").click()
    grid.page.get_by_role("button", name="One step back").click()
    at = int(grid.page.get_by_role("slider", name="Position of the kernel").input_value()) - 1
    grid.wait_until_said(heard=[["stand", [[at // 6, at % 6], 0]]])


def test_the_walk_goes_in_reading_order_and_begins_again_after_the_last_cell(grids):
    grid = grids.fresh(PLAIN | {"stride": [3, 3]})
    forward = grid.page.get_by_role("button", name="One step forward")
    seen = [grid.places("out", "sel")]
    for _ in range(4):
        forward.click()
        seen.append(grid.places("out", "sel"))
    assert seen == [{(0, 0)}, {(0, 1)}, {(1, 0)}, {(1, 1)}, {(0, 0)}]


def test_every_cell_is_reached_by_the_keyboard(grids):
    grid = grids.look_at(PLAIN)
    expected = F.conv2d(grid.numbers("in")[None, None], grid.numbers("kernel")[None, None])[0, 0]
    grid.page.get_by_role("slider", name="More stride").focus()
    for _ in range(3):
        grid.page.keyboard.press("Tab")  # input, kernel, output: one stop each
    walk = {
        "ArrowDown": (1, 0),
        "ArrowRight": (1, 1),
        "End": (1, 5),
        "PageDown": (5, 5),
        "Home": (5, 0),
        "ArrowUp": (4, 0),
        "Control+End": (5, 5),
        "Control+Home": (0, 0),
        "ArrowLeft": (0, 0),
    }
    for key, place in walk.items():
        grid.page.keyboard.press(key)
        assert grid.places("out", "sel") == {place}
        assert grid.result() == expected[place]
        name = grid.page.locator(".c:focus").get_attribute("aria-label")
        value = str(int(expected[place])).replace("-", "−")
        assert name == f"output, row {place[0] + 1}, column {place[1] + 1}: {value}"
    assert grid.page.locator(".sum").get_attribute("aria-live") == "polite"


def test_channels_light_together_and_add_up(grids):
    grid = grids.fresh(PLAIN | {"in_channels": 3, "out_channels": 4, "bias_value": 2})
    image = torch.stack([grid.numbers("in", channel) for channel in range(3)])
    kernel = torch.stack([grid.numbers("kernel", channel) for channel in range(3)])
    place = (2, 3)
    grid.cell("out", place).hover()
    for channel in range(3):
        assert grid.places("in", "reach", channel) == read_by(PLAIN, image[0], place)
    sums = []
    for channel in range(3):
        alone = F.conv2d(image[None, channel : channel + 1], kernel[None, channel : channel + 1])
        sums.append(alone[0, 0, *place].item())
    shown = grid.page.locator(".sum p:not(.total) .partial").all_inner_texts()
    assert [number(text) for text in shown[:3]] == sums
    assert grid.result() == sum(sums) + 2


def test_many_channels_are_viewed_one_at_a_time(grids):
    grid = grids.fresh(PLAIN | {"in_channels": 3, "height": 11, "width": 11})
    assert grid.page.locator(".grid.in").count() == 1
    first = grid.numbers("in")
    grid.page.get_by_role("button", name="Next input channel").click()
    second = grid.numbers("in")
    assert not torch.equal(first, second)
    chips = grid.page.locator(".sum button")
    assert chips.count() == 3
    chips.nth(0).click()
    assert torch.equal(grid.numbers("in"), first)


def test_the_default_card_fits_a_projector(grids):
    grid = grids.look_at(PLAIN)
    assert box(grid.page.locator(".cnnviz-grid"))["height"] <= 412
    tops = [box(grid.part(name)) for name in ("in", "kernel", "out")]
    for left, right in itertools.pairwise(tops):
        assert left["x"] + left["width"] < right["x"]  # on one line
