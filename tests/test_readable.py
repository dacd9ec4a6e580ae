"""Nothing that is to be read is smaller than 12 px: the sizes that sources write down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALLEST = 12  # px
HIDDEN = 1  # px and less: text that is only spoken
SIZE = re.compile(r"font(?:-size)?[:=]\s*\"?(?:[a-z]+ |[1-9]00 )*(\d+(?:\.\d+)?)(?:px|\")")
SOURCES = [*ROOT.glob("assets/**/*.css"), *ROOT.glob("cnnviz/**/*.py")]


def sizes(text: str) -> list[float]:
    """The sizes of fonts in px, as style sheets and SVG write them."""
    return [size for size in map(float, SIZE.findall(text)) if size > HIDDEN]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a { font-size: 11.5px }", [11.5]),
        ("a { font: italic 600 9px/1.2 x }", [9]),
        ('<text font-size="10">', [10]),
        ("a { font-size: 1px }", []),
        ("a { font-size: 1.2em; line-height: 4px }", []),
    ],
)
def test_sizes_are_found(text: str, found: list[float]):
    assert sizes(text) == found


def test_no_font_is_smaller_than_12_px():
    texts = {source.relative_to(ROOT): sizes(source.read_text()) for source in SOURCES}
    assert sum(map(len, texts.values())) > 200
    assert {
        str(name): min(found)
        for name, found in texts.items()
        if min(found, default=SMALLEST) < SMALLEST
    } == {}
