"""The parameters of a page in a real browser, whose visitor does not wait for the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.slow_link import slow_down


@pytest.fixture(scope="module")
def slow_app(small: str) -> str:
    return f"{small}/slow_app"


@pytest.fixture
def slow(page: Page, slow_app: str) -> Page:
    page.goto(slow_app)
    return page


def early(page: Page) -> None:
    page.get_by_text("Early", exact=True).click()


def said(page: Page, query: str) -> None:
    expect(page.locator("[data-testid=stText]")).to_have_text(query)


@pytest.mark.slow
def test_a_click_while_the_page_is_being_made_keeps_every_value(slow):
    early(slow)
    said(slow, "early=true")
    expect(slow.get_by_role("spinbutton", name="Height")).to_have_value("6")
    early(slow)  # the browser tells all its values
    said(slow, "nothing but defaults")


@pytest.mark.slow
def test_a_click_while_a_preset_is_being_made_keeps_the_preset(slow):
    said(slow, "nothing but defaults")
    slow.get_by_role("button", name="Large and plain").click()
    early(slow)
    said(slow, "height=9&bias=false&early=true")
    expect(slow.get_by_role("spinbutton", name="Height")).to_have_value("9")
    early(slow)
    said(slow, "height=9&bias=false")


@pytest.mark.slow
def test_what_the_visitor_changes_afterwards_is_theirs(slow):
    said(slow, "nothing but defaults")
    slow.get_by_role("button", name="Large and plain").click()
    said(slow, "height=9&bias=false")
    slow.wait_for_timeout(1_000)  # a hand needs as long to answer to what it sees
    slow.get_by_text("Bias", exact=True).click()
    said(slow, "height=9")
    slow.get_by_role("spinbutton", name="Height").fill("4")
    slow.get_by_role("spinbutton", name="Height").press("Enter")
    said(slow, "height=4")


def test_the_browser_goes_back_from_a_preset_and_undo_from_reset(page, app):
    page.goto(f"{app}/convolution?kernel=custom&weights=1,2,3;4,5,6;7,8,9")
    grid = page.locator(".cnnviz-grid")
    expect(grid.get_by_text("Your own")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name=re.compile("^Checkerboard")).click()
    page.wait_for_url(re.compile("transposed=true"))
    expect(grid.get_by_text("Sobel x")).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile("weights=1,2,3"))
    expect(grid.get_by_text("Your own")).to_be_visible()
    page.get_by_role("link", name="Reset").click()
    expect(grid.get_by_text("Sobel x")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(grid.get_by_text("Your own")).to_be_visible()
    page.wait_for_url(re.compile("weights=1,2,3"))


def test_an_answer_that_comes_after_back_does_not_write_over_the_view_gone_back_to(page, app):
    slow_down(page, 300)
    page.goto(f"{app}/convolution?stride=2")
    expect(page.get_by_text("Things to try")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Checkerboard")).click()
    page.wait_for_url(re.compile("transposed=true"))
    page.wait_for_timeout(400)  # the server has heard of it, and its answer is on its way
    page.go_back()
    page.get_by_role("link", name="Pooling").first.click()
    page.wait_for_url("**/pooling*")
    expect(page.get_by_text("Things to try")).to_be_visible()
    page.go_back()
    page.wait_for_url("**/convolution?stride=2")
    expect(page.get_by_role("slider", name="Stride", exact=True)).to_have_value("2")
    page.wait_for_url("**/convolution?stride=2")


# As "Undo" has it: the server's answer changes a control just after a click on something else.
CHANGED_AFTER_A_CLICK = """box => new Promise(done => document.addEventListener('click', () => {
  setTimeout(() => { box.checked = !box.checked; }, 10);
  setTimeout(done, 400);  // all looks at what a click has changed are over
  }, { once: true }))"""


def test_what_the_server_changes_after_a_click_elsewhere_is_no_word_of_a_hand(page, app):
    page.goto(f"{app}/convolution?relu=true")
    toggle = page.locator(".st-key-convolution-transposed input")
    expect(toggle).to_be_attached()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()  # presses are heard from now on
    page.wait_for_url(re.compile("relu=true$"))
    page.evaluate(
        "box => { window.answered = (" + CHANGED_AFTER_A_CLICK + ")(box); }",
        toggle.element_handle(),
    )
    page.get_by_role("heading", level=1).click()
    page.evaluate("() => window.answered")
    assert page.url.endswith("relu=true")


DEAF = "() => { WebSocket.prototype.send = () => {}; }"  # the server hears nothing from now on


@pytest.mark.parametrize(
    ("view", "press", "said"),
    [
        ("zoo", lambda page: page.get_by_text("Only convolutional", exact=True), "only_conv=true"),
        ("convolution?relu=true", lambda page: page.get_by_role("radio", name="On a picture"),
         "relu=true&view=picture"),
        ("convolution?stride=2", lambda page: page.get_by_role("radio", name="Grid"), "stride=2"),
        ("feature_maps?map=3", lambda page: page.get_by_role("radio", name="group1, output"),
         "layer=group1.1"),
        ("heatmaps", lambda page: page.get_by_role("radio", name="Explain ship"), "class_idx=8"),
        ("build", lambda page: page.get_by_role("row", name="MaxPool2d").first, "layer=3"),
        ("feature_maps?cell=2,1", lambda page: page.get_by_role("radio", name="Most varied"),
         "cell=2,1&order=variance"),
    ],
)  # fmt: skip
def test_the_address_says_what_a_hand_has_pressed_before_the_server_does(
    page, app, view, press, said
):
    page.goto(f"{app}/{view}")
    expect(page.get_by_role("link", name="Reset")).to_be_visible()
    expect(page.get_by_text("Things to try")).to_be_visible()
    page.evaluate(DEAF)
    press(page).click()
    page.wait_for_function("said => location.search.slice(1) === said", arg=said)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("feature_maps?map=0&cell=2,1", "map=1"),
        ("feature_maps?view=off&off=3", "view=off&off=1,3"),
        ("feature_maps?view=off&off=1,3", "view=off&off=3"),
        (
            "convolution?view=filters&normalise=false",
            "view=filters&normalise=false&kernel=box_blur",
        ),
    ],
)
def test_the_address_says_which_map_a_hand_has_chosen_before_the_server_does(page, app, view, said):
    page.goto(f"{app}/{view}")
    maps = page.get_by_role("listbox", name=re.compile("Arrow keys move, Enter chooses")).first
    expect(maps.get_by_role("option").nth(1)).to_be_attached()
    expect(page.get_by_text("Things to try")).to_be_visible()
    page.evaluate(DEAF)
    maps.focus()
    for key in ("Home", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("said => location.search.slice(1) === said", arg=said)


def test_the_address_says_the_name_of_a_class_that_is_typed_before_the_server_does(page, app):
    page.goto(f"{app}/teach")
    name = page.get_by_role("textbox", name="Name of the class").first
    expect(page.get_by_text("Things to try")).to_be_visible()
    page.evaluate(DEAF)
    name.fill("fish and fowl")
    name.press("Enter")
    classes = "(new URLSearchParams(location.search).get('classes') ?? '')"
    page.wait_for_function(f"() => {classes}.startsWith('fish and fowl:')")


def test_the_address_says_which_cell_a_hand_has_chosen_before_the_server_does(page, app):
    page.goto(f"{app}/fully_convolutional")
    field = page.get_by_role("application")
    expect(page.get_by_text("Things to try")).to_be_visible()
    page.evaluate(DEAF)
    field.focus()
    cell = "([...new URLSearchParams(location.search).get('cell')?.split(',') ?? []].join())"
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function(f"() => {cell} !== ''")
    before = page.evaluate(cell)
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function(f"before => {cell} !== before", arg=before)


def test_the_address_says_where_a_slider_and_a_list_are_left_before_the_server_does(page, app):
    page.goto(f"{app}/convolution?kernel_size=5")
    expect(page.get_by_role("link", name="Reset")).to_be_visible()
    expect(page.get_by_text("Things to try")).to_be_visible()
    page.evaluate(DEAF)
    slider = page.get_by_role("slider", name="Stride", exact=True)
    slider.press("ArrowRight")
    page.wait_for_function("() => location.search === '?kernel_size=5&stride=2'")
    slider.press("ArrowLeft")  # at its default a term is not said
    page.wait_for_function("() => location.search === '?kernel_size=5'")
    kernel = page.get_by_role("combobox", name="Kernel")
    kernel.click()
    page.get_by_role("option", name="Scharr x").click()
    page.wait_for_function("() => location.search === '?kernel_size=5&kernel=scharr_x'")
