"""The table of a network as a picture for a file."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from cnnviz.figures.layer_table import LayerRow, table_svg

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [
    LayerRow("", "Input", shape="3 × 32 × 32", sees="1"),
    LayerRow("1", "Conv2d", "6, kernel 5", "6 × 28 × 28", "456", "352,800", "5", 0.25, 1.0),
    LayerRow("2", "Residual", block=True),
    LayerRow("2.1", "Linear", "120 <&>", "120", "1,824", "88,200", "", 1.0, 0.25, groups=("2",)),
]


def drawn() -> ET.Element:
    return ET.fromstring(table_svg(ROWS, "2,280", "441,000"))


def test_every_text_of_the_rows_and_the_totals_are_there() -> None:
    texts = ["".join(text.itertext()) for text in drawn().iter(f"{SVG}text")]
    for words in ("Parameters", "Conv2d 6, kernel 5", "6 × 28 × 28", "352,800", "Linear 120 <&>",
                  "Total", "2,280", "441,000"):  # fmt: skip
        assert words in texts


def test_bars_are_as_long_as_the_shares() -> None:
    bars = list(drawn().iter(f"{SVG}rect"))
    params = [float(bar.get("width", 0)) for bar in bars if bar.get("fill") == "#8069d0"]
    macs = [float(bar.get("width", 0)) for bar in bars if bar.get("fill") == "#4a86d0"]
    assert params[0] / params[1] == pytest.approx(0.25, abs=0.01)
    assert macs[1] / macs[0] == pytest.approx(0.25, abs=0.01)


def test_nothing_stands_outside_the_picture() -> None:
    picture = drawn()
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    for text in picture.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", -1)) <= width
        assert 0 <= float(text.get("y", -1)) <= height


def test_a_file_needs_nothing_of_the_page() -> None:
    assert "var(" not in table_svg(ROWS, "1", "1")
