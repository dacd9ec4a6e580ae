"""The whole network in a real browser: pointing, a click, keys, a digit that is drawn."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.painting import IDLE

COUNT_SENT = """() => {
  window.sent = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { window.sent++; send.call(this, data); };
}"""
MUTE = "() => { WebSocket.prototype.send = () => {}; }"  # nothing reaches the server's runs then
LENET = "feature_maps?view=overview&model=lenet-mnist&digit=2"


def test_pointing_lights_threads_without_a_word_and_a_click_opens_the_sum(
    page: Page, app: str
) -> None:
    page.goto(f"{app}/{LENET}")
    sheet = page.locator(".overview .sheet").first
    page.locator(".overview .base .scores text").first.wait_for()  # torch is loaded by now
    said = page.locator(".overview .said").first
    sheet.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(said).to_contain_text(re.compile(r"Conv 5×5, map \d+, row 6, column 6 = "))
    page.evaluate(COUNT_SENT)
    expect(page.locator(".overview .near path")).to_have_count(6)
    expect(page.locator(".overview .without rect")).to_have_count(11)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    expect(said).to_contain_text("map 1, row 6, column 7")
    assert page.evaluate("() => window.sent") == 0
    page.keyboard.press("Enter")
    title = page.locator(".microscope h2")
    expect(title).to_contain_text("Map 1, row 6, column 7 of feature_extractor.3 = ")
    shown = re.search(r"= (\S+)", said.inner_text())
    assert shown is not None
    number = float(shown[1].replace("−", "-"))
    in_full = float(title.inner_text().rpartition("= ")[2].replace("−", "-"))
    assert number == pytest.approx(in_full, rel=1e-3)
    page.get_by_role("button", name="One cell on").first.click()
    expect(title).to_contain_text("row 6, column 8")
    page.wait_for_function("() => location.search.includes('cell=5,7')")
    page.evaluate(MUTE)
    page.get_by_role("button", name="One cell on").first.click()  # the address says it at the press
    page.wait_for_function("() => location.search.includes('cell=5,8')")


def test_on_home_a_digit_is_drawn_and_the_network_answers(page: Page, app: str) -> None:
    page.goto(app)
    answer = page.locator(".overview .answer .large")
    answer.wait_for()
    expect(answer).to_have_text("3")
    page.locator(".pad .clear").click()
    expect(page.locator(".pad .hint")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".stApp")).to_have_css("color-scheme", "dark")
    page.emulate_media(color_scheme="light")
    expect(page.locator(".stApp")).to_have_css("color-scheme", "light")
    expect(page.locator(".pad")).to_have_count(1)
    box = page.locator(".pad canvas").bounding_box()
    assert box is not None
    places = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]
    x, y = ([box[side] + box[size] * at for at in ats] for side, size, ats in (
        ("x", "width", [p[0] for p in places]), ("y", "height", [p[1] for p in places]),
    ))  # fmt: skip
    page.mouse.move(x[0], y[0])
    page.mouse.down()
    for to in (1, 2):
        page.mouse.move(x[to], y[to], steps=8)
    page.mouse.up()
    expect(answer).to_have_text("7", timeout=60_000)  # torch may have to be loaded first
    page.wait_for_function(IDLE)
    page.evaluate(MUTE)
    page.get_by_role("button", name="Sample digit 5").click()
    expect(answer).to_have_text("5")  # before the page has run


def test_while_the_pen_is_down_the_network_answers_beside_the_page(page: Page, app: str) -> None:
    page.goto(f"{app}/{LENET}")
    first = page.locator(".overview .base .scores text.first").first
    expect(first).to_have_text("2")
    pad = page.locator(".pad canvas")
    pad.hover(position={"x": 80, "y": 20})
    page.evaluate(COUNT_SENT)
    page.mouse.down()
    pad.hover(position={"x": 82, "y": 140})
    expect(first).to_have_text("1")
    assert page.evaluate("() => window.sent") == 0
    page.mouse.up()
    expect(page.locator(".overview .photo")).to_have_attribute("alt", re.compile("you drew"))
    page.locator(".pad .clear").click()
    expect(page.locator(".pad .hint")).to_be_visible()


def test_on_a_phone_the_network_scrolls_in_its_own_box(phone: BrowserContext, app: str) -> None:
    page = phone.new_page()
    page.goto(f"{app}/{LENET}")
    page.locator(".overview .base .scores text").first.wait_for(state="attached")
    expect(page.locator(".overview .sheet").first).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.close()
