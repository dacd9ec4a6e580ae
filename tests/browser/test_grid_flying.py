"""Products fly from the input into the output, in a browser that allows motion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.grid_page import PLAIN, Grid, Grids, number, opened

WATCHED = """
window.flown = [];
const animate = Element.prototype.animate;
Element.prototype.animate = function (...how) {
  if (this.className === "product") window.flown.push(this.textContent);
  return animate.apply(this, how);
};
"""


@pytest.fixture
def moving(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(reduced_motion="no-preference")
    context.add_init_script(WATCHED)
    yield context
    context.close()


def step(page: Page) -> None:
    page.get_by_role("button", name="One step forward").click()


def flown(grid: Grid) -> list[float]:
    """The products of all numbers that have flown."""
    pairs = [text.split("×") for text in grid.page.evaluate("window.flown")]
    return [number(value) * number(weight) for value, weight in pairs]


def test_a_step_of_the_walk_lets_the_products_of_its_sum_fly(
    moving: BrowserContext, grids: Grids
) -> None:
    grid = opened(moving, grids.address, PLAIN)
    step(grid.page)
    products = flown(grid)
    assert len(products) == 9
    assert sum(products) == grid.result()
    grid.page.emulate_media(reduced_motion="reduce")
    step(grid.page)
    assert flown(grid) == products


def test_a_transposed_step_lets_the_cell_fly_to_all_that_it_stamps(
    moving: BrowserContext, grids: Grids
) -> None:
    given: dict[str, Any] = PLAIN | {"height": 3, "width": 3, "transposed": True, "stride": [2, 2]}
    grid = opened(moving, grids.address, given)
    step(grid.page)
    value = float(grid.numbers("in")[0, 1])
    factors = grid.factors("out").values()
    assert len(factors) == 9
    assert sorted(flown(grid)) == sorted(value * factor for factor in factors)
