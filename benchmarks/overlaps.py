"""Words that are cut off, leave their frame or lie on others: `python -m benchmarks.overlaps`.

Every view is opened on a tablet and made narrower down to a phone held sideways, and the widths at
which words leave their box, the window, or lie on other words are told. What scrolls in a box of
its own is not cut. The tests look at each page's first view; this looks at all of them, or at the
addresses given (`convolution?kernel_size=5`).
"""

from __future__ import annotations

from playwright.sync_api import Page

from benchmarks.every_view import command, each_view, tell
from benchmarks.shifts import wait_until_still

WIDTHS = (1024, 900, 820, 760, 700, 640)  # px
HEIGHT = 1000

# Every line of text with the box that cuts it; lines whose letters meet, without the room that
# their font keeps above and below.
MEETING = """() => {
  const inside = root => [...root.querySelectorAll('*')].flatMap(node =>
    [node, ...(node.shadowRoot ? inside(node.shadowRoot) : [])]);
  const above = node => node.parentElement ?? node.getRootNode().host;
  const boxes = node => node ? [node, ...boxes(above(node))] : [];
  const hides = ({ overflowX, overflowY }) =>
    [overflowX, overflowY].some(way => way === 'hidden' || way === 'clip');
  const scrolls = node => {
    const { overflowX, overflowY } = getComputedStyle(node);
    const goes = way => way === 'auto' || way === 'scroll';
    return !node.matches('[data-testid=stMain]')
      && ((goes(overflowX) && node.scrollWidth > node.clientWidth + 1)
      || (goes(overflowY) && node.scrollHeight > node.clientHeight + 1));
  };
  const isFrame = box => {
    const { borderLeftWidth, borderRightWidth } = getComputedStyle(box);
    return parseFloat(borderLeftWidth) && parseFloat(borderRightWidth);
  };
  const isBox = node => !['inline', 'contents'].includes(getComputedStyle(node).display);
  const shown = node => !node.matches('script, style, title, desc, option, noscript, .katex *')
    && node.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !getComputedStyle(node).fontFamily.includes('Material');
  const inkOf = ({ top, bottom, height }) => [top + 0.15 * height, bottom - 0.2 * height];
  const found = [], lines = [], wide = document.documentElement.clientWidth;
  for (const node of inside(document.body)) {
    const own = [...node.childNodes]
      .filter(one => one.nodeType === Node.TEXT_NODE && one.data.trim());
    if (!own.length || !shown(node)) continue;
    const around = boxes(node).filter(isBox);
    const isFree = !around.some(scrolls);
    const cutting = around.filter(box => hides(getComputedStyle(box)))
      .map(box => box.getBoundingClientRect());
    const frame = around.find(isFrame)?.getBoundingClientRect();
    if (cutting.some(({ width, height }) => width < 2 || height < 2)) continue; // only spoken
    for (const text of own) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const words = text.data.trim().slice(0, 30);
      for (const line of range.getClientRects()) {
        if (line.width < 1 || !isFree) continue;
        const isCut = cutting.some(({ left, right }) =>
          line.right > right + 1.5 || line.left < left - 1.5);
        if (isCut) found.push(`cut: ${words}`);
        else if (line.right > wide + 1 || line.left < -1) found.push(`outside: ${words}`);
        else if (frame && (line.right > frame.right + 1.5 || line.left < frame.left - 1.5))
          found.push(`over its frame: ${words}`);
        else lines.push({ line, node, words });
      }
    }
  }
  lines.sort((one, other) => one.line.top - other.line.top);
  lines.forEach(({ line, node, words }, at) => {
    for (const other of lines.slice(at + 1)) {
      if (other.line.top > line.bottom) break;
      const across = Math.min(line.right, other.line.right) - Math.max(line.left, other.line.left);
      const down = Math.min(inkOf(line)[1], inkOf(other.line)[1])
        - Math.max(inkOf(line)[0], inkOf(other.line)[0]);
      if (across >= 3 && down >= 2 && node !== other.node)
        found.push(`over one another: ${words} / ${other.words}`);
    }
  });
  return [...new Set(found)];
}"""


def meeting(page: Page, width: int) -> list[str]:
    """What is cut off or lies on other words where the window is so many px wide."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    wait_until_still(page)
    return page.evaluate(MEETING)


def main() -> None:
    asked = command(__doc__).parse_args()
    for name, page in each_view(asked, {"width": WIDTHS[0], "height": HEIGHT}):
        for width in WIDTHS:
            tell(f"{name} {width}", meeting(page, width))


if __name__ == "__main__":
    main()
