"""The response view in a real browser: what it shows is what torch computed, and it is quiet."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator

import pytest
import torch
from playwright.sync_api import BrowserContext, FloatRect, Page
from torch import Tensor

from tests.support.browsing import page_with
from tests.support.response_case import Case, case

SHOWN = ".sum b[data-value]"
CASES = {
    "plain": {},
    "padding": {"padding": "2", "padding_x": "1", "height": "6", "width": "6"},
    "stride": {"stride": "2", "stride_x": "3", "padding": "1"},
    "dilation": {"dilation": "2", "dilation_x": "3", "padding": "3"},
    "all": {"kernel": "2", "kernel_x": "3", "stride": "2", "padding": "2", "dilation": "2"},
    "colours": {"channels": "3", "padding": "1", "seed": "4"},
    "reflect": {"padding": "2", "mode": "reflect"},
    "replicate": {"padding": "3", "mode": "replicate"},
    "circular": {"padding": "2", "mode": "circular", "stride": "2"},
    "large kernel": {"kernel": "7", "padding": "3"},
    "not a photo": {"channels": "5", "padding": "1", "normalised": "1"},
}


@pytest.fixture(scope="module")
def address(small: str) -> str:
    return f"{small}/response_app"


@pytest.fixture(scope="module")
def opened(desktop: BrowserContext, address: str) -> Iterator[Page]:
    """One page for all tests; the case is typed into it."""
    page = page_with(SHOWN, desktop, address)
    yield page
    page.close()


@pytest.fixture
def page(opened: Page) -> Page:
    """The page, nothing pinned, at strength 1."""
    opened.locator(".frame.output").press("Escape")
    opened.get_by_role("slider", name="Strength").press("Home")
    return opened


def show(page: Page, **query: str) -> Case:
    """Type the case in and wait until it is there with its numbers."""
    expected = case(query)
    field = page.get_by_label("Case")
    field.fill(json.dumps(query))
    field.press("Enter")
    go_to(page, expected, 0, 0)
    return expected


def go_to(page: Page, expected: Case, row: int, column: int) -> None:
    """Point at a response pixel and wait until its value stands there."""
    value, deadline = expected.response[row, column].item(), time.monotonic() + 40
    rows, columns = expected.response.shape
    while time.monotonic() < deadline:
        box = box_of(page, ".frame.output")
        page.mouse.move(box["x"] + 1, box["y"] + 1)
        across, down = (column + 0.5) / columns, (row + 0.5) / rows
        page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        page.wait_for_timeout(40)
        if title(page) == f"Row {row + 1}, column {column + 1}" and window_shown(page)[2] == value:
            return
    raise AssertionError(f"{title(page)}, {window_shown(page)[2]} instead of {value}")


def box_of(page: Page, selector: str) -> FloatRect:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box


def title(page: Page) -> str:
    return page.locator(".title").inner_text()


def window_shown(page: Page) -> tuple[Tensor, Tensor, float]:
    """Inputs, weights and the value, exactly as the loupe holds them."""
    held = page.locator(".loupe").evaluate(
        """loupe => {
            const cells = [...loupe.querySelectorAll('.grid .cell')];
            const read = name => cells.map(cell => Number(cell.dataset[name]));
            return [read('value'), read('weight'), loupe.querySelector('.sum b').dataset.value];
        }"""
    )
    return torch.tensor(held[0]), torch.tensor(held[1]), float(held[2] or "nan")


def window_read(expected: Case, channel: int, row: int, column: int) -> Tensor:
    """The same cut out of the padded picture by torch."""
    settings = expected.settings
    starts = row * settings.stride[0], column * settings.stride[1]
    down, across = (
        torch.arange(size) * step + start
        for start, size, step in zip(starts, settings.kernel_size, settings.dilation, strict=True)
    )
    return expected.padded[channel][down][:, across].flatten()


def places(expected: Case) -> list[tuple[int, int]]:
    rows, columns = expected.response.shape
    return [(0, 0), (rows // 2, columns // 3), (rows - 1, columns - 1)]


@pytest.mark.parametrize("name", CASES)
def test_the_loupe_shows_the_window_that_torch_read_and_the_value_it_computed(page, name):
    expected = show(page, **CASES[name])

    for row, column in places(expected):
        go_to(page, expected, row, column)
        for channel in range(len(expected.picture)):
            if len(expected.picture) > 1:
                page.locator(".channels button").nth(channel).click()
            inputs, weights, value = window_shown(page)
            assert torch.equal(inputs, window_read(expected, channel, row, column))
            assert torch.equal(weights, expected.weight[channel].flatten())
            assert value == expected.response[row, column].item()


def test_what_the_loupe_holds_adds_up_to_the_response(page):
    expected = show(page, padding="1", stride="2")
    go_to(page, expected, 2, 3)
    inputs, weights, value = window_shown(page)

    assert (inputs * weights).sum().item() + expected.bias == pytest.approx(value, abs=1e-5)
    assert page.locator(".sum").inner_text().startswith("sum of 9 products + bias 0.25 = ")


def test_a_transposed_convolution_shows_the_inputs_that_reach_a_pixel(page):
    expected = show(page, transposed="1", stride="2", padding="1", height="5", width="6")

    for (row, column), count in {(0, 0): 1, (3, 4): 2, (3, 3): 4, (8, 9): 2}.items():
        go_to(page, expected, row, column)
        inputs, weights, value = window_shown(page)
        assert len(inputs) == count
        assert value == expected.response[row, column].item()
        assert (inputs * weights).sum().item() + expected.bias == pytest.approx(value, abs=1e-5)


def test_padding_that_is_zero_is_told_apart_from_a_black_pixel(page):
    go_to(page, show(page, padding="1"), 0, 0)

    padding = page.locator(".cell.padding.empty")
    assert padding.count() == 5
    assert padding.first.locator("span").inner_text() == "0"


def test_pointing_sends_nothing_to_the_server(desktop, address):
    page = desktop.new_page()
    sent: list[object] = []

    def hear(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", hear))
    page.goto(address, timeout=90_000)
    page.locator(".sum b[data-value]").wait_for(timeout=60_000)
    assert sent, "the socket is watched"
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    box = box_of(page, ".frame.output")
    page.wait_for_timeout(500)
    sent.clear()

    titles = set()
    for share in range(1, 30):
        page.mouse.move(box["x"] + box["width"] * share / 30, box["y"] + box["height"] * share / 30)
        page.wait_for_timeout(20)
        titles.add(title(page))
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    page.wait_for_timeout(300)
    page.close()

    assert len(titles) >= 8
    assert sent == []
    assert requests == []


def test_the_frame_on_the_picture_is_the_window_in_padded_pixels(page):
    go_to(page, show(page, padding="1", height="6", width="6"), 2, 1)

    # columns 1 to 3 and rows 2 to 4 of the padded 8 × 8
    assert page.locator(".frame.input .mark").get_attribute("d") == "M1 2H4V5H1Z"
    assert page.locator(".frame.input svg").get_attribute("viewBox") == "0 0 8 8"
    assert page.locator(".frame.input + .foot").inner_text() == "reads rows 2 to 4, columns 1 to 3"


def test_dilated_taps_are_dots_on_the_picture(page):
    go_to(page, show(page, dilation="2", height="6", width="6"), 0, 1)
    dots = page.locator(".frame.input .dots").get_attribute("d") or ""

    assert dots.count("M") == 9
    assert dots.startswith("M1.5 0.5h")
    assert "M3.5 2.5h" in dots


def test_pointing_at_the_picture_shows_the_response_pixel_that_reads_there(page):
    show(page, stride="2", padding="1")
    box = box_of(page, ".frame.input")
    # the middle of the window of response pixel (2, 3) is (5, 7) of the padded 14 × 16
    page.mouse.move(box["x"] + box["width"] * 7.5 / 16, box["y"] + box["height"] * 5.5 / 14)
    page.wait_for_timeout(100)

    assert title(page) == "Row 3, column 4"


def test_it_opens_at_the_strongest_pixel(desktop, address):
    response = case({}).response
    row, column = divmod(int(response.abs().argmax()), response.shape[1])
    page = page_with(SHOWN, desktop, address)

    assert title(page) == f"Row {row + 1}, column {column + 1}"
    page.close()


def test_keys_walk_jump_stay_inside_and_speak(page):
    expected = show(page, height="40", width="40")
    frame = page.locator(".frame.output")
    for key in ("PageUp", "Home", "ArrowUp", "Shift+ArrowRight", "ArrowDown"):
        frame.press(key)
    page.wait_for_timeout(600)

    assert title(page) == "Row 2, column 11"
    place, value = page.locator(".spoken").inner_text().split(";")[0].split(": ")
    assert place == "Row 2, column 11"
    assert number(value) == pytest.approx(expected.response[1, 10].item(), rel=1e-3)
    for key in ("End", "PageDown", "ArrowRight"):
        frame.press(key)
    page.wait_for_timeout(100)
    assert title(page) == "Row 38, column 38"


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_a_pinned_pixel_stays_while_the_pointer_moves_and_escape_lets_it_go(page):
    go_to(page, show(page), 3, 4)
    frame = page.locator(".frame.output")
    frame.press("Enter")
    page.locator(".frame.input").hover()
    page.wait_for_timeout(100)
    assert page.locator(".title.pinned").inner_text() == "Row 4, column 5"
    frame.press("Escape")

    assert page.locator(".title.pinned").count() == 0


def test_python_hears_of_a_pinned_pixel_where_it_asked_to(page):
    go_to(page, show(page, reports="1"), 2, 5)
    frame = page.locator(".frame.output")
    frame.press("Enter")
    page.get_by_text("pinned (2, 5)").wait_for(timeout=10_000)
    assert page.locator(".title.pinned").inner_text() == "Row 3, column 6"
    frame.press("Escape")

    page.get_by_text("pinned None").wait_for(timeout=10_000)


WATCH_FOR_AN_EMPTY_PLACE = """card => {
    window.empty = 0;
    const count = () => { window.empty += card.querySelectorAll('img').length < 2; };
    new MutationObserver(count).observe(card, { childList: true, subtree: true });
}"""


def test_a_change_keeps_the_place_and_brings_the_new_numbers_without_an_empty_moment(page):
    expected = show(page)
    go_to(page, expected, 4, 6)
    page.locator(".views").evaluate(WATCH_FOR_AN_EMPTY_PLACE)
    page.get_by_role("slider", name="Strength").press("ArrowRight")
    page.get_by_text("ran with strength 2").wait_for(timeout=10_000)
    doubled = 2 * expected.response[4, 6].item()
    page.locator(f'.sum b[data-value="{doubled}"]').wait_for(timeout=10_000)

    assert title(page) == "Row 5, column 7"
    assert page.evaluate("window.empty") == 0


def test_inputs_of_a_large_window_are_read_one_by_one_from_the_keyboard(page):
    expected = show(page, kernel="7", padding="3")
    go_to(page, expected, 5, 6)
    page.locator(".frame.output").press("Tab")
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    page.wait_for_timeout(100)

    where, product = page.locator(".read").inner_text().split(": ")
    assert where == "row 4, column 5"  # rows 3 to 9 and columns 4 to 10 are read: one on in both
    assert [number(part) for part in re.split(r"\s×\s", product)] == pytest.approx(
        [expected.picture[0, 3, 4].item(), expected.weight[0, 1, 1].item()], rel=1e-3
    )


def test_one_pixel_of_a_large_picture_can_be_found(page):
    show(page, height="300", width="400")
    box = box_of(page, ".frame.output .mark")

    assert box["width"] >= 9
    assert box["height"] >= 9


def swipe(page, x, y, down):
    """A finger put down at a place that moves up or down in steps, as a browser hears of it."""
    touch = page.context.new_cdp_session(page)
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    for step in range(1, 7):
        point = {"x": x, "y": y + down * step / 6}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_on_a_phone_all_stands_in_one_column_without_sideways_scrolling(phone, address):
    page = page_with(SHOWN, phone, address)
    show(page, height="60", width="90", kernel="7", padding="3")
    output, picture = box_of(page, ".frame.output"), box_of(page, ".frame.input")
    page.touchscreen.tap(output["x"] + output["width"] / 2, output["y"] + output["height"] / 2)
    page.wait_for_timeout(200)

    assert output["y"] > picture["y"] + picture["height"]
    assert page.locator(".title.pinned").inner_text() == "Row 31, column 46"

    swipe(page, output["x"] + 20, output["y"] + output["height"] - 10, down=-60)
    assert page.locator(".title.pinned").inner_text() == "Row 31, column 46"
    overflow = "main => main.scrollWidth - main.clientWidth"
    assert page.locator("[data-testid=stMain]").evaluate(overflow) == 0
    page.close()
