"""The view `change` of the heatmaps in a real browser, by mouse and by keyboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_a_picture_is_painted_away_and_back(page: Page, app: str) -> None:
    page.goto(f"{app}/heatmaps?view=change&model=lenet-mnist&digit=7")
    sheet, steps = page.locator(".brush .sheet"), page.locator(".brush .step")
    expect(steps).to_have_count(1, timeout=60_000)
    box = sheet.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.3, steps=8)
    expect(steps).to_have_count(2)  # it answers before the hand is up
    page.mouse.up()
    expect(page.locator(".brush .control .words")).to_contain_text("in 100 places")
    sheet.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(steps).to_have_count(3)
    expect(page.locator("code", has_text="Stroke(").first).to_be_visible()
    steps.first.click()
    expect(page.locator(".brush").get_by_role("button", name="Undo")).to_be_disabled()
    page.locator(".brush").get_by_role("button", name="Redo").click()
    expect(steps).to_have_count(2)
