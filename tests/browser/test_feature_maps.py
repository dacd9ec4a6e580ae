"""The page of feature maps in a real browser: pointing, dragging, keys, a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.painting import IDLE
from cnnviz.activations import record
from cnnviz.images import sample
from cnnviz.models import pretrained
from tests.support.waiting import until

DIGIT = "model=lenet-mnist&image=digit_7"

COUNT_SENT = """() => {
  window.sent = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { window.sent++; send.call(this, data); };
}"""


@pytest.fixture(scope="module")
def address(app: str) -> str:
    return app + "/feature_maps"


@pytest.fixture(scope="module")
def desk(desktop: BrowserContext) -> Iterator[Page]:
    page = desktop.new_page()
    yield page
    page.close()


def opened(page: Page, address: str, query: str, wait_for: str) -> Page:
    page.goto(f"{address}?{query}", timeout=90_000)
    page.locator(wait_for).first.wait_for(timeout=60_000)
    page.wait_for_function(IDLE, timeout=60_000)
    return page


def here(page: Page) -> str:
    """The address as the browser shows it now."""
    return page.evaluate("() => decodeURIComponent(location.href)")


def test_arrow_keys_move_the_microscope_and_the_address_follows(desk: Page, address: str) -> None:
    query = DIGIT + "&view=microscope&layer=feature_extractor.2&map=3&cell=5,8"
    opened(desk, address, query, ".microscope h2")
    network = pretrained("lenet-mnist")
    batch = network.transform(sample("digit_7"))
    maps = record(network.model, batch, ["feature_extractor.2"])["feature_extractor.2"][0, 3]
    desk.locator(".frame.map").first.focus()
    for cell in ((5, 9), (5, 10)):
        desk.keyboard.press("ArrowRight")
        title = f"Map 3, row {cell[0] + 1}, column {cell[1] + 1} of feature_extractor.2"
        until(lambda title=title: title in desk.locator(".microscope h2").inner_text())
        shown = float(desk.locator(".microscope h2").inner_text().rpartition("= ")[2])
        assert shown == pytest.approx(float(maps[cell]), rel=1e-3)
    until(lambda: "cell=5,10" in here(desk))


def test_products_are_said_where_the_pointer_is_without_a_word_to_the_server(
    desk: Page, address: str
) -> None:
    opened(desk, address, DIGIT + "&view=microscope&layer=feature_extractor.0", ".grid.products")
    time.sleep(1)
    desk.evaluate(COUNT_SENT)
    for place in ("0,0", "1,3", "4,4"):
        desk.locator(f'.grid.kernel [data-at="{place}"]').hover()
        until(lambda: re.search(r"×\s.+ = ", desk.locator(".product").inner_text()) is not None)
        assert desk.locator(".here").count() == 3
    assert desk.evaluate("() => window.sent") == 0


def test_a_click_in_the_mosaic_chooses_the_map_below(desk: Page, address: str) -> None:
    opened(desk, address, DIGIT + "&layer=feature_extractor.4&map=0", ".lens .said")
    frame = desk.locator(".frame:not(.map):not(.over)").first
    box = frame.bounding_box()
    assert box is not None
    frame.click(position={"x": box["width"] - 8, "y": 8})  # where it rests
    until(lambda: "map=" in here(desk) and "map=0" not in here(desk))
    chosen = re.search(r"map=(\d+)", here(desk))
    assert chosen is not None
    until(lambda: f"Map {chosen[1]}," in desk.locator(".lens .title").first.inner_text())


def test_sorting_moves_the_tiles_and_the_address(desk: Page, address: str) -> None:
    opened(desk, address, DIGIT + "&layer=feature_extractor.4", ".frame img")
    first = desk.locator('[role="option"]').first
    assert (first.text_content() or "").startswith("map 0 ")
    desk.get_by_role("radio", name="Strongest").or_(
        desk.get_by_role("button", name="Strongest")
    ).first.click()
    until(lambda: not (first.text_content() or "").startswith("map 0 "))
    until(lambda: "order=strength" in here(desk))


def test_opacity_changes_while_the_slider_moves_and_is_sent_when_it_rests(
    desk: Page, address: str
) -> None:
    opened(desk, address, DIGIT + "&view=map&layer=feature_extractor.1", ".opacity input")
    slider = desk.locator(".opacity input")
    slider.focus()
    read = "node => getComputedStyle(node).opacity"
    heat = desk.locator("img.heat")
    before = float(heat.evaluate(read))
    slider.press("ArrowRight")
    assert float(heat.evaluate(read)) == pytest.approx(before + 0.01)
    until(lambda: "opacity=56" in here(desk))


def test_a_map_is_switched_off_by_a_click_and_the_scores_are_new(desk: Page, address: str) -> None:
    opened(desk, address, DIGIT + "&view=off&layer=feature_extractor.1", ".frame img")
    box = desk.locator(".frame img").first.bounding_box()
    assert box is not None
    desk.mouse.click(box["x"] + 20, box["y"] + 20)
    until(lambda: "off=0" in here(desk))
    desk.get_by_text("Without 1 of 6 maps").wait_for(timeout=20_000)


def test_quick_clicks_all_count_and_what_is_no_number_changes_nothing(
    desk: Page, address: str
) -> None:
    opened(desk, address, DIGIT + "&view=off&layer=feature_extractor.3", ".frame img")
    box = desk.locator(".frame img").first.bounding_box()
    assert box is not None
    for column in range(4):  # of 8; faster than they can be answered
        desk.mouse.click(box["x"] + box["width"] * (column + 0.5) / 8, box["y"] + 20)
    until(lambda: "off=0,1,2,3" in here(desk))
    typed = desk.get_by_label("Switched off")
    until(lambda: typed.input_value() == "0,1,2,3")
    typed.fill("one, two")
    typed.press("Enter")
    desk.get_by_text("“one, two” is not possible here").wait_for(timeout=20_000)
    assert "off=0,1,2,3" in here(desk)
    typed.fill("5")
    typed.press("Enter")
    until(lambda: here(desk).endswith("off=5"))


@pytest.mark.slow
@pytest.mark.parametrize("view", ["maps", "map", "microscope", "filters", "off"])
def test_no_view_is_wider_than_a_phone(phone: BrowserContext, address: str, view: str) -> None:
    page = phone.new_page()
    opened(page, address, f"view={view}&layer=group1.0", ".strip")
    time.sleep(0.5)
    widths = page.evaluate(
        "() => [document.documentElement.scrollWidth,"
        " document.querySelector('[data-testid=stMain]').scrollWidth]"
    )
    page.close()
    assert max(widths) <= 390


def test_from_a_score_down_to_a_pixel_by_another_way(page: Page, app: str) -> None:
    page.goto(f"{app}/feature_maps?view=trace&model=lenet-mnist&image=digit_7")
    ways = page.locator('[class*="st-key-feature_maps_way_"]').get_by_role("button")
    expect(ways).to_have_count(5)
    second = ways.nth(1)
    followed = re.search(r"Feature \d+", second.inner_text())
    assert followed is not None
    second.click()
    expect(page).to_have_url(re.compile("way=1"))
    expect(page.locator("table tr").nth(2)).to_contain_text(followed[0])
    step = page.get_by_role("slider", name="Step down")
    expect(step).to_have_value("1")
    step.press("ArrowRight")
    expect(page.locator(".trace figcaption").first).to_contain_text("It sees")
    expect(page).to_have_url(re.compile("step=2"))


def test_a_guess_about_a_channel_is_blurred_away(page: Page, app: str) -> None:
    page.goto(f"{app}/feature_maps?view=wants&model=resnet18-cifar10&layer=group1.1&map=3")
    sheet, steps = page.locator(".brush .sheet"), page.locator(".brush .step")
    expect(steps).to_have_count(1)
    expect(page.locator(".brush .words")).to_contain_text("Blur what you believe")
    sheet.click(position={"x": 60, "y": 70})
    expect(steps).to_have_count(2)
    expect(page.locator(".brush .words")).to_contain_text("99 other places")
    expect(page.locator("code", has_text="Stroke(").first).to_be_visible()
    steps.first.click()
    expect(page.locator(".brush .words")).to_contain_text("Blur what you believe")


def test_on_a_phone_a_drawn_digit_and_its_maps_are_seen_together(app, phone):
    page = phone.new_page()
    page.goto(f"{app}/feature_maps?model=lenet-mnist&digit=7")
    pad, maps = page.locator(".sheet canvas"), page.get_by_alt_text("6 feature maps of")
    expect(maps).to_be_visible()
    maps.scroll_into_view_if_needed()
    expect(maps).to_be_in_viewport(ratio=1)
    expect(pad).to_be_in_viewport(ratio=1)
    page.close()
