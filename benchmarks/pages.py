"""Each page's main control moved → painted, and each page opened, against an empty page.

python -m benchmarks.pages

All pages are open in one browser and measured in turn. The clock is the browser's own, from the key
or the click to the second frame after what the control changes has changed. A page is open when its
title stands, nothing runs any more and the browser has drawn that. A control that opens another
page is measured against opening an empty one.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, Position

from benchmarks.painting import IDLE, View, row
from benchmarks.serving import ROOT, beside_an_empty_page

MOVED = """([shown]) => new Promise(resolve => {
  const deep = (root, found = []) => {
    for (const node of root.querySelectorAll('*')) {
      if (node.matches(shown)) found.push(node);
      if (node.shadowRoot) deep(node.shadowRoot, found);
    }
    return found;
  };
  const told = () => deep(document).map(node => node.src ?? node.textContent).join();
  const before = told();
  let start = null;
  const begin = () => { start ??= performance.now(); };
  for (const kind of ['keydown', 'pointerdown']) {
    addEventListener(kind, begin, {once: true, capture: true});
  }
  const done = () => resolve(performance.now() - start);
  const look = () => {
    const now = start === null ? before : told();
    if (now && now !== before) requestAnimationFrame(() => requestAnimationFrame(done));
    else if (start !== null && performance.now() - start > 20000) resolve(null);
    else setTimeout(look, 4);
  };
  look();
})"""
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
FIRST_MAP = ".overlays .card:nth-child(2) img.heat"
SLIDER = "input[type=range]"
FRESH = 3  # tabs more, for the first move

Pair = tuple[float, float | None]  # ms until painted: the empty page, ours; None: nothing changed


@dataclass(frozen=True)
class Hand:
    """A control and what it changes.

    Attributes:
        what: in words.
        address: of the page.
        control: selector of what is clicked, two of them in turn; a slider takes arrow keys.
        shown: selector of what changes.
        most: times an empty page's slider.
        turns: which of the selected elements are clicked.
        spots: where in it is clicked, in shares of its width and height; else in its middle.
        leaves: it opens another page, so a tab has its first move only.
    """

    what: str
    address: str
    control: str
    shown: str
    most: float = 1.25
    turns: tuple[int, ...] = (0,)
    spots: tuple[tuple[float, float], ...] = ((0.5, 0.5),)
    leaves: bool = False


HANDS = (
    Hand("a neuron's picture", "mlp", SLIDER, ".cnnviz"),
    Hand("kernel size", "convolution", SLIDER, ".cnnviz.numbers"),
    Hand("pooling's window", "pooling", SLIDER, ".cnnviz.numbers"),
    Hand("a digit of the home page", "", ".samples button", "text.share, text.large",
         turns=(4, 7, 5)),
    Hand("size of a picture", "fully_convolutional?view=size", SLIDER, ".cnnviz"),
    Hand("size of a photo", "fully_convolutional?model=squeezenet1.1&image=coffee", SLIDER,
         "p.says"),
    Hand("a residual block's map", "residual", SLIDER, ".cnnviz"),
    Hand("a filter of the zoo", "zoo", "[data-testid=stCheckbox] label", ".cnnviz.numbers"),
    Hand("a bubble of the zoo", "zoo", ".zoo circle.bubble.blue", "tfoot .count", 1.3, leaves=True),
    Hand("a map of a layer", "feature_maps", ".sized .frame", "figure img.heat",
         spots=((0.1, 0.1), (0.3, 0.3), (0.6, 0.1))),
    Hand("a class of the taught head", "teach", ".answers .explain", "img.heat",
         turns=(1, 2, 3, 0)),
    Hand("layer of the feature maps", "feature_maps", ".strip .cards button", ".frame img", 1.6,
         (2, 3)),
    Hand("class of the heatmaps", "heatmaps", ".classes .explain", FIRST_MAP, 1.6,
         tuple(range(10))),
    Hand("the picture that a training looks at", "training", ".turn button", ".why .over img", 1.6,
         (0, 1)),
)  # fmt: skip


class Open:
    """A page in a tab, and a hand on it."""

    def __init__(self, browser: Browser, ours: str, hand: Hand) -> None:
        self.hand, self.turn = hand, 0
        self.page = browser.new_page(viewport={"width": 1280, "height": 720})
        self.page.goto(f"{ours}/{hand.address}")
        self.page.locator(hand.control).first.wait_for(state="attached", timeout=60_000)
        self._settle()

    def _settle(self) -> None:
        self.page.wait_for_function(IDLE)
        time.sleep(0.8)  # what waits for the hand to rest

    def move(self) -> float | None:
        """Move it once; milliseconds until it is painted, None if nothing changed."""
        painted = self.page.evaluate_handle(f"p => ({{wait: ({MOVED})(p)}})", [self.hand.shown])
        which = self.hand.turns[self.turn % len(self.hand.turns)]
        control = self.page.locator(self.hand.control).nth(which)
        if self.hand.control == SLIDER:
            control.press("ArrowRight" if self.turn % 2 == 0 else "ArrowLeft")
        else:
            across, down = self.hand.spots[self.turn % len(self.hand.spots)]
            box = control.bounding_box() or {"width": 0, "height": 0}
            at: Position = {"x": across * box["width"], "y": down * box["height"]}
            control.click(position=at, force=True)
        self.turn += 1
        took = painted.evaluate("p => p.wait")
        self._settle()
        return took


def measure(browser: Browser, ours: str, empty: str, hand: Hand, count: int) -> None:
    """Moves of a hand in one tab, and the first ones in fresh tabs, where no hand was near yet.

    A tab before them has the server compute what it keeps.
    """
    moves(browser, ours, empty, hand, 0)
    if hand.leaves:
        there = [leaving(browser, ours, empty, hand) for _ in range(FRESH)]
        tell(hand, f"{hand.what} → its page painted / an empty page opened", there)
        return
    tabs = [moves(browser, ours, empty, hand, 0)[0] for _ in range(FRESH)]
    first, *pairs = moves(browser, ours, empty, hand, count)
    tell(hand, f"{hand.what} → painted / empty page", pairs)
    tell(hand, f"{hand.what}: first move, with no hand near", [*tabs, first])


def moves(browser: Browser, ours: str, empty: str, hand: Hand, count: int) -> list[Pair]:
    """The first move and so many more in a fresh tab, beside those on the empty page."""
    blank, opened = View(browser, empty, "Value", ".result"), Open(browser, ours, hand)
    pairs = [(blank.move(), opened.move()) for _ in range(1 + count)]
    blank.page.close()
    opened.page.close()
    return pairs


def leaving(browser: Browser, ours: str, empty: str, hand: Hand) -> Pair:
    """A move that opens another page, beside opening an empty one."""
    opened = Open(browser, ours, hand)
    pair = 1000 * opening(browser, empty), opened.move()
    opened.page.close()
    return pair


def tell(hand: Hand, what: str, pairs: list[Pair]) -> None:
    known = [(base, took) for base, took in pairs if took is not None]
    if known:
        base, took = (statistics.median(column) for column in zip(*known, strict=True))
        row(what, took / base, f"at most {hand.most}")
        row("  the empty page and ours", base, f"{took:.0f} ms", "ms")
    elif pairs:
        print(f"{what}: nothing changed")


def opening(browser: Browser, address: str) -> float:
    """Seconds from asking for a page until it stands."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    start = time.monotonic()
    page.goto(address)
    page.locator("[data-testid=stMain] h1, .result").first.wait_for(timeout=60_000)
    page.wait_for_function(IDLE, timeout=60_000)
    page.evaluate(FRAMES)
    took = time.monotonic() - start
    page.close()
    return took


def measure_opening(browser: Browser, ours: str, empty: str, count: int) -> None:
    for page in sorted(path.stem for path in (ROOT / "pages").glob("*.py")):
        address = f"{ours}/{'' if page == 'home' else page}"
        opening(browser, address)
        pairs = [(opening(browser, empty), opening(browser, address)) for _ in range(count)]
        base, took = (statistics.median(column) for column in zip(*pairs, strict=True))
        row(f"{page} opened on a warm server / empty page", took / base, "at most 1.3")
        row("  the empty page and ours", base, f"{took:.2f} s", "s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=9, help="moves of each control")
    parser.add_argument("--only", help="the page to measure, or “opening”")
    arguments = parser.parse_args()
    with beside_an_empty_page() as (browser, ours, empty):
        for hand in HANDS:
            if arguments.only in (None, hand.address.partition("?")[0] or "home"):
                measure(browser, ours, empty, hand, arguments.n)
        if arguments.only in (None, "opening"):
            measure_opening(browser, ours, empty, max(2, arguments.n // 3))


if __name__ == "__main__":
    main()
