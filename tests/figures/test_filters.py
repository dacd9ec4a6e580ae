"""Filters as pictures, pictures lit by influence, histograms."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.figures.filters import filter_sheet
from cnnviz.figures.histogram import BINS, HEIGHT, histogram_html
from cnnviz.figures.pull import DARKEST, pull_picture


def opened(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image)


def test_zero_is_middle_grey_and_the_limits_are_black_and_white() -> None:
    weights = torch.tensor([-2.0, 0.0, 2.0]).view(3, 1, 1, 1).expand(3, 3, 1, 1)
    sheet = filter_sheet(weights, 2.0, columns=3, scale=4)
    pixels = opened(sheet.png)
    middles = [pixels[1, left + 1].tolist() for left in (0, 6, 12)]
    assert middles == [[0, 0, 0, 255], [128, 128, 128, 255], [255, 255, 255, 255]]
    assert pixels[1, 4].tolist()[3] == 0  # the gap is transparent
    assert (sheet.low, sheet.high) == (-2.0, 2.0)


def test_a_red_weight_is_red_and_filters_fill_rows() -> None:
    weights = torch.zeros(3, 3, 2, 2)
    weights[2, 0] = 1
    sheet = filter_sheet(weights, 1.0, columns=2, scale=1)
    assert (sheet.height, sheet.width) == (2 + 2 + 2, 2 + 2 + 2)
    pixels = opened(sheet.png)
    assert pixels[4, 0].tolist() == [255, 128, 128, 255]
    assert pixels[4, 4, 3] == 0  # a place without a filter


@pytest.mark.parametrize(("shape", "limit"), [((2, 1, 3, 3), 1.0), ((2, 3, 3, 3), 0.0)])
def test_other_filters_and_scales_without_length_are_refused(shape, limit) -> None:
    with pytest.raises(ValueError):
        filter_sheet(torch.zeros(shape), limit, 2, 1)


def test_a_picture_is_as_bright_as_its_pixels_matter() -> None:
    white = Image.new("RGB", (3, 1), "white")
    pixels = opened(pull_picture(white, [[0.0, 1.0, 4.0]]).data)[0, :, 0]
    half = DARKEST + (1 - DARKEST) * 0.5  # the root of a quarter
    assert pixels.tolist() == [round(255 * DARKEST), round(255 * half), 255]


def test_a_field_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="does not lie on"):
        pull_picture(Image.new("RGB", (3, 3)), np.zeros((2, 2)))


def test_heights_of_bars_go_with_the_root_of_their_counts() -> None:
    html = histogram_html([0.0] * 16 + [1.0] * 4, 0.0, 1.0, "map 3")
    heights = [float(text) for text in re.findall(r"height:([\d.]+)px;background", html)]
    assert len(heights) == BINS
    assert heights[0] == HEIGHT
    assert heights[-1] == HEIGHT / 2
    assert sum(heights[1:-1]) == 0
    assert "16 cells" in html


def test_a_histogram_names_what_it_shows_and_escapes_it() -> None:
    html = histogram_html([0.5], 0.5, 0.5, "<b>")
    assert "Histogram of &lt;b&gt;: 1 values" in html
