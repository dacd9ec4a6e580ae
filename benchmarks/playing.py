"""How well a training on the page `mlp` can be watched: python -m benchmarks.playing.

One tab trains alone, then several at once: pictures and steps a second of each. The budget is ten
pictures a second alone; where several train, the slowest is to have no fewer than half of what the
quickest has. What the server's processor does for one picture, with the steps before it, is printed
beside them (no more than 35 ms): on a machine that does other work too the pictures come later, but
cost no more. All tabs stand before any of them plays: a training ends by itself at so many steps
that one begun a minute before the others would be over while they are watched.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import chromiums, server

LEAST_PICTURES, LEAST_SHARE, MOST_MS = 10.0, 0.5, 35
LONG_MS = 180_000
WATCH = """() => {
  const roots = [...document.querySelectorAll('*')].map(node => node.shadowRoot).filter(Boolean);
  const facts = roots.map(root => root.querySelector('.facts')).find(Boolean);
  Object.assign(window, { facts, pictures: 0 });
  new MutationObserver(() => { window.pictures += 1; }).observe(facts, { childList: true });
}"""
SEEN = "() => [window.pictures, Number(facts.querySelector('b').textContent.replace(',', ''))]"


@dataclass(frozen=True)
class Seen:
    """What one tab saw: pictures and steps in a second."""

    pictures: float
    steps: float


def standing(browser: Browser, address: str, seed: int) -> Page:
    """A tab that could play; the networks that are trained ahead for its points are trained."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{address}/mlp?view=depth&seed={seed}")
    expect(page.locator(".facts b")).to_be_visible(timeout=LONG_MS)
    expect(page.locator(".pick.waits")).to_have_count(0, timeout=LONG_MS)
    return page


def play(pages: list[Page]) -> None:
    """All tabs train, and each has shown a first picture."""
    for page in pages:
        page.get_by_role("button", name="Play or pause the training").click()
    for page in pages:
        expect(page.locator(".facts b")).not_to_have_text("0", timeout=LONG_MS)
        page.evaluate(WATCH)


def watched(pages: list[Page], seconds: float) -> list[Seen]:
    """What each tab sees in the same seconds."""
    before, begun = [page.evaluate(SEEN) for page in pages], time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - begun
    after = [page.evaluate(SEEN) for page in pages]
    for page in pages:
        expect(page.get_by_text("❚❚ Pause")).to_be_visible()  # it plays to the end of the watch
    return [
        Seen(*((new - old) / took for new, old in zip(now, then, strict=True)))
        for now, then in zip(after, before, strict=True)
    ]


def processor_s(pid: int) -> float:
    """What a process has had of the processor, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def measure(address: str, pid: int, tabs: int, seconds: float) -> list[Seen]:
    """What tabs that train at once see, each of a visitor of its own."""
    with chromiums(tabs) as browsers:
        pages = [standing(browser, address, seed) for seed, browser in enumerate(browsers)]
        play(pages)
        before = processor_s(pid)
        seen = watched(pages, seconds)
        spent = processor_s(pid) - before
    count = max(1.0, sum(one.pictures for one in seen) * seconds)
    print(f"{tabs} at once: {1000 * spent / count:.0f} ms of the server's processor for a picture "
          f"(at most {MOST_MS})")  # fmt: skip
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tabs", type=int, default=3, help="that train at once")
    parser.add_argument("--seconds", type=float, default=10, help="for which they are watched")
    asked = parser.parse_args()
    tabs, seconds = asked.tabs, asked.seconds
    with server("run", "app.py") as (address, pid):
        (alone,) = measure(address, pid, 1, seconds)
        together = measure(address, pid, tabs, seconds)
    print(f"alone: {alone.pictures:.1f} pictures/s (at least {LEAST_PICTURES:.0f}), "
          f"{alone.steps:,.0f} steps/s")  # fmt: skip
    for one in together:
        print(f"of {tabs}: {one.pictures:.1f} pictures/s, {one.steps:,.0f} steps/s")
    rates = [one.steps for one in together]
    print(f"slowest / quickest: {min(rates) / max(rates):.2f} (at least {LEAST_SHARE})")


if __name__ == "__main__":
    main()
