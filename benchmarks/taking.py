"""What of every view cannot be taken along: python -m benchmarks.taking [ADDRESS …].

Each picture, chart, drawing and table that a page shows must be in its menu "Save", as itself or
within something larger. The tests look at each page's first view; this looks at all of them, or at
the addresses given (`mlp?view=size`).
"""

from __future__ import annotations

from playwright.sync_api import Page

from benchmarks.every_view import command, each_view, tell

# What is shown, found without the menu's own rules: what a browser paints, and what is a table.
# Small pictures that lead somewhere are controls; images without words decorate, or lie under
# another; a table of Streamlit's comes from the server.
LEFT_OUT = """async () => {
  const sources = performance.getEntriesByType('resource').map(({ name }) => name)
    .filter(name => /[/]media[/].*[.](js|es|mjs)$/.test(name));
  const texts = await Promise.all(sources.map(async url => (await fetch(url)).text()));
  const at = texts.findIndex(text => text.includes('export function things()'));
  const { things } = await import(sources[at]);
  const inside = root => [...root.querySelectorAll('*')].flatMap(node =>
    [node, ...(node.shadowRoot ? inside(node.shadowRoot) : [])]);
  const box = node => node.getBoundingClientRect();
  const shown = node => box(node).width >= 48 && box(node).height >= 48
    && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const host = node => {
    for (let one = node; one; one = one.getRootNode().host) {
      const found = one.closest('[class*=st-key-]');
      if (found) return [...found.classList].find(name => name.startsWith('st-key-'));
    }
    return '';
  };
  const painted = 'img[alt]:not([alt=""]), canvas, table, [role=grid], .stPlotlyChart';
  const isPainted = node => node.matches(painted)
    || (node.matches('svg') && node.querySelector('text'));
  const boxes = things().map(({ node }) => box(node));
  const isTaken = node => boxes.some(outer => box(node).left >= outer.left - 8
    && box(node).top >= outer.top - 8
    && box(node).right <= outer.right + 8 && box(node).bottom <= outer.bottom + 8);
  return inside(document.querySelector('.stMain'))
    .filter(node => isPainted(node) && shown(node) && !node.closest('.stDataFrame, details'))
    .filter(node => !/image_chooser|card_|_picks/.test(host(node)) && !isTaken(node))
    .map(node => `${host(node)} ${node.tagName} ${node.getAttribute('class') ?? ''}`);
}"""


def left_out(page: Page) -> list[str]:
    """What the page shows and its menu does not have."""
    return page.evaluate(LEFT_OUT)


def main() -> None:
    for name, page in each_view(command(__doc__).parse_args()):
        tell(name, left_out(page))


if __name__ == "__main__":
    main()
