"""The mosaic in a real browser: framing, naming and choosing maps."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import torch
from playwright.sync_api import BrowserContext, FloatRect, Page

from tests.support.browsing import page_with
from tests.support.waiting import until

COUNT, COLUMNS = 24, 8


@pytest.fixture(scope="module")
def address(small: str) -> str:
    return f"{small}/mosaic_app"


@pytest.fixture(scope="module")
def opened(desktop: BrowserContext, address: str) -> Iterator[Page]:
    """One page for all tests; the case is typed into it."""
    page = page_with(".frame img", desktop, address)
    yield page
    page.close()


@pytest.fixture
def page(opened: Page, request: pytest.FixtureRequest) -> Page:
    """The page with 24 maps, the second chosen: a component of its own for every test."""
    show(opened, key=request.node.name)
    opened.get_by_text("chosen 1 of 24, seed 0").wait_for(timeout=20_000)
    opened.locator(f".st-key-{request.node.name} .frame img").wait_for(timeout=20_000)
    until(lambda: opened.locator(".frame").count() == 1)  # the last test's has gone
    until(lambda: opened.locator(".name").all_inner_texts() == [label(1)])
    return opened


@pytest.fixture(scope="module")
def many(phone: BrowserContext, address: str) -> Iterator[Page]:
    """512 maps on a phone."""
    page = page_with(".frame img", phone, address)
    show(page, count=512, side=7)
    page.locator(".frame canvas").wait_for(timeout=10_000)
    yield page
    page.close()


def show(page: Page, **query: object) -> None:
    field = page.get_by_label("Case")
    field.fill(json.dumps(query))
    field.press("Enter")
    page.get_by_text(f"of {query.get('count', COUNT)}, seed {query.get('seed', 0)}").wait_for()


def frame_box(page: Page) -> FloatRect:
    box = page.locator(".frame").bounding_box()
    assert box is not None
    return box


def middle_of(
    page: Page, index: int, columns: int = COLUMNS, count: int = COUNT
) -> tuple[float, float]:
    """Where on the screen the middle of a map is, worked out from the picture's frame."""
    box, row, column = frame_box(page), index // columns, index % columns
    rows = -(-count // columns)
    return (
        box["x"] + box["width"] * (column + 0.5) / columns,
        box["y"] + box["height"] * (row + 0.5) / rows,
    )


def frame_of(page: Page, kind: str) -> tuple[float, float]:
    """Middle of the drawn frame on the screen."""
    box = page.locator(f".frame .{kind}").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def label(index: int) -> str:
    maps = torch.randn(COUNT, 6, 6, generator=torch.Generator().manual_seed(0))
    return f"map {index} · mean {maps[index].mean():.2f}"


def test_pointing_frames_a_map_and_names_it_without_a_word_to_the_server(desktop, address):
    page = desktop.new_page()
    sent: list[object] = []

    def hear(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", hear))
    page.goto(address, timeout=90_000)
    page.locator(".frame img").wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    assert sent, "the socket is watched"
    sent.clear()

    for index in (0, 7, 9, 14, 16, 23):  # corners, and others
        page.mouse.move(*middle_of(page, index))
        assert page.locator(".name").inner_text() == label(index)
        assert frame_of(page, "pointed") == pytest.approx(middle_of(page, index), abs=2)
    assert sent == []
    page.close()


def test_a_click_chooses_and_python_hears_of_it(page):
    page.mouse.click(*middle_of(page, 13))

    page.get_by_text("chosen 13 of").wait_for(timeout=10_000)
    assert frame_of(page, "chosen") == pytest.approx(middle_of(page, 13), abs=2)
    page.mouse.move(5, 5)
    assert page.locator(".name").inner_text() == label(13)


def test_the_choice_can_be_kept_by_the_page(page):
    show(page, key="kept", kept_by_page=True)
    page.get_by_text("chosen 2 of").wait_for(timeout=10_000)
    page.mouse.click(*middle_of(page, 20))

    page.get_by_text("chosen 20 of").wait_for(timeout=10_000)
    assert page.locator("[role=option][aria-selected=true]").inner_text() == label(20)


def test_arrow_keys_walk_over_the_maps_and_enter_chooses(page):
    listbox = page.get_by_role("listbox", name="24 feature maps of noise.")
    page.get_by_label("Case").focus()
    page.keyboard.press("Tab")
    assert listbox.evaluate("list => list.getRootNode().activeElement === list")
    walked = []
    for key in (
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "Home",
        "ArrowLeft",
        "End",
        "PageUp",
    ):
        page.keyboard.press(key)
        walked.append(listbox.get_attribute("aria-activedescendant"))

    assert walked == [f"tile-{index}" for index in (2, 10, 18, 18, 16, 15, 15, 7)]
    assert page.locator(".name").inner_text() == label(7)
    page.keyboard.press("Enter")
    page.get_by_text("chosen 7 of").wait_for(timeout=10_000)


def test_every_map_is_an_option_with_its_label(page):
    options = page.get_by_role("option")

    assert options.all_inner_texts() == [label(index) for index in range(COUNT)]
    assert page.locator("[role=option][aria-selected=true]").all_inner_texts() == [label(1)]


def test_the_limits_stand_below_the_picture(page):
    maps = torch.randn(COUNT, 6, 6, generator=torch.Generator().manual_seed(0))
    low, high = page.locator(".bar span").all_inner_texts()

    assert float(high.removeprefix("+")) == pytest.approx(maps.abs().max().item(), rel=5e-3)
    assert low == high.replace("+", "−")
    assert page.locator(".scale").inner_text() == "one scale for all 24 maps"


def test_a_new_picture_takes_the_place_of_the_old_without_an_empty_moment(page, request):
    page.locator(".frame").evaluate(
        """frame => {
            window.empty = 0;
            const count = () => { window.empty += frame.querySelectorAll('img').length !== 1; };
            new MutationObserver(count).observe(frame, { childList: true });
        }"""
    )
    before = page.locator(".frame img").get_attribute("data-url")
    show(page, key=request.node.name, seed=1)
    page.locator(f'.frame img:not([data-url="{before}"])').wait_for(timeout=10_000)

    assert page.evaluate("window.empty") == 0


def test_a_choice_that_is_gone_is_no_choice(page, request):
    page.mouse.click(*middle_of(page, 23))
    page.get_by_text("chosen 23 of").wait_for(timeout=10_000)
    show(page, key=request.node.name, count=4)

    page.get_by_text("chosen None of 4").wait_for(timeout=10_000)


def test_on_a_phone_512_maps_take_fewer_columns_and_are_chosen_by_touch(many):
    step = 23  # pixels from map to map: 3 for each of 7 values and a gap of 2
    width = many.locator(".frame svg").evaluate("svg => svg.viewBox.baseVal.width")
    columns = round(width / step)
    index = 3 * columns + 2
    many.touchscreen.tap(*middle_of(many, index, columns, 512))

    many.get_by_text(f"chosen {index} of 512").wait_for(timeout=10_000)
    assert 8 <= columns < 32
    overflow = "main => main.scrollWidth - main.clientWidth"
    assert many.locator("[data-testid=stMain]").evaluate(overflow) == 0


SAME_PIXELS_OF_MAP_300 = """frame => {
    const step = 23, tile = 21; // pixels from map to map, and of one map
    const shown = frame.querySelector('canvas'), image = frame.querySelector('img');
    const sent = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    sent.getContext('2d').drawImage(image, 0, 0);
    const pixels = (canvas) => {
        const columns = Math.round(canvas.width / step);
        const left = (300 % columns) * step, top = Math.floor(300 / columns) * step;
        return canvas.getContext('2d').getImageData(left, top, tile, tile).data.join();
    };
    return shown.width < sent.width && pixels(sent) === pixels(shown);
}"""


def test_rearranged_maps_keep_their_pixels(many):
    assert many.locator(".frame").evaluate(SAME_PIXELS_OF_MAP_300)
