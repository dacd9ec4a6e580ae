"""Every view as axe sees it: python -m benchmarks.access [ADDRESS …].

The tests look at each page's first view; this looks at all of them, or at the addresses given
(`heatmaps?view=belief&test=sum`), in light and dark, with what is closed opened. Each violation is
printed once, with the views that have it.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page

from benchmarks.serving import chromium, server
from benchmarks.shifts import STILL, views

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
OPEN = (
    "() => document.querySelectorAll('main details:not([open]) > summary').forEach(s => s.click())"
)
VIOLATIONS = """async () => (await axe.run(
  { exclude: [['[data-testid=stSidebarNav]']] }, { resultTypes: ['violations'] },
)).violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, any, all, none }) =>
  [id, target.flat().join(' ').slice(-80), html.slice(0, 120),
    [...any, ...all, ...none][0]?.message ?? ''].join(' | ')))"""
CALM = """*, *::before, *::after { transition: none !important; animation: none !important }"""


def violations(browser: Browser, url: str) -> set[str]:
    """What axe has against a view, in light and dark."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page.goto(url)
    page.add_style_tag(content=CALM)  # a colour on its way is none of ours
    _wait(page)
    page.evaluate(OPEN)
    _wait(page)
    page.evaluate(AXE)
    found = set(page.evaluate(VIOLATIONS))
    page.emulate_media(color_scheme="dark")
    _wait(page)
    found |= set(page.evaluate(VIOLATIONS))
    page.close()
    return found


def _wait(page: Page) -> None:
    page.evaluate("() => { window.still = 0; }")
    page.wait_for_function(STILL, polling=100, timeout=90_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("addresses", nargs="*", help="all views if none is given")
    parser.add_argument("--at", help="address of a server that runs")
    asked = parser.parse_args()
    seen: dict[str, list[str]] = defaultdict(list)
    with server("run", "app.py") as (own, _), chromium() as browser:
        for view in asked.addresses or views([]):
            for one in violations(browser, f"{asked.at or own}/{view}"):
                seen[one].append(view or "home")
    for one, where in sorted(seen.items()):
        print(f"{', '.join(where)}: {one}")
    print(f"{len(seen)} violations")


if __name__ == "__main__":
    main()
