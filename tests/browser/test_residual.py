"""The page residual in a real browser: what is pointed at is said, what is clicked is kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

WAIT = 60_000  # ms
ON_A_LINE = """names => names.filter(name => {
  const box = name.getBBox();
  return [...name.ownerSVGElement.querySelectorAll("polyline")].some(line => {
    const long = line.getTotalLength();
    return Array.from({ length: 2000 }, (_, at) => line.getPointAtLength((at / 1999) * long)).some(
      ({ x, y }) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height);
  });
}).length"""  # of names


@pytest.fixture(scope="module")
def residual(app: str) -> str:
    return app + "/residual"


def test_pointing_at_a_layer_says_its_gradient_in_every_chart(page: Page, residual: str) -> None:
    page.goto(f"{residual}?view=gradients&depth=8&width=4")
    charts = page.locator(".linked svg")
    expect(charts).to_have_count(6, timeout=WAIT)
    names = page.locator(".linked svg text.name:not(.small)")
    expect(names).to_have_count(4)
    page.wait_for_function(
        "(names) => names.every(name => name.hasAttribute('x'))", arg=names.element_handles()
    )
    assert names.evaluate_all(ON_A_LINE) == 0
    charts.first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    notes = page.locator(".linked .note")
    for at in range(6):
        expect(notes.nth(at)).to_contain_text("layer 4")
    page.keyboard.press("End")
    expect(notes.first).to_contain_text("layer 7")
    seed = page.get_by_role("spinbutton", name="Seed")  # the number fields that Streamlit has
    seed.fill("7")
    seed.press("Enter")
    expect(page.get_by_test_id("stCode").first).to_contain_text("seed=7", timeout=WAIT)


def test_a_clicked_column_is_the_block_of_the_address(page: Page, residual: str) -> None:
    page.goto(f"{residual}?view=identity")
    page.locator(".column", has_text="group2.1").click()
    expect(page.locator(".column.chosen")).to_contain_text("group2.1")
    page.wait_for_url("**block=group2.1*")


def test_a_cell_that_is_pointed_at_is_written_out_and_a_click_keeps_it(
    page: Page, residual: str
) -> None:
    page.goto(f"{residual}?view=block")
    results = page.locator(".lines .result")
    added = page.locator(".line", has_text="main_path.3").locator(".sum")
    expect(added).to_contain_text(re.compile(r"what adds−\d"))  # not + and a number below zero
    expect(results.nth(1)).to_have_text("−1.22", timeout=WAIT)
    frame = page.locator(".map.main .frame")
    box = frame.bounding_box()
    assert box
    middle = {"x": box["width"] / 2, "y": box["height"] / 2}
    frame.hover(position=middle)
    expect(page.locator(".map.main .chip")).to_have_text(results.nth(1).inner_text())
    expect(results.nth(1)).not_to_have_text("−1.22")
    frame.click(position=middle)
    page.wait_for_url("**cell=16*")


def test_scores_follow_the_scale_of_a_path_before_the_hand_lets_go(
    page: Page, residual: str
) -> None:
    page.goto(f"{residual}?view=identity")
    scores = page.locator(".scores")
    without = scores.inner_text(timeout=WAIT)
    slider = page.get_by_role("slider", name="Main path")
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 4, middle, steps=2)
    expect(scores).not_to_have_text(without, use_inner_text=True, timeout=WAIT)
    page.mouse.up()
    page.wait_for_url("**main=*")


def test_both_surfaces_turn_together_and_back(page: Page, residual: str) -> None:
    page.goto(f"{residual}?view=landscape")
    floors = page.locator(".surface .floor")
    expect(floors).to_have_count(2, timeout=WAIT)
    before = floors.first.get_attribute("points") or ""
    page.locator(".surfaces").press("ArrowLeft")
    expect(floors.first).not_to_have_attribute("points", before)
    turned = floors.first.get_attribute("points") or ""
    expect(floors.last).to_have_attribute("points", turned)
    page.locator(".surfaces").press("Home")
    expect(floors.first).to_have_attribute("points", before)
    surface = page.locator(".surface svg").first
    surface.hover(position={"x": 60, "y": 90})
    page.mouse.down()
    surface.hover(position={"x": 260, "y": 150})
    page.mouse.up()
    expect(floors.first).not_to_have_attribute("points", before)
    selects = "svg => getComputedStyle(svg).userSelect"
    assert surface.evaluate(selects) == "none"  # a drag turns, and marks no numbers of the axes
