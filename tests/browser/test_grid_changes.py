"""The grid in a real browser: what a visitor changes, and what a change leaves in place."""

from __future__ import annotations

import json

import torch
from playwright.sync_api import expect
from torch import Tensor
from torch.nn import functional as F

from tests.support.grid_page import PLAIN, box, opened


def _plain(kernel: Tensor) -> list[list[float]]:
    return [[int(w) if w == int(w) else w for w in row] for row in kernel.tolist()]


def _text(value: Tensor) -> str:
    return f"{value.item():g}".replace("-", "−")


def test_a_pinned_cell_stays_lit_until_it_is_let_go(grids):
    grid = grids.fresh(PLAIN)
    grid.cell("out", (2, 4)).click()
    grid.wait_until_said(pinned=[2, 4])
    grid.cell("in", (0, 0)).hover()
    grid.page.mouse.move(2, 2)
    assert grid.places("out", "sel") == grid.places("out", "pinned") == {(2, 4)}
    grid.page.keyboard.press("Escape")
    grid.wait_until_said(pinned=None)
    assert grid.places("out", "pinned") == set()
    grid.page.keyboard.press("Enter")
    grid.wait_until_said(pinned=[2, 4])
    grid.page.get_by_role("button", name="unpin").click()
    grid.wait_until_said(pinned=None)


def test_a_pin_in_the_example_is_shown(grids):
    grid = grids.fresh(PLAIN | {"pinned": [3, 1]})
    assert grid.places("out", "sel") == grid.places("out", "pinned") == {(3, 1)}


def test_an_edited_weight_comes_back_with_torchs_new_output(grids):
    grid = grids.fresh(PLAIN)
    padded, kernel = grid.numbers("in"), grid.numbers("kernel")
    grid.cell("kernel", (1, 0)).dblclick()
    grid.page.keyboard.type("0,5")
    grid.page.keyboard.press("Enter")
    kernel[1, 0] = 0.5
    grid.wait_until_said(heard=[["weights", [_plain(kernel)]]])
    expected = F.conv2d(padded[None, None], kernel[None, None])[0, 0]
    expect(grid.cell("out", (0, 0))).to_have_text(_text(expected[0, 0]))
    assert torch.equal(grid.numbers("out"), expected)
    grid.page.keyboard.press("F2")  # the focus went back to the weight
    grid.page.keyboard.press("ArrowUp")
    grid.page.keyboard.press("Enter")
    kernel[1, 0] = 1.5
    expect(grid.page.locator("[data-testid=stText]")).to_contain_text(json.dumps([_plain(kernel)]))


def test_what_is_no_weight_is_refused_with_a_word_and_the_old_one_kept(grids):
    grid = grids.look_at(PLAIN)
    kernel = grid.numbers("kernel")
    editor = grid.page.get_by_role("textbox", name="Weight, row 1, column 3")
    for typed in ("two", "1e999", "1001", ""):
        grid.cell("kernel", (0, 2)).dblclick()
        editor.fill(typed)
        editor.press("Enter")
        expect(editor).to_have_attribute("aria-invalid", "true")
        assert "a number from −1000 to 1000" in grid.page.locator(".hint").inner_text()
        editor.press("Escape")
        expect(editor).to_have_count(0)
    grid.page.wait_for_timeout(200)
    assert torch.equal(grid.numbers("kernel"), kernel)
    assert grid.said()["heard"] == []


def test_a_moved_control_keeps_the_cells_and_the_place(grids):
    grid = grids.fresh(PLAIN)
    grid.cell("out", (1, 1)).click()
    grid.wait_until_said(pinned=[1, 1])
    grid.part("in").evaluate(
        "grid => grid.querySelectorAll('.c').forEach(cell => (cell.old = true))"
    )
    height = box(grid.page.locator(".cnnviz-grid"))["height"]
    grid.page.get_by_role("slider", name="More stride").press("ArrowRight")
    expect(grid.part("out").get_by_role("gridcell")).to_have_count(9)
    kept = "grid => [...grid.querySelectorAll('.c')].every(cell => cell.old)"
    assert grid.part("in").evaluate(kept)
    assert grid.places("out", "pinned") == {(1, 1)}
    assert box(grid.page.locator(".cnnviz-grid"))["height"] == height


def test_a_place_that_is_gone_becomes_the_nearest(grids):
    grid = grids.fresh(PLAIN)
    grid.page.get_by_role("slider", name="Position of the kernel").fill("36")
    assert grid.places("out", "sel") == {(5, 5)}
    grid.page.get_by_role("slider", name="More stride").press("ArrowRight")
    expect(grid.part("out").get_by_role("gridcell")).to_have_count(9)
    assert grid.places("out", "sel") == {(2, 2)}


def test_a_channel_that_is_gone_becomes_the_last_one_left(grids):
    grid = grids.fresh(PLAIN | {"in_channels": 3, "height": 5, "width": 5})
    grid.cell("in", (2, 2), index=2).click()
    assert "This input cell" in grid.sentence()
    grid.page.get_by_text("One channel").click()
    expect(grid.page.locator(".grid.in")).to_have_count(1)
    assert grid.places("in", "sel") == {(2, 2)}
    assert "This input cell" in grid.sentence()


def test_the_output_channel_is_stepped_through(grids):
    grid = grids.fresh(PLAIN | {"out_channels": 2})
    first = grid.numbers("kernel")
    grid.page.get_by_role("button", name="Next output channel").click()
    grid.wait_until_said(heard=[["channel", 1]])
    expect(grid.page.locator(".out-block .stepper")).to_contain_text("channel 2 of 2")
    grid.page.get_by_role("button", name="Next output channel").click(force=True)
    grid.page.wait_for_timeout(200)
    assert grid.said()["heard"] == [["channel", 1]]  # there is no third
    assert first.shape == grid.numbers("kernel").shape


def test_on_a_phone_nothing_scrolls_sideways_and_taps_pin_and_edit(chromium, grids):
    phone = {"width": 390, "height": 844}
    context = chromium.new_context(viewport=phone, has_touch=True, is_mobile=True)
    grid = opened(context, grids.address, {"in_channels": 3, "height": 32, "width": 32})
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert grid.page.evaluate(sideways) <= 0
    card = box(grid.page.locator(".cnnviz-grid"))
    for name in ("in", "kernel", "out"):
        part = box(grid.part(name))
        assert part["x"] >= card["x"]
        assert part["x"] + part["width"] <= card["x"] + card["width"]
    grid.cell("out", (20, 3)).tap()
    grid.wait_until_said(pinned=[20, 3])
    grid.cell("kernel", (2, 2)).tap()
    assert grid.page.locator(".number-field").count() == 0
    grid.cell("kernel", (2, 2)).tap()
    expect(grid.page.locator(".number-field")).to_be_visible()
    context.close()


def test_numbers_of_the_input_are_typed_and_painted_and_torch_answers(grids):
    grid = grids.fresh(PLAIN)
    kernel = grid.numbers("kernel")
    image = grid.numbers("in")[1:-1, 1:-1]
    grid.cell("in", (2, 3)).dblclick()  # (1, 2) without the padding
    grid.page.keyboard.type("-4")
    grid.page.keyboard.press("Enter")
    image[1, 2] = -4
    grid.wait_until_said(heard=[["input", [_plain(image)]]])
    grid.page.keyboard.press("ArrowRight")
    grid.page.keyboard.press("7")  # a digit begins a number
    grid.page.keyboard.press("Enter")
    image[1, 3] = 7
    expect(grid.page.locator("[data-testid=stText]")).to_contain_text(json.dumps([_plain(image)]))
    grid.page.get_by_role("button", name="Paint").click()
    grid.page.get_by_label("Number to paint").select_option("8")
    grid.cell("in", (5, 2)).hover()
    grid.page.mouse.down()
    for column in (3, 4):
        grid.cell("in", (5, column)).hover()
    grid.page.mouse.up()
    image[4, 1:4] = 8
    expect(grid.page.locator("[data-testid=stText]")).to_contain_text(json.dumps([_plain(image)]))
    expected = F.conv2d(image[None, None], kernel[None, None], padding=1)[0, 0]
    expect(grid.cell("out", (4, 2))).to_have_text(_text(expected[4, 2]))
    assert torch.equal(grid.numbers("out"), expected)
    grid.cell("in", (0, 0)).dblclick()  # padding is not typed
    expect(grid.page.locator(".number-field")).to_have_count(0)


def test_channels_of_other_groups_are_seen_and_told(grids):
    grid = grids.fresh(PLAIN | {"in_channels": 4, "out_channels": 4, "groups": 2})
    others = grid.page.get_by_role("img", name="another group's, not read here")
    expect(others).to_have_count(2)
    expect(others.first).to_have_attribute(
        "aria-label", "Input, 6 × 6, channel 3: another group's, not read here"
    )
    expect(grid.page.locator(".channels .channel")).to_have_count(4)
    expect(grid.page.locator(".sum")).to_contain_text("channels 1 to 2")
    grid.page.set_viewport_size({"width": 390, "height": 844})
    expect(grid.page.locator(".stage[data-mode=phone]")).to_be_visible()
    for other in others.all():  # on a phone its words stand below it
        cells, words = other.locator(".grid").bounding_box(), other.locator("p").bounding_box()
        assert words["y"] >= cells["y"] + cells["height"] - 1
        assert abs(words["x"] - cells["x"]) < 6
    title = grid.page.locator(".input-block .title").first
    assert title.evaluate("title => title.scrollWidth - title.clientWidth") <= 0
