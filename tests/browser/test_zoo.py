"""The zoo's chart in a real browser: a click on a bubble leads to its network in the builder."""

from __future__ import annotations

import re

from playwright.sync_api import expect

PATIENCE = 60_000  # ms


def test_a_click_on_a_bubble_shows_its_network_and_one_more_opens_it(page, app):
    page.goto(app + "/zoo?families=AlexNet")
    bubble = page.locator(".js-plotly-plot .points path").first
    box = bubble.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("pick=alexnet"))
    expect(page.get_by_text("61,100,840 parameters")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Open AlexNet in the builder").click()
    page.wait_for_url(re.compile("build.*inspect=alexnet"))
    expect(page.locator("tfoot .count").first).to_have_text("61,100,840", timeout=PATIENCE)
