"""How small the texts of every view are drawn: python -m benchmarks.readable [--wall] [ADDRESS …].

What is to be read has 12 px at least on a desk (1280 × 720), 20 on a wall (1920 × 1080).
A text's size is that of its font, as the browser shows it: with the scale of the drawing around it
and the zoom of the page. The tests look at each page's first view; this looks at all of them, or at
the addresses given (`convolution?height=16`).
"""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from playwright.sync_api import Page, ViewportSize

from benchmarks.serving import chromium, server
from benchmarks.shifts import STILL, views

DESK: ViewportSize = {"width": 1280, "height": 720}
WALL: ViewportSize = {"width": 1920, "height": 1080}
ON_DESK, ON_WALL = 12, 20  # px of the smallest text

# The font's size times the scale it is shown with. A box or a letter of a pixel is only spoken;
# symbols are drawings.
DRAWN = """() => {
  const inside = root => [...root.querySelectorAll('*')].flatMap(node =>
    [node, ...(node.shadowRoot ? inside(node.shadowRoot) : [])]);
  const area = ({ width, height }) => Math.sqrt(width * height);
  const scale = node => node.getBBox
    ? area(node.getBoundingClientRect()) / area(node.getBBox())
    : node.currentCSSZoom;
  const isSeen = node => {
    const { width, height } = node.getBoundingClientRect();
    return width > 1 && height > 1
      && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const own = node => [...node.childNodes].filter(one => one.nodeType === Node.TEXT_NODE)
    .map(one => one.data.trim()).join(' ').trim();
  const said = style => (/^"(.+)"/.exec(style.content) || [])[1]?.trim();
  return inside(document.body).flatMap(node => {
    if (node.matches('script, style, title, desc, option, noscript') || !isSeen(node)) return [];
    return [null, '::before', '::after'].flatMap(pseudo => {
      const style = getComputedStyle(node, pseudo);
      const text = pseudo ? said(style) : own(node);
      if (!text || style.fontFamily.includes('Material')
        || parseFloat(style.fontSize) <= 1) return [];
      const zoom = scale(node) || 1;
      const key = node.closest('[class*=st-key-]') ?? node.getRootNode().host;
      return [[parseFloat(style.fontSize) * zoom, text.slice(0, 30),
        key?.className ?? '', node.getAttribute('class') ?? node.tagName]];
    });
  });
}"""


def too_small(page: Page, least: float) -> list[str]:
    """Each size below `least` px of a page's texts: where it is, and some of the words."""
    found: dict[str, set[str]] = {}
    for size, text, key, name in page.evaluate(DRAWN):
        if size < least - 0.05:
            found.setdefault(f"{size:.1f} {key[-40:]} {name}", set()).add(text)
    return [f"{where}: {', '.join(sorted(texts)[:4])}" for where, texts in sorted(found.items())]


def look(page: Page, url: str, least: float) -> list[str]:
    """What a view writes smaller than `least` px: each size with its places and a few words."""
    page.goto(url)
    page.wait_for_function(STILL, polling=100, timeout=90_000)
    return too_small(page, least)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("addresses", nargs="*", help="all views if none is given")
    parser.add_argument("--at", help="address of a server that runs")
    parser.add_argument("--wall", action="store_true", help="as a projector shows it")
    asked = parser.parse_args()
    started = nullcontext((asked.at, 0)) if asked.at else server("run", "app.py")
    with started as (address, _), chromium() as browser:
        for view in asked.addresses or views([]):
            page = browser.new_page(viewport=WALL if asked.wall else DESK)
            on_wall = ("&" if "?" in view else "?") + "projector=true" if asked.wall else ""
            found = look(page, f"{address}/{view}{on_wall}", ON_WALL if asked.wall else ON_DESK)
            print(view or "home", len(found), *found, sep="\n    ", flush=True)
            page.close()


if __name__ == "__main__":
    main()
