"""How soon a moved control is painted, against an empty page: python -m benchmarks.painting.

Both pages are open in one browser and measured in turn. The clock is the browser's own, from the
key that moves the slider to the second frame after the page shows the new value.
"""

from __future__ import annotations

import statistics
import time

from playwright.sync_api import Browser, Page

from benchmarks.serving import run_beside_an_empty_page

PAINTED = """
([result, picture]) => new Promise(resolve => {
  const text = () => document.querySelector(result)?.innerText;
  const deep = (root, found = []) => {
    for (const node of root.querySelectorAll('*')) {
      if (node.matches(picture)) found.push(node);
      if (node.shadowRoot) deep(node.shadowRoot, found);
    }
    return found;
  };
  const shown = () => picture ? deep(document).map(node => node.src ?? node.innerText).join() : '';
  const before = [text(), shown()];
  let start = null;
  addEventListener('keydown', () => (start ??= performance.now()), {once: true, capture: true});
  const look = () => {
    const is_told = start !== null && text() && text() !== before[0];
    const done = () => resolve(performance.now() - start);
    if (is_told && (!picture || shown() !== before[1])) {
      requestAnimationFrame(() => requestAnimationFrame(done));
    }
    else if (start !== null && performance.now() - start > 20000) resolve(null);
    else setTimeout(look, 2);
  };
  look();
})
"""
IDLE = """() => document.querySelector('[data-testid=stApp]')
  ?.getAttribute('data-test-script-state') === 'notRunning'"""


class View:
    """One page in one tab, its slider, and the element that shows the result."""

    def __init__(self, browser: Browser, address: str, slider: str, result: str, picture=""):
        self.page = browser.new_page(viewport={"width": 1280, "height": 720})
        self.sent = 0
        self.page.on("websocket", lambda socket: socket.on("framesent", self._count))
        self.page.goto(address)
        self.slider = self.page.get_by_role("slider", name=slider).first
        self.slider.wait_for(state="attached")
        self.result, self.picture = result, picture
        self.page.locator(result).first.wait_for()
        self.settle()
        self.forward = True

    def _count(self, frame: str | bytes) -> None:
        self.sent += len(frame)

    def settle(self) -> None:
        """Wait until the server has nothing to do and the page has had time to rest."""
        self.page.wait_for_function(IDLE)
        time.sleep(0.35)

    def move(self) -> float:
        """Move the slider by one step; milliseconds until the page is painted."""
        self.slider.focus()
        value, low, high = (
            float(self.slider.evaluate(f"e => e.{p}")) for p in ("value", "min", "max")
        )
        self.forward = value < high if self.forward else value <= low
        painted = self.page.evaluate_handle(
            f"p => ({{wait: ({PAINTED})(p)}})", [self.result, self.picture]
        )
        self.page.keyboard.press("ArrowRight" if self.forward else "ArrowLeft")
        took = painted.evaluate("p => p.wait")
        self.settle()
        if took is None:
            raise RuntimeError(f"{self.page.url}: nothing new was painted in 20 seconds")
        return took


def in_turn(views: list[View], count: int) -> list[float]:
    """Median milliseconds of each view, measured one after the other `count` times."""
    for view in views:
        view.move()
    times = [[view.move() for view in views] for _ in range(count)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


COUNT_PICTURES = """() => {
  const roots = root => [...root.querySelectorAll('*')].filter(node => node.shadowRoot)
    .flatMap(node => [node.shadowRoot, ...roots(node.shadowRoot)]);
  const shown = () => roots(document).flatMap(root => [...root.querySelectorAll('img')])
    .map(image => image.src).join();
  window.pictures = 0;
  let last = shown();
  const tick = () => {
    const now = shown();
    if (now !== last) { last = now; window.pictures += 1; }
    requestAnimationFrame(tick);
  };
  tick();
}"""


def pictures_a_second(page: Page, seconds: float = 4.0) -> float:
    """Pictures of the response shown per second while the slider is dragged to and fro."""
    page.evaluate(COUNT_PICTURES)
    box = page.get_by_role("slider", name="Kernel size", exact=True).bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, middle)
    page.mouse.down()
    start, position = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        position += 1
        there = abs((position / 10) % 2 - 1)  # a hand that passes one of the eleven stops a step
        page.mouse.move(box["x"] + 8 + there * (box["width"] - 16), middle)
        time.sleep(0.012)
    took = time.monotonic() - start
    shown = page.evaluate("() => window.pictures")
    page.mouse.up()
    return shown / took


def bytes_while_pointing(view: View) -> int:
    """Bytes on the socket while the pointer walks over the cells of the grid."""
    cells = view.page.locator(".grid.out .c, .grid.output .c, [role=gridcell]")
    view.settle()
    before = view.sent
    for index in range(0, min(cells.count(), 60), 3):
        cells.nth(index).hover()
    time.sleep(0.5)
    return view.sent - before


def row(what: str, value: float, limit: str, unit: str = "×") -> None:
    print(f"{what:72} {value:8.2f} {unit:9} {limit}")


def measure(browser: Browser, ours: str, empty: str, count: int) -> None:
    blank = View(browser, empty, "Value", ".result")
    grid = View(browser, f"{ours}/convolution", "Padding", ".cnnviz.numbers", ".cnnviz-grid")
    base, moved = in_turn([blank, grid], count)
    row("control moved → page painted, convolution page / empty page", moved / base, "at most 1.25")
    row("  the empty page", base, "", "ms")
    row("  the convolution page", moved, "", "ms")
    picture = f"{ours}/convolution?view=picture&image=test_chart&padding=same"
    photo = View(browser, picture, "Kernel size", ".cnnviz.numbers", "img")
    base, moved = in_turn([blank, photo], count)
    row(
        "control moved → response of a 512×512 picture painted / empty", moved / base, "at most 1.6"
    )
    row(
        "pictures a second while a slider is dragged",
        pictures_a_second(photo.page),
        "at least 15",
        "1/s",
    )
    row("pointing at cells: bytes sent to the server", bytes_while_pointing(grid), "0", "bytes")


def main() -> None:
    run_beside_an_empty_page(measure, __doc__, 20, "moves of each slider")


if __name__ == "__main__":
    main()
