"""Every control of every page has a name that a screen reader can say, in light and shadow."""

from __future__ import annotations

import pytest

from cnnviz.ui.contents import SECTIONS

PAGES = [entry.name for entries in SECTIONS.values() for entry in entries]
PATIENCE = 60_000  # ms
IDLE = """() => document.querySelector('[data-testid=stApp]')
  ?.getAttribute('data-test-script-state') === 'notRunning' && document.querySelector('h1')"""
NAMELESS = """() => {
  const controls = 'button, input, select, textarea, a[href],'
    + '[role=slider], [role=application], [role=listbox], [tabindex="0"]';
  const text = node => [...node.childNodes].map(child => child.tagName === 'IMG' ? child.alt
    : child.nodeType === Node.TEXT_NODE ? child.data : text(child)).join('');
  const by = (node, ids) => ids.split(' ').map(id => node.getRootNode().getElementById(id))
    .map(one => (one ? text(one) : '')).join('');
  const name = node => node.getAttribute('aria-label') || node.title
    || by(node, node.getAttribute('aria-labelledby') || '')
    || [...(node.labels || [])].map(text).join('') || text(node);
  const inside = root => [...root.querySelectorAll('*')].flatMap(node =>
    [node, ...(node.shadowRoot ? inside(node.shadowRoot) : [])]);
  return inside(document.querySelector('[data-testid=stMain]'))
    .filter(node => node.matches(controls) && node.offsetParent && !name(node).trim())
    .map(node => node.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def address(serve):
    return serve("app.py")


@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_name(chromium, address, name):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/{'' if name == 'home' else name}", timeout=PATIENCE)
    page.wait_for_function(IDLE, timeout=PATIENCE)
    page.wait_for_timeout(1500)  # components have drawn
    nameless = page.evaluate(NAMELESS)
    page.close()
    assert nameless == []
