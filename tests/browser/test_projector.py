"""A page on a wall: no menu, cells that are seen from the last row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

FACTOR = "cell => parseFloat(getComputedStyle(cell, '::after').fontSize) * cell.currentCSSZoom"


@pytest.fixture
def wall(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    yield page
    page.close()


def test_on_a_wall_cells_have_80_pixels_and_factors_30_and_there_is_no_menu(wall, app):
    wall.goto(f"{app}/convolution?projector=true&stride=2&cell=1,0")
    cell = wall.locator(".cnnviz-grid .c.in").first
    cell.wait_for(timeout=60_000)
    expect(wall.locator("[data-testid=stSidebar]")).to_be_hidden()
    box = cell.bounding_box()
    assert box
    assert box["width"] >= 80
    assert wall.locator(".c[data-factor]").first.evaluate(FACTOR) >= 30
    wall.get_by_role("link", name="Projector: on").click()
    expect(wall.locator("[data-testid=stSidebar]")).to_be_visible()
