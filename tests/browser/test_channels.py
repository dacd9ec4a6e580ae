"""The channels and their sums in a real browser: pointed at, walked by keys, held in the link."""

from __future__ import annotations

import re

from playwright.sync_api import expect

QUERY = "view=channels&height=5&width=5&in_channels=2&out_channels=3&padding=0&channel=1&cell=1"


def test_a_place_is_pointed_at_walked_to_and_held(page, app):
    page.goto(f"{app}/convolution?{QUERY}")
    whole = page.get_by_role("application", name=re.compile("^Channels and their sums"))
    expect(whole.get_by_text("Map 2, row 2, column 2")).to_be_visible(timeout=60_000)
    expect(whole.locator(".c.reach")).to_have_count(18)
    for share in whole.locator(".share").all_inner_texts():
        terms, result = share.split(": ")[1].replace("−", "-").replace("·", "*").split(" = ")
        assert eval(terms) == float(result)
    third = whole.locator(".kernel[data-kernel='2']")
    third.locator(".c.out").last.hover()
    expect(whole.get_by_text("Map 3, row 3, column 3")).to_be_visible()
    page.mouse.move(0, 0)
    whole.focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    expect(whole.get_by_text("Map 1, row 2, column 3")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cell=1,2"))
    expect(whole.locator(".kernel.chosen")).to_have_attribute("data-kernel", "0")
    page.set_viewport_size({"width": 390, "height": 844})
    slices = whole.locator(".c.k:visible")
    expect(slices).to_have_count(2 * 9 + 1)  # those of the kernel that is held, and its bias
    third.locator(".c.out").first.hover()
    expect(slices).to_have_count(2 * 9 + 1)  # nothing moves under a hand that points
    expect(third.locator(".c.k:visible")).to_have_count(0)
    third.locator(".c.out").first.click()
    expect(third.locator(".c.k:visible")).to_have_count(2 * 9 + 1)
    tops = [third.bounding_box(), whole.locator(".kernel[data-kernel='1']").bounding_box()]
    assert tops[0] and tops[1] and tops[0]["y"] < tops[1]["y"]
