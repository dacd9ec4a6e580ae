"""How small the texts of every view are drawn: python -m benchmarks.readable [--wall] [ADDRESS …].

What is to be read has 12 px at least on a desk (1280 × 720), 20 on a wall (1920 × 1080).
A text's size is that of its font, as the browser shows it: with the scale of the drawing around it
and the zoom of the page. The tests look at each page's first view; this looks at all of them, or at
the addresses given (`convolution?height=16`).
"""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize

from benchmarks.every_view import DESK, command, each_view, tell

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


def main() -> None:
    parser = command(__doc__)
    parser.add_argument("--wall", action="store_true", help="as a projector shows it")
    asked = parser.parse_args()
    size, more, least = (WALL, "projector=true", ON_WALL) if asked.wall else (DESK, "", ON_DESK)
    for name, page in each_view(asked, size, more):
        tell(name, too_small(page, least))


if __name__ == "__main__":
    main()
