"""The pooling page in a real browser: pointing, the keys, the cards, the frame that is dragged."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

PATIENCE = 60_000  # ms
TITLES_IN_CARD = """() => {
  const inside = root => [...root.querySelectorAll("*")]
    .flatMap(node => [node, ...(node.shadowRoot ? inside(node.shadowRoot) : [])]);
  const titles = inside(document.body).filter(node => node.matches("svg .title"));
  return titles.length === 3 && titles.every(title =>
    title.getBoundingClientRect().right <= title.closest(".card").getBoundingClientRect().right);
}"""


def test_pointing_at_an_output_lights_its_window_and_the_way_back(page: Page, app: str) -> None:
    page.goto(f"{app}/pooling")
    total = page.locator("code.sum")
    expect(total).to_have_text("max(2, 4, 7, 8) = 8", timeout=PATIENCE)
    outputs = page.locator("text.out-text")  # lies on its cell
    outputs.nth(2).hover()
    expect(total).to_have_text("max(3, 2, 1, 2) = 3")
    expect(page.locator("rect.in.reach")).to_have_count(4)
    expect(page.locator("rect.ring.won")).to_have_count(4)
    outputs.nth(2).click()
    page.wait_for_url(re.compile("cell=1,0"))
    page.locator(".stage[tabindex]").press("ArrowRight")
    expect(total).to_have_text("max(1, 0, 3, 4) = 4")
    page.wait_for_url(re.compile("cell=1[^,]|cell=1$"))  # 1,1 is written as one number


def test_a_slider_of_the_grid_shows_the_answer_of_torch(page: Page, app: str) -> None:
    page.goto(f"{app}/pooling")
    expect(page.locator("rect.out")).to_have_count(4, timeout=PATIENCE)
    page.get_by_role("slider", name="Stride").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("rect.out")).to_have_count(9, timeout=PATIENCE)
    expect(page.locator(".cnnviz.numbers")).to_contain_text("(1, 1, 3, 3)", timeout=PATIENCE)


def test_a_card_leads_to_its_layer_and_a_click_to_another_unit(page: Page, app: str) -> None:
    page.goto(f"{app}/pooling?view=field&size=96")
    cards = page.get_by_role("radiogroup", name="Layer").get_by_role("radio")
    expect(cards).to_have_count(5, timeout=PATIENCE)
    cards.nth(1).click()
    page.wait_for_url(re.compile("layer=group0"))
    expect(cards.nth(1)).to_have_attribute("aria-checked", "true", timeout=PATIENCE)
    expect(page.get_by_text("What it could see 43 × 43")).to_be_visible(timeout=PATIENCE)
    picture = page.locator(".tile.photo .frame")
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.5})
    page.wait_for_url(re.compile("unit=1[12]"))
    page.set_viewport_size({"width": 390, "height": 844})
    names = page.locator(".cards .name")
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
    assert names.count() == 5
    assert names.evaluate_all(cut) == []


def test_the_frame_of_the_shift_moves_by_keys(page: Page, app: str) -> None:
    page.goto(f"{app}/pooling?view=shift&place=100,120")
    frame = page.get_by_label("The frame whose cells are shown")
    expect(page.locator(".stCode .token.keyword").first).to_have_text("import", timeout=PATIENCE)
    assert page.evaluate("window.__streamlit.BACKEND_BASE_URL") == f"{app}/"
    frame.press("ArrowRight")
    page.wait_for_url(re.compile("place=100,122"))
    expect(page.get_by_text("76 %").first).to_be_visible(timeout=PATIENCE)


def test_the_builders_link_shows_the_receptive_field_of_its_layer(page: Page, app: str) -> None:
    page.goto(f"{app}/build?view=run")
    page.get_by_role("link", name="See the receptive field of conv2 on a picture").click()
    page.wait_for_url(re.compile(r"/pooling\?view=field&network=net&net=\w+&layer=conv2$"))
    expect(page.locator("table.recurrence")).to_contain_text("= 14", timeout=PATIENCE)


def test_the_zoos_link_shows_the_receptive_field_of_its_network(page: Page, app: str) -> None:
    page.goto(f"{app}/zoo?pick=resnet18")
    page.get_by_role("link", name="See the receptive field of ResNet-18").click()
    page.wait_for_url(re.compile(r"/pooling\?view=field&network=resnet18"))
    expect(page.locator("table.recurrence")).to_contain_text("size", timeout=PATIENCE)
    table = page.locator("table.recurrence")
    assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")  # whole


def test_on_a_small_tablet_nothing_leaves_its_card_or_lies_below_the_menus_button(
    page: Page, app: str
) -> None:
    page.set_viewport_size({"width": 700, "height": 900})
    page.goto(f"{app}/pooling")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
    menu = page.get_by_test_id("stExpandSidebarButton").bounding_box()
    heading = page.get_by_role("heading", level=1).bounding_box()
    assert menu is not None and heading is not None
    assert menu["y"] + menu["height"] <= heading["y"]
    page.set_viewport_size({"width": 640, "height": 900})
    expect(page.locator("svg .title")).to_have_count(3, timeout=PATIENCE)
    page.wait_for_function(TITLES_IN_CARD)
