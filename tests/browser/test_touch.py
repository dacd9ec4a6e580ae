"""Fingers: one that goes down scrolls, one that asks what a word means changes nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.support.browsing import visit

FAR = 160  # px that a finger goes
STEPS = 8
SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
MIDDLE = """node => {
  node.scrollIntoView({ block: "center" });
  const box = node.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""

AT_REST = f"""() => {{
  const top = ({SCROLLED})();
  const rests = window.topBefore === top;
  window.topBefore = top;
  return rests;
}}"""


def swipe(finger: CDPSession, node: Locator, across: int, down: int) -> None:
    """Put a finger on the middle of a node, move it, lift it.

    A finger on a page that still scrolls stops it and means nothing else, so that rests first.
    """
    node.evaluate(MIDDLE)
    node.page.evaluate("() => delete window.topBefore")
    node.page.wait_for_function(AT_REST, polling=150)
    x, y = node.evaluate(MIDDLE)
    for step in range(STEPS + 1):
        point = {"x": x + across * step / STEPS, "y": y + down * step / STEPS}
        kind = "touchMove" if step else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def scrolls_past(page: Page, finger: CDPSession, node: Locator) -> None:
    """A finger on a node that goes up scrolls the page."""
    node.evaluate(MIDDLE)
    top = page.evaluate(SCROLLED)
    swipe(finger, node, 4, -FAR)
    page.wait_for_function(f"top => ({SCROLLED})() > top + {FAR // 2}", arg=top)


@pytest.fixture
def hand(phone):
    page = phone.new_page()
    yield page, phone.new_cdp_session(page)
    page.close()


def test_a_finger_that_goes_down_scrolls_and_one_that_goes_across_means_it(
    hand: tuple[Page, CDPSession], app: str
):
    page, finger = hand
    visit(page, f"{app}/convolution?view=picture&pixel=10,10")
    slider = page.get_by_role("slider", name="Stride", exact=True)
    expect(slider).to_be_visible()
    switch = page.locator("[data-testid=stCheckbox]", has_text="ReLU")
    switch.get_by_role("button", name="Help").tap()  # what the word means, and nothing else
    expect(page.get_by_test_id("stTooltipContent")).to_contain_text("negative responses are 0")
    expect(switch.get_by_role("switch")).not_to_be_checked()
    assert "relu" not in page.url
    switch.get_by_text("ReLU").tap()
    expect(switch.get_by_role("switch")).to_be_checked()
    before = slider.input_value()
    swipe(finger, slider, 4, -FAR)
    page.wait_for_function(f"({SCROLLED})() > {FAR // 2}")
    expect(slider).to_have_value(before)
    swipe(finger, slider, 60, 4)
    expect(slider).not_to_have_value(before)
    page.wait_for_url("**stride=*")
    response = page.get_by_role("application").first
    scrolls_past(page, finger, response)
    assert page.url.endswith("pixel=10")  # both of them
    scrolls_past(page, finger, page.locator(".formulas p").first)


def test_a_finger_that_goes_down_a_curve_leaves_its_place(hand: tuple[Page, CDPSession], app: str):
    page, finger = hand
    visit(page, f"{app}/heatmaps?view=belief")
    curve, slider = page.locator(".curves figure svg").first, page.locator(".curves [type=range]")
    expect(curve).to_be_visible()
    before = slider.input_value()
    scrolls_past(page, finger, curve)
    expect(slider).to_have_value(before)
    swipe(finger, curve, 30, 2)
    expect(slider).not_to_have_value(before)


def test_a_graph_that_is_at_its_end_hands_the_finger_on(hand: tuple[Page, CDPSession], app: str):
    page, finger = hand
    visit(page, f"{app}/build")
    graph = page.locator(".graph .room")
    expect(graph.locator("svg")).to_be_visible()
    graph.evaluate("room => room.scrollTo(0, room.scrollHeight)")
    scrolls_past(page, finger, graph)


@pytest.mark.parametrize(
    ("address", "picture", "says"),
    [
        ("mlp?view=shift", ".digit > .sheet", "dx="),
        ("pooling?view=shift", ".frame[role=application]", "place="),
    ],
)
def test_a_picture_that_is_dragged_lets_a_finger_scroll(
    hand: tuple[Page, CDPSession], app: str, address: str, picture: str, says: str
):
    page, finger = hand
    visit(page, f"{app}/{address}")
    dragged = page.locator(picture).first
    expect(dragged).to_be_visible()
    scrolls_past(page, finger, dragged)
    assert says not in page.url
    swipe(finger, dragged, 60, 4)
    page.wait_for_url(f"**{says}*")


def test_a_finger_that_goes_down_on_streamlits_own_slider_and_chart_scrolls(
    hand: tuple[Page, CDPSession], app: str
):
    page, finger = hand
    visit(page, f"{app}/residual?view=whole&side=96")
    slider = page.get_by_role("slider", name="Picture")
    expect(slider).to_have_attribute("aria-valuetext", "96 × 96")
    track = page.locator("[data-testid=stSlider] [role=group]")
    scrolls_past(page, finger, track)
    expect(slider).to_have_attribute("aria-valuetext", "96 × 96")
    swipe(finger, track, 120, 4)
    expect(slider).not_to_have_attribute("aria-valuetext", "96 × 96")
    visit(page, f"{app}/mlp?view=size")
    chart = page.locator(".stPlotlyChart")
    expect(chart.locator(".main-svg").first).to_be_visible()
    scrolls_past(page, finger, chart)
