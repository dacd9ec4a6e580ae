"""The sheet of all filters in a browser: one place in all tiles, a kernel chosen and opened."""

from __future__ import annotations

import re

from playwright.sync_api import expect

RATIO = "all => all.map(one => getComputedStyle(one).aspectRatio)"
CUT = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"


def test_one_place_has_its_number_under_every_tile_and_a_kernel_is_opened(page, app):
    page.goto(f"{app}/convolution?view=filters")
    sheet = page.get_by_role("application", name=re.compile("^All filters"))
    box = sheet.locator(".sheet[data-tile='9']")
    box.hover(timeout=60_000)
    expect(sheet.locator("figcaption b").filter(has_text=re.compile(r"\d\.\d\d"))).to_have_count(17)
    chosen = sheet.locator(".tile.chosen figcaption span")
    expect(chosen).to_have_text("Scharr x")
    assert sheet.locator("figcaption span").evaluate_all(CUT) == []
    ratios = page.locator(".filters .map").evaluate_all(RATIO)  # their height before they come
    assert ratios == 17 * ["256 / 170"]
    box.click()
    page.wait_for_url(re.compile("kernel=scharr_x.*pixel="))
    sheet.get_by_role("button", name="Open and edit this kernel").click()
    expect(page.locator(".cnnviz-grid").get_by_text("Scharr x")).to_be_visible()


def test_the_kernel_beside_a_picture_is_typed_into(page, app):
    page.goto(f"{app}/convolution?view=picture")
    middle = page.get_by_label("Kernel 3 × 3, weight in row 2, column 2")
    middle.fill("nine", timeout=60_000)
    middle.press("Enter")
    expect(page.get_by_text("A number from −1000 to 1000, please")).to_be_visible()
    middle.fill("2,5")
    middle.press("Enter")
    page.wait_for_url(re.compile(r"weights=-1,0,1;-2,2\.5,2;-1,0,1"))
    expect(page.get_by_role("application", name=re.compile("Your own"))).to_be_visible()
    expect(page.get_by_label("Kernel 3 × 3, weight in row 3, column 3")).to_have_value("1")
