"""Far from the server: an answer that is late moves no handle back and takes no choice back."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.slow_link import followed, slow_down


def test_a_handle_stays_where_a_click_put_it_until_the_server_has_heard(app: str, page: Page):
    slow_down(page, 500)  # an answer that was under way comes a second after the click
    page.goto(app + "/convolution")
    slider = page.locator("#slider-stride")
    slider.hover()
    page.wait_for_timeout(150)  # a hand that came near is told: its answer knows nothing of a click
    before, seen = slider.input_value(), followed(slider)
    box = slider.bounding_box()
    assert box
    slider.click(position={"x": box["width"] - 4, "y": box["height"] / 2})
    after = slider.input_value()
    assert after != before
    expect(page).to_have_url(re.compile(f"stride={after}"))
    page.get_by_label("Padding", exact=True).hover()
    page.wait_for_timeout(1500)
    assert set(seen.json_value()) <= {after}
    assert slider.input_value() == after
    number = page.get_by_label("Stride, as a number")
    number.fill("2,5")
    number.press("Enter")
    refused = page.get_by_role("status").filter(has_text="Stride takes a whole number from 1 to")
    expect(refused).to_be_visible()
    expect(number).to_have_value(after)
    number.focus()
    expect(refused).to_have_count(0)


CHECKED = """strip => {
  const seen = [], checked = () => strip.querySelector("[aria-checked=true]")?.textContent;
  const note = () => seen.at(-1) === checked() || seen.push(checked());
  new MutationObserver(note).observe(strip, { subtree: true, attributes: true });
  return seen;
}"""


def test_of_two_layers_chosen_soon_after_each_other_the_last_one_stays(app: str, page: Page):
    slow_down(page, 250)
    page.goto(app + "/feature_maps")
    strip = page.get_by_role("radiogroup", name="Part of the network")
    strip.get_by_role("radio", name="group1").click()
    seen = strip.evaluate_handle(CHECKED)
    page.wait_for_timeout(300)  # its answer is under way when the next is chosen
    last = strip.get_by_role("radio", name="group3")
    last.click()
    expect(page).to_have_url(re.compile("layer=group3"))
    page.wait_for_timeout(2500)  # longer than both answers
    assert seen.json_value() == [last.text_content()]


def test_a_swipe_that_begins_on_a_slider_scrolls_and_leaves_it_where_it_was(
    app: str, phone: BrowserContext
):
    page = phone.new_page()
    page.goto(app + "/convolution")
    slider = page.locator("#slider-kernel_size")
    slider.wait_for()
    expect(page.locator(".cnnviz-grid")).to_be_visible()
    box = slider.bounding_box()
    assert box
    before, x, y = slider.input_value(), box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2
    hand = phone.new_cdp_session(page)
    for kind, up in [("touchStart", 0), *(("touchMove", 12 * step) for step in range(1, 12))]:
        hand.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y - up}]}
        )
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 20")
    expect(slider).to_have_value(before)
    page.close()
