"""The zoo's chart in a real browser: the nearest bubble answers, and a click opens its network."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

MIDDLE = "circle => ({ x: circle.cx.baseVal.value, y: circle.cy.baseVal.value })"


def test_the_nearest_bubble_answers_and_a_click_opens_its_network(page, app):
    page.goto(app + "/zoo?families=AlexNet")
    chart = page.locator(".zoo")
    expect(chart.locator(".lit circle")).to_have_count(1)
    at = chart.locator(".lit circle").evaluate(
        "c => ({ x: c.cx.baseVal.value, y: c.cy.baseVal.value })"
    )
    beside = {"x": at["x"] - 15, "y": at["y"] + 8}  # not on it
    chart.hover(position=beside)
    card = page.locator(".card")
    expect(card).to_contain_text("61.1 M")
    chart.press("ArrowLeft")
    expect(card).not_to_contain_text("AlexNet")
    chart.click(position=beside)
    page.wait_for_url(re.compile("build.*inspect=alexnet"))
    expect(page.locator("tfoot .count").first).to_have_text("61,100,840")


def test_a_tap_tells_and_the_way_back_remembers(phone, app):
    page = phone.new_page()
    page.goto(app + "/zoo?families=AlexNet")
    chart = page.locator(".zoo")
    bubble = chart.locator(".lit circle")
    at = bubble.evaluate(MIDDLE)
    chart.tap(position=at)
    expect(page.locator(".card")).to_contain_text("AlexNet")
    page.wait_for_url(re.compile("pick=alexnet"))
    expect(page.get_by_text("61,100,840 parameters")).to_be_visible()
    page.close()


# Sampled where they are drawn: names on an edge or a line, within a bubble, on another name.
MET = """chart => {
  const svg = chart.querySelector('svg'),
    names = [...svg.querySelectorAll('text.name')],
    boxes = new Map(names.map(name => [name, name.getBBox()])),
    step = (mark, at) => mark.getPointAtLength(at),
    along = mark => Array.from({ length: mark.getTotalLength() + 1 }, (_, at) => step(mark, at)),
    marks = [...svg.querySelectorAll('.bubble, .best, .way, .lead')],
    points = new Map(marks.map(mark => [mark, along(mark)])),
    isIn = ({ x, y, width, height }, at) =>
      at.x > x && at.x < x + width && at.y > y + 2 && at.y < y + height - 2,
    middle = ({ x, y, width, height }) => new DOMPoint(x + width / 2, y + height / 2);
  return names.flatMap(name => {
    const box = boxes.get(name),
      leads = mark => mark === name.previousElementSibling,
      crossed = mark => !leads(mark) && points.get(mark).some(at => isIn(box, at)),
      covered = mark => mark.matches('.bubble') && mark.isPointInFill(middle(box)),
      inLine = ({ x, y, width, height }, other) =>
        y < other.y + other.height && other.y < y + height &&
        x < other.x + other.width + 10 && other.x < x + width + 10,
      others = names.filter(one => one !== name && inLine(boxes.get(one), box)),
      met = [...marks.filter(mark => crossed(mark) || covered(mark)), ...others];
    return met.map(mark => `${name.textContent} on ${mark.outerHTML}`);
  });
}"""


# What stands out of the chart's own frame, as the largest areas did on a wide screen.
CUT = """chart => {
  const frame = chart.querySelector('svg').getBoundingClientRect();
  return [...chart.querySelectorAll('.bubble')].filter(mark => {
    const box = mark.getBoundingClientRect();
    return box.top < frame.top - 8 || box.right > frame.right + 2;
  }).map(mark => mark.outerHTML);
}"""
# The bars that are to be seen, and by how much the table is wider than its room.
BARS = """table => [
  [...table.querySelectorAll('.bar')].filter(bar => bar.getBoundingClientRect().width > 0).length,
  Math.max(0, table.scrollWidth - table.parentElement.clientWidth),
]"""


@pytest.mark.parametrize("query", ["families=none", "families=AlexNet,VGG,ResNet&view=years"])
def test_no_name_touches_a_bubble_a_line_or_a_name_at_any_width(page, app, query):
    page.goto(f"{app}/zoo?{query}")
    chart = page.locator(".zoo")
    for width in (390, 820, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        expect(chart.locator("text.name", has_text="AlexNet 2012")).to_be_visible()
        drawn = "c => c.querySelector('svg').clientWidth === c.clientWidth && c.clientWidth"
        page.wait_for_function(drawn, arg=chart.element_handle())
        assert chart.locator("text.name").count() >= 4
        assert chart.evaluate(MET) == []
        assert chart.evaluate(CUT) == []
        assert page.locator("table.four").evaluate(BARS) == [8, 0]


AHEAD = """step => ({ shown: new Promise(done => addEventListener('cnnviz:ahead', ({ detail }) => {
  if (detail.step === step) requestAnimationFrame(() => done([...detail.shown]));
})) })"""
SHOWN = "wait => wait.shown"


def test_a_switch_shows_what_it_leads_to_in_the_frame_of_the_press(page, app):
    page.goto(app + "/zoo")
    expect(page.locator(".cnnviz.numbers")).to_contain_text("80 of 80")
    label = page.locator(".st-key-zoo-only_conv label")
    prepared = page.evaluate_handle(AHEAD, "prepare")
    label.hover()
    prepared.evaluate(SHOWN)
    shown = page.evaluate_handle(AHEAD, "show")
    label.click()
    assert set(shown.evaluate(SHOWN)) == {"zoo_chart", "zoo_numbers"}
    expect(page.locator(".cnnviz.numbers")).not_to_contain_text("80 of 80")
    page.wait_for_url(re.compile("only_conv=true"))
