"""On a wall: no menu, and what is pointed at is seen from the last row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.readable import ON_WALL, too_small

WALL = {"width": 1920, "height": 1080}
STYLE = Path(__file__).parents[2] / "assets" / "app.css"
MENU = "[data-testid=stSidebar]"
TITLE = "h1"
IS_WIDE = "cell => cell.getBoundingClientRect().width >= 80"
CHART = ".st-key-mlp_growth .main-svg"
LINES = ".st-key-mlp_growth .hoverlayer .legendtext"  # what is said of the place pointed at
IS_SMALLER = "([cell, width]) => cell.getBoundingClientRect().width < width"
DRAWN = "node => parseFloat(getComputedStyle(node).fontSize) * node.currentCSSZoom"
FACTOR = "cell => parseFloat(getComputedStyle(cell, '::after').fontSize) * cell.currentCSSZoom"


@pytest.fixture
def wall(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport=WALL)
    yield page
    page.close()


def magnified() -> float:
    """What the style sheet says for a wall of 1920 px."""
    found = re.search(r":root \{ --on-wall: ([\d.]+); \}", STYLE.read_text())
    assert found
    return float(found[1])


def test_cells_have_80_pixels_and_factors_30(grids):
    page = grids.fresh({"stride": [2, 2], "pinned": [1, 0]}).page
    page.set_viewport_size(WALL)
    page.add_style_tag(content=f".stMainBlockContainer {{ zoom: {magnified()}; }}")
    page.wait_for_function(IS_WIDE, arg=page.locator(".c.in").first.element_handle())
    assert page.locator(".c[data-factor]").first.evaluate(FACTOR) >= 30
    page.close()


def test_a_page_on_a_wall_has_no_menu_and_esc_brings_it_back(wall, app):
    wall.goto(f"{app}/?projector=true")
    title = wall.locator(TITLE)
    expect(title).to_be_visible()
    expect(wall.locator(MENU)).to_be_hidden()
    wall.wait_for_function("() => '__cnnvizWall' in window")  # its keys are heard from now on
    before = title.evaluate(DRAWN)
    wall.keyboard.press("+")
    assert title.evaluate(DRAWN) == pytest.approx(1.1 * before, rel=0.01)
    wall.keyboard.press("Escape")
    expect(wall.locator(MENU)).to_be_visible()
    assert "projector" not in wall.url


def test_a_chart_fills_its_place_on_a_wall_and_answers_where_it_is_pointed_at(wall, app):
    wall.goto(f"{app}/mlp?view=size&projector=true")
    chart = wall.locator(CHART).first
    expect(chart).to_be_visible()
    inside, around = chart.bounding_box(), wall.locator(".st-key-stage").bounding_box()
    assert inside
    assert around
    assert around["x"] <= inside["x"]
    assert inside["x"] + inside["width"] <= around["x"] + around["width"]
    assert inside["y"] + inside["height"] <= around["y"] + around["height"]
    assert inside["width"] > 0.9 * around["width"]
    assert too_small(wall, ON_WALL) == []
    amber = wall.locator(".st-key-mlp_growth .shapelayer path").first.bounding_box()  # at 28 pixels
    assert amber
    wall.mouse.move(amber["x"] + amber["width"] / 2, inside["y"] + inside["height"] / 2)
    expect(wall.locator(LINES).first).to_contain_text("7,850")


@pytest.mark.parametrize(
    ("view", "cell"),
    [("mlp?view=matrix", ".sheets .cell.in"), ("convolution?view=channels", ".channels .c.in")],
)
def test_cells_grow_with_the_room(wall, app, view, cell):
    wall.goto(f"{app}/{view}")
    first = wall.locator(cell).first
    expect(first).to_be_visible()
    large = first.bounding_box()
    assert large
    wall.set_viewport_size({"width": 1280, "height": 720})
    wall.wait_for_function(IS_SMALLER, arg=[first.element_handle(), large["width"] / 1.25])
