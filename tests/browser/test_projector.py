"""On a wall: no menu, and what is pointed at is seen from the last row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

WALL = {"width": 1920, "height": 1080}
STYLE = Path(__file__).parents[2] / "assets" / "app.css"
MENU = "[data-testid=stSidebar]"
TITLE = "h1"
IS_WIDE = "cell => cell.getBoundingClientRect().width >= 80"
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
