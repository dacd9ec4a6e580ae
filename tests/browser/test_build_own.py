"""A trained network of one's own in a real browser: from the file to its maps and its graph."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

FILE = Path(__file__).parents[1] / "support" / "onnx_files" / "efficientnet_v2_dynamo.onnx"


def test_a_file_is_brought_tried_and_looked_into(page: Page, app: str) -> None:
    page.goto(f"{app}/build?inspect=file")
    page.locator("[data-testid=stFileUploader] input").set_input_files(FILE)
    expect(page.locator("table.own-read")).to_contain_text("AdaptiveAvgPool2d")
    expect(page.locator("table.own-tried tr.chosen th")).to_have_text("ImageNet’s mean and std")
    page.get_by_role("radio", name="0 … 255").click()
    expect(page.locator("table.own-tried tr.chosen th")).to_have_text("0 … 255")
    page.get_by_role("button", name="Compare five pictures").click()
    expect(page.get_by_text("The same five best classes for 5 of 5")).to_be_visible()
    expect(page.get_by_role("img", name="of 5 pictures, rebuilt here")).to_be_visible()
    page.get_by_role("link", name="Graph and table").click()
    expect(page.locator(".network")).to_contain_text("AdaptiveAvgPool2d")
    expect(page.locator(".graph .box").first).to_be_visible()
