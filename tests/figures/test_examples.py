"""Pictures with a heatmap, a frame and a cross: each where it belongs."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageColor

from cnnviz.figures.examples import SIDE, pointing_example
from cnnviz.figures.style import REACH
from cnnviz.figures.tables import badge, figure, table


def shown(picture: np.ndarray, heatmap: np.ndarray, is_signed: bool) -> np.ndarray:
    encoded = pointing_example(picture, heatmap, (2, 4, 6, 8), (3, 5), is_signed)
    return np.asarray(Image.open(io.BytesIO(encoded.data)).convert("RGB"))


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 3)])
@pytest.mark.parametrize("is_signed", [True, False])
def test_the_frame_is_around_the_region_and_the_cross_at_the_point(shape, is_signed) -> None:
    heatmap = np.zeros((8, 8), np.float32)
    heatmap[3, 5] = 2
    pixels = shown(np.zeros(shape, np.uint8), heatmap, is_signed)
    cell = SIDE // 8
    assert pixels.shape == (SIDE, SIDE, 3)
    amber = np.array(ImageColor.getrgb(REACH))
    for row, column in ((2 * cell, 5 * cell), (4 * cell, 4 * cell), (6 * cell - 1, 7 * cell)):
        assert (pixels[row, column] == amber).all()
    assert (pixels[round(3.5 * cell), round(5.5 * cell)] == 255).all()


def test_a_map_of_zeros_has_one_colour() -> None:
    pixels = shown(np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.float32), False)
    assert len({tuple(pixels[y, x]) for y, x in ((5, 5), (150, 30), (160, 160))}) == 1


def test_what_stands_in_a_table_is_text_and_a_badge_has_a_sign_beside_its_colour() -> None:
    assert "<script>" not in table(["<script>"], [[badge("good", "<script>")]])
    assert "✓" in badge("good", "it does")
    assert "✗" in badge("bad", "it does not")
    with pytest.raises(KeyError):
        badge("nice", "?")


def test_a_figure_has_an_alt() -> None:
    encoded = pointing_example(
        np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.float32), (0, 0, 4, 4), (0, 0), True
    )
    assert 'alt="a &amp; b"' in figure(encoded, "a & b", "title")
