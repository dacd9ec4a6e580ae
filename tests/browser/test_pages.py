"""Every page opens without errors, fits a phone, can be read; its views are open to all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, expect

from benchmarks.access import CALM
from benchmarks.overlaps import MEETING, meeting
from benchmarks.readable import ON_DESK, too_small
from benchmarks.taking import left_out
from cnnviz.ui.contents import SECTIONS

PAGES = [entry.name for entries in SECTIONS.values() for entry in entries]
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

COMING = ".cnnviz-coming"
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
# Streamlit's own menu has groups of `div` in its list, which nothing of ours can reach.
VIOLATIONS = """async only => (await axe.run(
  { exclude: [['[data-testid=stSidebarNav]']] },
  { resultTypes: ['violations'], preload: false, ...(only && { runOnly: only }) },
)).violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) =>
  [id, target.flat().join(' '), [...any, ...all, ...none][0]?.message ?? ''].join(': ')))"""

OF_COLOURS = ["color-contrast", "link-in-text-block"]  # all else is the same in the dark

STILL = """() => {
  const count = root => [...root.querySelectorAll('*')].reduce((sum, node) =>
    sum + 1 + (node.shadowRoot ? count(node.shadowRoot) : 0), 0);
  const now = `${count(document)} ${document.body.innerText.length}`;
  window.still = now === window.before ? window.still + 1 : 0;
  window.before = now;
  return window.still >= 5;
}"""

IS = """scheme => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme
  === scheme"""

# Products of numbers and numbers with their units whose parts stand in two lines.
TORN = """() => {
  const inside = root => [...root.querySelectorAll('*')].flatMap(node =>
    [node, ...(node.shadowRoot ? inside(node.shadowRoot) : [])]);
  const isTorn = (node, { index, 0: words }) => {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + words.length);
    const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
    return new Set(lines.map(({ top }) => Math.round(top))).size > 1;
  };
  return inside(document.body)
    .filter(node => !node.matches('script, style, pre, pre *, textarea') && node.checkVisibility())
    .flatMap(node => [...node.childNodes]).filter(node => node.nodeType === Node.TEXT_NODE)
    .flatMap(node => [...node.data.matchAll(/\\d\\s(?:×(?:\\s\\d)?|%|px|[kM]B)/g)]
      .filter(found => isTorn(node, found)).map(found => found.input.trim().slice(0, 80)));
}"""
SIDEWAYS = (700, 900)  # px of a phone held sideways and of a tablet
ONE_LINE = 40  # px of a header whose title and toolbar stand beside each other


# Bars wider than the room kept for them: they are drawn in two rows first, and move their page.
NARROW = """() => [...document.querySelectorAll("[class*='_toolbar']:not(.st-key-header_toolbar)")]
  .map(bar => [bar.className, bar.getBoundingClientRect().width,
               parseFloat(getComputedStyle(bar).getPropertyValue("--wide"))])
  .filter(([, width, kept]) => width > kept)"""

# What is drawn by the browser and large, with the room that was kept for it until it was there.
KEPT = """least => [...document.querySelectorAll('.stElementContainer[class*=st-key-]')]
  .filter(node => node.querySelector('[data-drawn]') && node.offsetHeight > least)
  .map(node => [[...node.classList].find(name => name.startsWith('st-key-')),
    parseFloat(getComputedStyle(node).getPropertyValue('--room')) || 0, node.offsetHeight])"""
DRAWN = """() => document.querySelector('.stBidiComponent') && !document.querySelector(
  '.stElementContainer:has(.stBidiComponent):not(:has([data-drawn])), [data-testid=stSkeleton]')"""
LARGE, ABOUT = 300, 0.15  # px; share of its height that a part may differ from its room


@pytest.mark.slow
@pytest.mark.parametrize(
    "view",
    [
        "feature_maps?view=microscope",
        "heatmaps?view=change",
        "pooling?view=field",
        "residual?view=landscape",
    ],
)
def test_on_a_tablet_what_is_drawn_later_has_its_room_from_the_start(desktop, app, view):
    page = desktop.new_page()
    page.set_viewport_size({"width": 820, "height": 1180})
    page.goto(f"{app}/{view}")
    page.wait_for_function(IDLE)
    page.wait_for_function(DRAWN)
    page.wait_for_function(STILL, polling=100)
    kept = page.evaluate(KEPT, LARGE)
    page.close()
    assert kept
    wrong = [one for one in kept if abs(one[1] - one[2]) > ABOUT * one[2]]
    assert wrong == []  # `python -m benchmarks.shifts --write` measures them anew


def test_words_that_meet_or_are_cut_are_found(page):
    page.set_content(
        """<style>p { position: absolute; margin: 0; font: 16px/20px sans-serif; }</style>
        <p style="top: 0">first</p><p style="top: 20px">below</p>
        <p style="top: 100px">one</p><p style="top: 105px">other</p>
        <p style="top: 200px; width: 40px; overflow: hidden; white-space: nowrap">a long name</p>
        <p style="top: 300px; width: 40px; overflow: auto; white-space: nowrap">it scrolls, so</p>
        <p style="top: 400px; left: -40px">outside</p>
        <p style="top: 500px; width: 40px; border: 1px solid">unwrappable</p>
        <p style="top: 600px; width: 40px">unwrappable too</p>"""
    )
    assert sorted(page.evaluate(MEETING)) == [
        "cut: a long name", "outside: outside", "over its frame: unwrappable",
        "over one another: one / other",
    ]  # fmt: skip


def test_until_its_script_has_come_a_page_says_that_it_is_on_its_way(desktop, app):
    page = desktop.new_page()
    page.route("**/static/js/index.*.js", lambda route: route.abort())
    page.goto(f"{app}/pooling")
    expect(page.locator(COMING)).to_be_visible()
    page.unroute_all()
    page.goto(f"{app}/pooling")
    page.wait_for_function(IDLE)
    expect(page.locator(COMING)).to_be_hidden()
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_without_errors_fits_a_phone_and_names_its_controls(phone, app, name):
    page = phone.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{app}/{'' if name == 'home' else name}")
    page.wait_for_function(IDLE)
    page.wait_for_function(STILL, polling=100)  # components have drawn
    assert page.locator("[data-testid=stException]").count() == 0
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(TORN) == []
    assert [meeting(page, width) for width in SIDEWAYS] == [[] for _ in SIDEWAYS]
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function(STILL, polling=100)
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(TORN) == []
    headers = page.locator(".st-key-header").all()
    assert [one for one in headers if one.bounding_box()["height"] > ONE_LINE] == []
    assert page.evaluate(NARROW) == []
    assert too_small(page, ON_DESK) == []
    assert left_out(page) == []
    page.add_style_tag(content=CALM)  # a colour on its way, or paled, is none of ours
    page.evaluate(AXE)
    found = {view: _against(page) for view in _each_view(page, name)}
    assert {view: wrong for view, wrong in found.items() if wrong} == {}
    page.close()
    assert errors == []


def _each_view(page: Page, name: str) -> Iterator[str]:
    """Every view of a page, the one in view first."""
    yield "first"
    buttons = page.locator(f".st-key-{name}-view [role=radio]").all()
    for button in [one for one in buttons if one.get_attribute("aria-checked") == "false"]:
        button.click()
        expect(button).to_have_attribute("aria-checked", "true")
        page.wait_for_function(IDLE)
        page.wait_for_function(STILL, polling=50)
        yield button.inner_text()


def _against(page: Page) -> list[str]:
    """What axe has against a view, in light and in dark."""
    found = page.evaluate(VIOLATIONS)
    _turn(page, "dark")
    found += page.evaluate(VIOLATIONS, OF_COLOURS)
    _turn(page, "light")
    return found


def _turn(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(IS, arg=scheme)
