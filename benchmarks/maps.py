"""How soon 512 feature maps are painted, against an empty page: python -m benchmarks.maps.

Both pages are open in one browser and measured in turn. On the page of feature maps the 512 maps of
ResNet18's last block are sorted, which the browser does by itself in the order Python has sent, and
asked for anew by leaving the dead ones out and taking them back in, which Python draws. The
clock is the browser's own, from the key to the second frame after the new mosaic is there. Beside
it the hand on a map: from an arrow key to the new calculation under the microscope, and how many
maps a second are shown below the mosaic while the pointer is dragged over it.
"""

from __future__ import annotations

import statistics
import time

from playwright.sync_api import Browser, Page

from benchmarks.painting import IDLE, View, row
from benchmarks.serving import run_beside_an_empty_page

MAPS = "feature_maps?layer=group3.1"
MICROSCOPE = "feature_maps?view=microscope&layer=group1.0&map=8"
DEEP = """(selector) => {
  const roots = root => [...root.querySelectorAll('*')].filter(node => node.shadowRoot);
  const find = root => root.querySelector(selector)
    ?? roots(root).map(node => find(node.shadowRoot)).find(Boolean);
  return find(document);
}"""
PAINTED = """
([selector, property]) => new Promise(resolve => {
  const of = node => node[property] ?? node.getAttribute(property);
  const read = () => { const node = (DEEP)(selector); return node && of(node); };
  const before = read();
  let start = null;
  addEventListener('keydown', () => (start ??= performance.now()), {once: true, capture: true});
  const done = () => resolve(performance.now() - start);
  const look = () => {
    const now = read();
    if (start !== null && now && now !== before) {
      requestAnimationFrame(() => requestAnimationFrame(done));
    }
    else if (start !== null && performance.now() - start > 20000) resolve(null);
    else setTimeout(look, 2);
  };
  look();
})
""".replace("DEEP", DEEP)


class Watched:
    """A page whose keys change one thing, and the thing."""

    def __init__(self, browser: Browser, address: str, focus: str, keys: str, shown: list[str]):
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 720})
        self.received = 0
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))
        self.page.goto(address)
        self.page.locator(focus).first.wait_for(timeout=60_000)
        self.focus, self.keys, self.shown, self.turn = focus, keys.split(), shown, 0
        self._settle()

    def _count(self, frame: str | bytes) -> None:
        self.received += len(frame)

    def _settle(self) -> None:
        self.page.wait_for_function(IDLE)
        time.sleep(1.2)  # the rest of the page follows when the hand rests

    def move(self) -> float:
        """Press the next key; milliseconds until the page is painted."""
        self.page.locator(self.focus).first.focus()
        waiting = self.page.evaluate_handle(f"p => ({{wait: ({PAINTED})(p)}})", self.shown)
        self.page.keyboard.press(self.keys[self.turn % len(self.keys)])
        self.turn += 1
        took = waiting.evaluate("p => p.wait")
        self._settle()
        if took is None:
            raise RuntimeError(f"{self.page.url}: nothing new was painted in 20 seconds")
        return took


def button(name: str) -> str:
    """One of the choices below the mosaic, by what is written on it."""
    return f'.choices button:has-text("{name}")'


class Choices(Watched):
    """The choices below the mosaic: each move takes the other one of two, by keyboard."""

    def __init__(self, browser: Browser, address: str, names: tuple[str, str], shown: list[str]):
        self.names = names
        super().__init__(browser, address, button("In order"), "Enter", shown)

    def move(self) -> float:
        """Choose the other one; milliseconds until the page is painted."""
        self.focus = button(self.names[self.turn % 2])
        return super().move()


COUNT_MAPS = """() => {
  const title = (DEEP)('.lens .title');
  window.maps = 0;
  new MutationObserver(() => { window.maps += 1; })
    .observe(title, {childList: true, characterData: true, subtree: true});
}""".replace("DEEP", DEEP)


def maps_a_second(page: Page, seconds: float = 4.0) -> float:
    """Maps shown below the mosaic per second while the pointer is dragged over it."""
    box = page.locator(".frame").first.bounding_box()
    assert box is not None
    page.evaluate(COUNT_MAPS)
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    start, step = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        step += 1
        across = box["x"] + 5 + 7 * step % (box["width"] - 10)
        page.mouse.move(across, box["y"] + 5 + step % (box["height"] - 10))
        time.sleep(0.012)
    took = time.monotonic() - start
    shown = page.evaluate("() => window.maps")
    page.mouse.up()
    return shown / took


def compare(blank: View, watched: Watched, count: int) -> tuple[float, float, float]:
    """Median milliseconds of both, in turn, and kilobytes received for a change of the second."""
    for _ in range(2):  # the first of each order computes and is kept
        blank.move()
        watched.move()
    before = watched.received
    times = [(blank.move(), watched.move()) for _ in range(count)]
    received = (watched.received - before) / count / 1024
    empty, ours = (statistics.median(column) for column in zip(*times, strict=True))
    return empty, ours, received


def report(what: str, limit: str, empty: float, ours: float, received: float) -> None:
    row(what, ours / empty, limit)
    row("  the empty page", empty, "", "ms")
    row("  the page of feature maps", ours, "", "ms")
    row("  received for one change", received, "", "KiB")


def measure(browser: Browser, ours: str, empty: str, count: int) -> None:
    blank = View(browser, empty, "Value", ".result")
    orders = ("Strongest", "Most varied")
    sorted_maps = Choices(browser, f"{ours}/{MAPS}", orders, [".frame", "data-order"])
    times = compare(blank, sorted_maps, count)
    report("512 feature maps painted in another order / empty page", "at most 2", *times)
    groups = Choices(browser, f"{ours}/{MAPS}", ("Alive", "All"), [".frame img", "src"])
    times = compare(blank, groups, count)
    report("all maps or those that are alive painted / empty page", "at most 2", *times)
    row("maps a second while dragged over", maps_a_second(groups.page), "at least 15", "1/s")
    groups.page.close()
    cell = Watched(
        browser, f"{ours}/{MICROSCOPE}", ".frame.map", "ArrowRight ArrowLeft",
        [".microscope h2", "textContent"],
    )  # fmt: skip
    report(
        "arrow key on a map → the sum of its cell / empty page", "", *compare(blank, cell, count)
    )


def main() -> None:
    run_beside_an_empty_page(measure, __doc__, 15, "changes of each page")


if __name__ == "__main__":
    main()
