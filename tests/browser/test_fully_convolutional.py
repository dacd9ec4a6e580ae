"""The canvas and the class map in a real browser: dragged, typed at, pointed at."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

PATIENCE = 60_000  # ms
STEPS = 12  # of a drag


def drag_down(page: Page, item: Locator, pause: int = 0) -> None:
    """Drag an item down by its own height, in steps, with a pause (ms) after each."""
    box = item.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, STEPS + 1):
        page.mouse.move(x, y + box["height"] * step / STEPS)
        page.wait_for_timeout(pause)
    page.mouse.up()


def test_an_item_moves_by_key_and_by_hand_is_taken_away_and_a_cell_is_chosen(page, app):
    page.goto(app + "/fully_convolutional?least=0&skip_empty=false")
    seven = page.get_by_role("button", name=re.compile("^7 at "))
    expect(seven).to_have_attribute(
        "aria-label", re.compile("7 at 6 from the left, 46"), timeout=PATIENCE
    )
    three = page.get_by_role("button", name=re.compile("^3 at "))
    three.hover()
    three.locator("i").click()
    expect(three).to_have_count(0)
    page.wait_for_url(re.compile("items=6:6:4:28;5:49:6:28;4:96:5:28;7:6:46:28;9:100"))

    seven.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("7:7:46:28"))
    six = page.get_by_role("button", name=re.compile("^6 at "))
    drag_down(page, six)
    page.wait_for_url(re.compile(r"items=6:6:(29|3[0-3]):28"))
    expect(six).to_have_attribute("aria-label", re.compile("6 at 6 from the left, (29|3[0-3])"))

    page.mouse.move(0, 0)  # a pointer over the field would say from where the keys go
    field = page.get_by_role("application")
    field.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile("row 11, column 16: "))).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cell=10,15"))
    expect(page.get_by_text("rows 41–72, columns 61–92")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile("on this crop alone says the same"))).to_be_visible()
    expect(page).to_have_url(
        re.compile(r"items=6:6:(29|3[0-3]):28")
    )  # nothing late has moved it back


@pytest.fixture(scope="module")
def slow_app(small):
    return f"{small}/slow_canvas_app"


@pytest.fixture
def slow(page, slow_app):
    """A canvas that is answered late."""
    page.goto(slow_app)
    page.get_by_text("Python has 7:8:8:28").wait_for()
    return page


def test_what_was_dragged_stays_while_late_answers_come(slow):
    seven = slow.get_by_role("button", name=re.compile("^7 at "))
    drag_down(slow, seven, pause=130)
    shown = seven.get_attribute("aria-label")
    assert re.search("8 from the left, 3[5-7]", shown)
    slow.get_by_text(re.compile(r"Python has 7:8:3[5-7]:28")).wait_for(timeout=PATIENCE)
    assert seven.get_attribute("aria-label") == shown
    slow.wait_for_timeout(1500)  # longer than three answers
    expect(slow.get_by_text(re.compile(r"Python has 7:8:3[5-7]:28"))).to_be_visible()
    assert seven.get_attribute("aria-label") == shown
    expect(slow.get_by_role("spinbutton")).to_have_value(re.compile("^3[5-7]$"))


def test_a_place_is_typed_and_what_is_no_number_changes_nothing(slow):
    field = slow.get_by_role("spinbutton")
    field.fill("60")
    field.press("Enter")
    slow.get_by_text("Python has 7:8:60:28").wait_for(timeout=PATIENCE)
    expect(slow.get_by_role("button", name="7 at 8 from the left, 60")).to_be_visible()
    field.fill("5000")
    field.press("Enter")
    expect(slow.get_by_text(re.compile(r"takes a whole number from .* not “5000”"))).to_be_visible()
    expect(field).to_have_value("60")
    field.fill("")
    field.press("Enter")
    expect(field).to_have_value("60")


# Something is drawn there before any sum has come; a canvas has as many pixels as the wall shows.
IN_THE_RESPONSE = """canvas => {
  const [x, y] = [0.93 * canvas.width, 0.85 * canvas.height];
  return canvas.width > 300 && canvas.getContext('2d').getImageData(x, y, 1, 1).data[3] > 0;
}"""
IS_SHARP = """canvas => canvas.currentCSSZoom > 1.2
  && canvas.width >= canvas.getBoundingClientRect().width * devicePixelRatio - 2"""


def test_the_surgery_is_walked_by_key_played_and_found_again_by_its_link(page, app):
    page.emulate_media(reduced_motion="no-preference")
    page.goto(app + "/fully_convolutional?view=surgery&unit=61")
    words = page.locator(".surgery .words")
    expect(words).to_have_text("Linear keeps the 400 weights of output 61 in one row.")
    page.wait_for_function(IN_THE_RESPONSE, arg=page.locator(".surgery canvas").element_handle())
    sheet = page.get_by_role("application", name=re.compile("16 planes of 5 × 5"))
    sheet.focus()
    for said in ("falls into 16 pieces", "No number has changed", "Row 1, column 1: 16 sums"):
        page.keyboard.press("ArrowRight")
        expect(words).to_contain_text(said)
    page.keyboard.press("ArrowDown")
    expect(words).to_contain_text("Row 2, column 1")
    page.wait_for_url(re.compile("step=16"))
    page.keyboard.press("End")
    expect(words).to_contain_text("Row 13, column 13")
    page.keyboard.press("Home")
    page.get_by_label("Speed").select_option("16")
    page.get_by_role("button", name="Play").click()
    expect(words).to_contain_text("Row 1, ")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_url(re.compile(r"step=\d"))
    page.emulate_media(reduced_motion="reduce")
    page.goto(app + "/fully_convolutional?view=surgery&unit=61&step=60&projector=true")
    expect(words).to_contain_text("Row 5, column 6: 16 sums")
    page.wait_for_function(IS_SHARP, arg=page.locator(".surgery canvas").element_handle())


def test_the_map_has_its_room_and_its_cells_before_its_picture_is_there(page, app):
    images = re.compile(r"/media/.*\.(png|jpg)$")
    page.route(images, lambda route: route.abort())
    page.goto(app + "/fully_convolutional")
    expect(page.get_by_text(re.compile("row 11, column 15: 3"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Things to try")).to_be_visible()  # all above it has its place
    field = page.get_by_role("application")
    expect(field.locator(":scope > img")).to_have_count(0)
    room = field.bounding_box()
    assert room["height"] == pytest.approx(room["width"] * 80 / 132, rel=0.02)
    page.unroute(images)
    page.reload()
    expect(field.locator(":scope > img")).to_have_count(1)
    expect(field.locator(".item img")).to_have_count(6)  # each keeps its own
    expect(page.get_by_text("Things to try")).to_be_visible()
    assert field.bounding_box() == pytest.approx(room)
