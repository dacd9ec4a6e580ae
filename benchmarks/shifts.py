"""How much of a page jumps while it loads: python -m benchmarks.shifts [--write] [PAGE …].

For every view, as wide as a desk, a tablet and a phone, the layout shifts until it stands still are
summed (`LayoutShift` of the browser; a page is good below 0.1) and the largest is shown with what
moved.

`--write` notes how high every part with a key has become, and how wide those beside the title, the
choice of the view and in a row that wraps, as `assets/heights.css`: until it is drawn, such a part
keeps that room (`assets/app.css`). What a page has by itself counts, not what a visitor's network
makes of it; where several views have a part, the first one's room is kept.
"""

from __future__ import annotations

import argparse
import importlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from benchmarks.serving import chromium, server_at
from cnnviz.places import ASSETS
from cnnviz.ui.contents import SECTIONS

BEHIND_A_SWITCH = {"training": ["mistakes&drawing=true"]}  # what no view has by itself
GOOD, SHORT = 0.1, 16  # the latter in px
DESK, TABLET, PHONE = (1280, 720), (820, 1180), (390, 844)
WATCH = """window.shifts = [];
new PerformanceObserver(list => {
  for (const { value, startTime, sources } of list.getEntries())
    window.shifts.push([value, Math.round(startTime), sources.map(moved)]);
}).observe({ type: 'layout-shift', buffered: true });
function moved({ node, previousRect, currentRect }) {
  const element = node?.nodeType === 1 ? node : node?.parentElement;
  const classes = element?.closest?.('[class*=st-key-]')?.classList ?? [];
  return [
    [...classes].find(name => name.startsWith('st-key-')) ?? element?.className,
    Math.round(previousRect.y), Math.round(currentRect.y),
    Math.round(previousRect.height), Math.round(currentRect.height),
  ].join(' ');
}"""
STILL = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const isIdle = app?.getAttribute('data-test-script-state') === 'notRunning';
  const now = isIdle && document.querySelector('h1')
    && !document.querySelector('[data-testid=stSkeleton]')
    && document.querySelector('[data-testid=stMain]').scrollHeight;
  window.still = now && now === window.before ? (window.still || 0) + 1 : 0;
  window.before = now;
  return window.still >= 10;
}"""
HIGH, WIDE = "--room", "--wide"
ROOMS = """() => [...document.querySelectorAll(
  '[data-testid=stMain] .stElementContainer[class*=st-key-]')].map(node => [
    [...node.classList].find(name => name.startsWith('st-key-')),
    Math.floor(node.getBoundingClientRect().height),
    node.closest('.st-key-view_bar, .st-key-header_toolbar, .st-key-feature_maps_row,'
      + '.st-key-heatmaps_brush_bar,'
      + '.st-key-teach_controls')
      ? Math.ceil(node.getBoundingClientRect().width) : 0,
  ]).filter(([, height]) => height)"""


Rooms = Mapping[str, Mapping[str, int]]  # sizes in px by HIGH or WIDE and by key


@dataclass(frozen=True)
class Loaded:
    """What a page did until it stood still: its shifts, and the room of its parts by key."""

    shifts: list[tuple[float, int, list[str]]]
    rooms: dict[str, dict[str, int]]

    @property
    def sum(self) -> float:
        """The cumulative layout shift."""
        return sum(value for value, _, _ in self.shifts)


def views(names: list[str]) -> Iterator[str]:
    """The address of every view, each page's first view first."""
    for entry in (entry for entries in SECTIONS.values() for entry in entries):
        if names and entry.name not in names:
            continue
        yield "" if entry.name == "home" else entry.name
        yield from _other_views(entry.name)


def _other_views(name: str) -> list[str]:
    try:
        address = importlib.import_module(f"cnnviz.ui.{name}.address")
    except ModuleNotFoundError:
        return []
    first = address.Values().view if hasattr(address, "VIEWS") else None
    others = [view for view in getattr(address, "VIEWS", ()) if view != first]
    return [f"{name}?view={view}" for view in [*others, *BEHIND_A_SWITCH.get(name, ())]]


def load(browser: Browser, url: str, size: tuple[int, int], *, is_dark: bool = False) -> Loaded:
    """Open a page as somebody does who was never here."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if is_dark else "light"
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    wait_until_still(page)
    loaded = _as_it_stands(page)
    context.close()
    return loaded


def wait_until_still(page: Page) -> None:
    """Wait until nothing runs and the page has been of one height for a second."""
    page.evaluate("() => { window.still = 0; }")
    page.wait_for_function(STILL, polling=100, timeout=90_000)


def _as_it_stands(page: Page) -> Loaded:
    rooms: dict[str, dict[str, int]] = {HIGH: {}, WIDE: {}}
    for key, height, width in page.evaluate(ROOMS):
        rooms[HIGH].setdefault(key, height)
        if width:
            rooms[WIDE].setdefault(key, width)
    return Loaded(page.evaluate("shifts"), rooms)


def style(desk: Rooms, tablet: Rooms, phone: Rooms) -> str:
    """The rooms as a style sheet."""
    on_a_tablet, on_a_phone = (
        {
            name: {key: size for key, size in rooms[name].items() if desk[name].get(key) != size}
            for name in rooms
        }
        for rooms in (tablet, phone)
    )
    return (
        "/* How high parts with a key are when they are drawn, and some how wide, in px: made by"
        " `python -m benchmarks.shifts --write`. */\n"
        f"{_rules(desk)}"
        f"@media (min-width: 641px) and (max-width: 920px) {{\n{_rules(on_a_tablet)}}}\n"
        f"@media (max-width: 640px) {{\n{_rules(on_a_phone)}}}\n"
    )


def _rules(rooms: Rooms) -> str:
    by_size: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name, sizes in rooms.items():
        for key, size in sizes.items():
            by_size[name, size].append(f".{key}")
    return "".join(
        f"{', '.join(sorted(keys))} {{ {name}: {size}px; }}\n"
        for (name, size), keys in sorted(by_size.items())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="names of pages; all of them if none is given")
    parser.add_argument("--at", help="address of a server that runs")
    parser.add_argument("--dark", action="store_true", help="as it is where a browser is dark")
    parser.add_argument("--write", action="store_true", help="write assets/heights.css")
    asked = parser.parse_args()
    rooms: dict[tuple[int, int], dict[str, dict[str, int]]] = {
        size: {HIGH: {}, WIDE: {}} for size in (DESK, TABLET, PHONE)
    }
    with server_at(asked.at) as address, chromium() as browser:
        for view in views(asked.pages):
            for size, known in rooms.items():
                loaded = load(browser, f"{address}/{view}", size, is_dark=asked.dark)
                for name in known:
                    known[name] = {**loaded.rooms[name], **known[name]}
                _tell(f"{view or 'home'} {size[0]}", loaded)
    if asked.write:
        (ASSETS / "heights.css").write_text(
            style(*(_large(known) for known in rooms.values())), encoding="utf-8"
        )


def _large(rooms: Rooms) -> dict[str, dict[str, int]]:
    return {
        name: {key: size for key, size in sizes.items() if size >= SHORT}
        for name, sizes in rooms.items()
    }


def _tell(view: str, loaded: Loaded) -> None:
    verdict = "good" if loaded.sum < GOOD else "OVER"
    print(f"{view:36} {loaded.sum:.3f} {verdict}", flush=True)
    if loaded.sum >= GOOD:
        for value, at, moved in sorted(loaded.shifts, reverse=True)[:2]:
            print(f"    {value:.3f} after {at} ms: {'; '.join(moved)}", flush=True)


if __name__ == "__main__":
    main()
