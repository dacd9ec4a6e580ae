"""Every view as axe sees it: python -m benchmarks.access [--width 390] [ADDRESS …].

The tests look at each page's first view; this looks at all of them, or at the addresses given
(`heatmaps?view=belief&test=sum`), in light and dark, with what is closed opened: lines, then the
menus, then each popover, and the search. Each violation is printed when it is met, and at the end
once, with the views that have it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page

from benchmarks.every_view import command
from benchmarks.serving import chromium, server_at
from benchmarks.shifts import views, wait_until_still

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
LINES = (
    "() => document.querySelectorAll('main details:not([open]) > summary').forEach(s => s.click())"
)
MENUS = """() => {
  const inside = root => [...root.querySelectorAll('*')].flatMap(node =>
    [node, ...(node.shadowRoot ? inside(node.shadowRoot) : [])]);
  for (const one of inside(document.body)) if (one.matches('details')) one.open = true;
}"""
SHUT = MENUS.replace("true", "false")
VIOLATIONS = """async () => (await axe.run(
  { exclude: [['[data-testid=stSidebarNav]']] }, { resultTypes: ['violations'], preload: false },
)).violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, any, all, none }) =>
  [id, target.flat().join(' ').slice(-80), html.slice(0, 120),
    [...any, ...all, ...none][0]?.message ?? ''].join(' | ')))"""
# Nothing moves, and what the server is asked for again is not pale meanwhile.
CALM = """*, *::before, *::after { transition: none !important; animation: none !important }
  [data-stale=true] { opacity: 1 !important }"""
POPOVER = "[data-testid=stPopoverButton]"


def violations(browser: Browser, url: str, width: int) -> set[str]:
    """What axe has against a view, in light and dark, and with all opened that opens."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="light")
    page.goto(url)
    page.add_style_tag(content=CALM)  # a colour on its way, or paled, is none of ours
    wait_until_still(page)
    page.evaluate(LINES)
    wait_until_still(page)
    page.evaluate(AXE)
    found: set[str] = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wait_until_still(page)
        for opened in _opened(page):
            found |= {f"{opened}: {one}" for one in page.evaluate(VIOLATIONS)}
    page.close()
    return found


def _opened(page: Page) -> Iterator[str]:
    """What is open, one after the other."""
    yield "page"
    page.evaluate(MENUS)
    yield "menus"
    page.evaluate(SHUT)
    page.evaluate(LINES)
    for popover in [one for one in page.locator(POPOVER).all() if one.is_visible()]:
        popover.click()
        wait_until_still(page)
        yield "popover"
        page.keyboard.press("Escape")
    page.get_by_role("heading", level=1).first.click()
    page.keyboard.press("/")
    if page.locator("dialog[open]").count():
        page.keyboard.type("stride")
        yield "search"
        page.keyboard.press("Escape")


def main() -> None:
    parser = command(__doc__)
    parser.add_argument("--width", type=int, default=1280, help="px of the window")
    asked = parser.parse_args()
    seen: dict[str, list[str]] = defaultdict(list)
    with server_at(asked.at) as address, chromium() as browser:
        for view in asked.addresses or views([]):
            found = violations(browser, f"{address}/{view}", asked.width)
            print(view or "home", len(found), *sorted(found - seen.keys()), sep="\n  ", flush=True)
            for one in found:
                seen[one].append(view or "home")
    for one, where in sorted(seen.items()):
        print(f"{', '.join(where)}: {one}")
    print(f"{len(seen)} violations")


if __name__ == "__main__":
    main()
