"""A page whose server or session went away while it was open: it comes back by itself."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import Mortal

STREAM = re.compile("/_stcore/stream$")
VISIT = re.compile("/visit/")
GONE = "The picture of one's own that was shown here is gone"
SAYS_IT_IS_GONE = """() => getComputedStyle(document.querySelector(".stApp"), "::after")
  .content.includes("The connection is gone")"""
TABS = (
    "convolution?view=picture&kernel_size=5",
    "heatmaps?image=cat&model=lenet-cifar10",
)


def png() -> bytes:
    """A picture of one's own."""
    buffer = io.BytesIO()
    Image.effect_mandelbrot((80, 60), (-2, -1.5, 1, 1.5), 50).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def upload(page: Page) -> None:
    page.get_by_text("Upload or camera").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": png()}
    )
    page.get_by_text("Your picture", exact=True).wait_for()


def title_of(page: Page) -> Locator:
    return page.locator("[data-testid=stMain] h1")


def padding_one_more(page: Page) -> None:
    """The page answers a hand: output and address follow the slider."""
    page.get_by_role("slider", name="Padding").press("ArrowRight")
    expect(page).to_have_url(re.compile("padding=2"))
    expect(page.locator(".cnnviz .strip")).to_contain_text("(1, 1, 3, 3)")


def loads_again(page: Page) -> None:
    """Mark the page, so that `is_loaded_again` can tell."""
    page.evaluate("() => { window.isOld = true; }")


def is_loaded_again(page: Page) -> None:
    page.wait_for_function("() => !window.isOld")
    title_of(page).wait_for()


def test_a_page_whose_session_ran_out_while_it_was_cut_off_runs_again(
    mortal: Callable[..., Mortal], page: Page
):
    server = mortal(disconnectedSessionTTL="0")  # seconds; as shipped two minutes
    line = Line(page)
    page.goto(f"{server.address}/convolution?kernel_size=5&stride=2")
    expect(page.locator(".cnnviz .strip")).to_contain_text("(1, 1, 2, 2)")
    loads_again(page)
    line.cut()
    page.locator(
        "[data-test-connection-state]:not([data-test-connection-state=CONNECTED])"
    ).wait_for()
    page.wait_for_function(SAYS_IT_IS_GONE)
    line.mend()
    is_loaded_again(page)
    padding_one_more(page)


def test_a_line_that_is_silent_is_said_and_a_session_that_was_given_up_runs_again(
    app: str, page: Page
):
    answers = Answers(page)
    page.goto(f"{app}/convolution?kernel_size=5")
    title_of(page).wait_for()
    page.locator(".toolbar").wait_for()
    loads_again(page)
    answers.none()
    page.wait_for_function(SAYS_IT_IS_GONE)  # the socket stays open
    answers.be("yes")
    page.wait_for_function(f"() => !({SAYS_IT_IS_GONE})()")
    assert page.evaluate("window.isOld")
    answers.none()
    page.wait_for_function(SAYS_IT_IS_GONE)
    answers.be("no")
    is_loaded_again(page)
    expect(page).to_have_url(f"{app}/convolution?kernel_size=5")


class Answers:
    """What the server answers a page that asks for its session; first what it does answer."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def none(self) -> None:
        self._page.unroute(VISIT)
        self._page.route(VISIT, lambda route: route.abort())

    def be(self, answer: str) -> None:
        self._page.unroute(VISIT)
        self._page.route(VISIT, lambda route: route.fulfill(body=answer))


class Line:
    """The connection of a page, which can be cut for as long as one likes."""

    def __init__(self, page: Page) -> None:
        self._is_cut, self._sockets = False, list[WebSocketRoute]()
        page.route_web_socket(STREAM, self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            socket.close()
            return
        self._sockets.append(socket)
        self._sockets.append(socket.connect_to_server())

    def cut(self) -> None:
        self._is_cut = True
        for socket in self._sockets:
            socket.close()

    def mend(self) -> None:
        self._is_cut = False


def test_after_a_kill_the_same_views_come_back_and_what_is_lost_is_said(
    mortal: Callable[..., Mortal], desktop: BrowserContext
):
    server = mortal()
    tabs = [desktop.new_page() for _ in TABS]
    for tab, query in zip(tabs, TABS, strict=True):
        tab.goto(f"{server.address}/{query}")
    for tab in tabs:
        title_of(tab).wait_for()
        tab.locator(".toolbar").wait_for()
    upload(tabs[0])
    for tab in tabs:
        loads_again(tab)
    expect(tabs[0]).to_have_url(re.compile("own=picture"))
    before = [
        (tab.url.removesuffix("&own=picture"), tab.locator("[data-testid=stMain] h1").inner_text())
        for tab in tabs
    ]
    server.kill()
    server.start()
    for tab, (url, title) in zip(tabs, before, strict=True):
        is_loaded_again(tab)
        expect(title_of(tab)).to_have_text(title)
        expect(tab).to_have_url(url)
        expect(tab.locator("[data-testid=stException]")).to_have_count(0)
    expect(tabs[0].get_by_text(GONE)).to_be_visible()
    expect(tabs[0].get_by_role("slider", name="Kernel size")).to_have_value("5")
    expect(tabs[0].get_by_role("combobox", name="Picture")).to_be_visible()
    for tab in tabs:
        tab.close()
