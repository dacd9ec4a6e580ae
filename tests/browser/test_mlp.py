"""The page mlp in a real browser: a network that learns, a digit that moves, a row that lights."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

PATIENCE = 60_000  # ms


def test_a_network_learns_while_it_plays_and_rests_at_a_step_that_is_in_the_link(
    page: Page, app: str
) -> None:
    page.goto(f"{app}/mlp?view=depth")
    step = page.locator(".facts b")
    expect(step).to_have_text("0", timeout=PATIENCE)
    page.get_by_role("button", name="One step").click()
    expect(step).to_have_text("1", timeout=PATIENCE)
    main = page.get_by_role("button", name="Play or pause the training")
    main.click()
    page.locator(".answer").hover()
    here = page.locator(".here")
    expect(here).to_contain_text(re.compile(r"p\(red\) = "), timeout=PATIENCE)  # while it plays
    expect(step).to_have_text(re.compile(r"^[1-9]\d{2,}$"), timeout=PATIENCE)
    main.click()
    expect(main).to_contain_text("Play", timeout=PATIENCE)
    rested = step.text_content()
    page.wait_for_url(re.compile(f"steps={rested}"))
    page.get_by_label("The answer: arrow keys walk over it").press("ArrowRight")
    expect(here).to_contain_text(re.compile(r"p\(red\) = 0\.\d{4}"))


def test_a_digit_moves_by_keys_and_both_networks_answer(page: Page, app: str) -> None:
    page.goto(f"{app}/mlp?view=shift&dx=3")
    sheet = page.get_by_label("Arrow keys move it.")
    sheet.press("ArrowRight", timeout=PATIENCE)
    page.wait_for_url(re.compile("dx=4"))
    expect(page.get_by_text("4 right").first).to_be_visible(timeout=PATIENCE)


def test_pointing_at_an_output_lights_what_it_reads(page: Page, app: str) -> None:
    page.goto(f"{app}/mlp?part=layer")
    cells = page.locator(".sheets .cell.keyed")
    expect(cells.first).to_be_visible(timeout=PATIENCE)
    cells.last.hover()
    expect(page.locator(".sheets .cell.lit").nth(1)).to_be_visible()


def test_a_small_result_is_trained_in_the_background_and_a_click_takes_it(
    page: Page, app: str
) -> None:
    page.goto(f"{app}/mlp?view=depth&data=gaussians&points=10")
    three = page.locator(".pick", has_text=re.compile(r"^3\d"))
    expect(three.locator("span").first).to_have_text(re.compile(r"\d\.\d\d"), timeout=PATIENCE)
    three.click()
    page.wait_for_url(re.compile(r"hidden=3&|hidden=3$"))
    expect(page.locator(".layer .neuron")).to_have_count(3, timeout=PATIENCE)
    for number in (1, 2, 3):  # each by its name, which the menu "Save" has for it
        expect(page.locator(f'.layer canvas[aria-label^="Neuron {number}, "]')).to_have_count(1)
    expect(three.locator("input")).to_be_checked()


def test_a_newcomer_walks_from_home_over_a_neuron_to_what_pooling_makes_of_it(
    page: Page, app: str
) -> None:
    page.goto(app)
    page.locator(".st-key-card_mlp").get_by_role("link").click()
    expect(page).to_have_title("From neurons · cnnviz")
    view = page.locator(".st-key-mlp-view")
    view.get_by_text("Depth").click()
    page.get_by_role("button", name="Play or pause the training").click()
    expect(page.locator(".losses")).to_contain_text(re.compile(r"[1-9]\d{2,} steps"))
    expect(page.locator(".story")).to_contain_text(re.compile("test loss"))
    view.get_by_text("Shift").click()
    expect(page.get_by_label("Arrow keys move it.")).to_be_visible()
    page.get_by_role("link", name="Next, 2 of 11: Convolution").click()
    expect(page).to_have_title("Convolution · cnnviz")
    page.get_by_role("link", name="Next, 3 of 11: Pooling").click()
    expect(page).to_have_title("Pooling · cnnviz")
    expect(page.locator("code.sum")).to_have_text("max(2, 4, 7, 8) = 8")
    page.locator(".st-key-pooling-view").get_by_text("Receptive field").click()
    cards = page.get_by_role("radiogroup", name="Layer").get_by_role("radio")
    cards.first.click()
    expect(cards.first).to_have_attribute("aria-checked", "true")
    expect(page.get_by_text("What it could see 11 × 11")).to_be_visible()
