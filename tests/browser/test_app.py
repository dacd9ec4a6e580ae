"""The whole app in a real browser, as a visitor would use it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, WebSocket, expect

from benchmarks.painting import IDLE
from tests.support.browsing import visit


def strip(page: Page) -> str:
    return page.locator(".cnnviz .strip").inner_text()


@pytest.mark.slow
def test_a_deep_link_opens_on_a_cold_server_with_menu_and_values(serve, page):
    visit(page, serve("app.py") + "/convolution?kernel_size=5&padding=2&stride=2")
    expect(page.locator(".cnnviz .strip")).to_contain_text("(1, 1, 3, 3)")
    expect(page.get_by_role("link", name="Home")).to_be_visible()
    expect(page.get_by_role("slider", name="Kernel size")).to_have_value("5")


def test_a_card_of_the_home_page_is_a_link_all_over(app, page):
    visit(page, app)
    card = page.locator(".st-key-card_convolution")
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    card.click(position={"x": box["width"] / 2, "y": box["height"] - 8})  # waits until it stands
    expect(page).to_have_url(re.compile("/convolution$"))
    expect(page).to_have_title("Convolution · cnnviz")


def test_a_moved_slider_changes_numbers_and_address_and_survives_a_reload(app, page):
    visit(page, f"{app}/convolution")
    page.get_by_role("slider", name="Stride").press("ArrowRight")
    expect(page.locator(".cnnviz .strip")).to_contain_text("(1, 1, 3, 3)")
    expect(page).to_have_url(re.compile(r"\?stride=2$"))
    page.reload()
    expect(page.locator(".cnnviz .strip")).to_contain_text("(1, 1, 3, 3)")
    expect(page.get_by_role("slider", name="Stride")).to_have_value("2")


def test_numbers_follow_while_the_hand_still_holds_the_slider(app, page):
    visit(page, f"{app}/convolution")
    box = page.get_by_role("slider", name="Kernel size").bounding_box()
    before = strip(page)
    page.mouse.move(box["x"] + 0.22 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.45 * box["width"], box["y"] + box["height"] / 2, steps=6)
    expect(page.locator(".cnnviz .strip")).not_to_have_text(before)
    page.mouse.up()


def test_what_a_slider_leads_to_is_there_before_the_server_is_asked(app, page):
    messages: list[str | bytes] = []
    received: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda sent: messages.append(sent))
        socket.on("framereceived", lambda told: received.append(told))

    page.on("websocket", listen)
    visit(page, f"{app}/convolution")
    slider = page.get_by_role("slider", name="Padding")
    for _ in range(80):  # a hand comes near: Python sends what every stop leads to
        page.mouse.move(1, 1)
        slider.hover()
        page.wait_for_timeout(500)
        if any(b"(1, 1, 10, 10)" in told for told in received if isinstance(told, bytes)):
            break
    page.wait_for_function(IDLE)
    before = len(messages)
    slider.focus()
    shown = slider.evaluate(
        """slider => {
            slider.value = 3;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            return document.querySelector(".cnnviz .strip").innerText;
        }"""
    )
    assert "(1, 1, 10, 10)" in shown  # 6 + 2·3 − 3 + 1, in the same frame
    assert len(messages) == before
    grid = page.locator(".cnnviz-grid")
    expect(grid).to_contain_text("padded to 12 × 12")
    expect(page).to_have_url(re.compile(r"\?padding=3$"))  # Python hears of it when the hand rests
    expect(grid).to_contain_text("padded to 12 × 12")
    expect(page.get_by_text("padding=3").first).to_be_visible()  # and writes the code


def test_a_preset_is_a_link_and_a_click_answers_in_place(app, page):
    visit(page, f"{app}/convolution")
    page.get_by_text("Presets").click()
    preset = page.get_by_role("link", name="conv2 behind it")
    assert "kernel_size=6" in preset.get_attribute("href")
    preset.click()
    expect(page.locator(".cnnviz .strip")).to_contain_text("7,220")
    expect(page).to_have_url(re.compile("kernel_size=6"))


def test_leaving_and_coming_back_finds_the_page_as_it_was(app, page):
    visit(page, f"{app}/convolution?dilation=2")
    page.get_by_role("link", name="Home").click()
    page.get_by_role("heading", name="Understand convolutional networks").wait_for()
    page.get_by_role("link", name="Convolution", exact=True).first.click()
    expect(page.get_by_role("slider", name="Dilation")).to_have_value("2")
    page.go_back()
    page.get_by_role("heading", name="Understand convolutional networks").wait_for()


def test_two_visitors_do_not_disturb_each_other(phone, page, app):
    first, second = page, phone.new_page()
    for one in (first, second):
        visit(one, f"{app}/convolution")
    first.get_by_role("slider", name="Padding").press("ArrowRight")
    expect(first.locator(".cnnviz .strip")).to_contain_text("(1, 1, 8, 8)")
    assert "(1, 1, 6, 6)" in strip(second)
    second.close()


def test_nothing_is_loaded_from_another_host(app, page):
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url))
    visit(page, f"{app}/convolution?view=picture")
    ours = (app, "data:", "blob:", app.replace("http", "ws"))
    assert [url for url in foreign if not url.startswith(ours)] == []


def test_what_is_not_drawn_yet_keeps_the_room_that_it_will_take(app, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page, held, is_open = context.new_page(), [], False
    page.route("**/media/*.js", lambda route: route.continue_() if is_open else held.append(route))
    page.goto(f"{app}/mlp")
    neurons = page.locator(".st-key-mlp_neurons")
    expect(neurons).to_have_css("min-height", re.compile(r"^[1-9]\d\dpx$"))
    room = neurons.evaluate("part => part.getBoundingClientRect().height")
    is_open = True
    for route in held:
        route.continue_()
    expect(neurons.locator("[data-drawn]")).to_be_attached()
    expect(neurons).to_have_css("min-height", "auto")
    assert abs(neurons.evaluate("part => part.getBoundingClientRect().height") - room) < 40
    context.close()
