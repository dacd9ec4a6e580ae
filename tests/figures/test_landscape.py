"""Contours, colours and surfaces of a loss landscape."""

from __future__ import annotations

import io
from math import hypot, log10

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnviz.figures.residual.contours import contour_segments, svg_path
from cnnviz.figures.residual.surfaces import FINE, loss_picture, loss_scale, patch_colours
from cnnviz.figures.style import FIRST_LEVEL, LAST_LEVEL, SEQUENTIAL

PLACES = [-1.0, -0.5, 0.0, 0.5, 1.0]
BOWL = [[0.1 + x * x + y * y for x in PLACES] for y in PLACES]


def test_the_contour_of_a_cone_is_a_circle() -> None:
    axis = np.arange(41) - 20
    cone = np.hypot(*np.meshgrid(axis, axis))
    segments = contour_segments(cone, 12.3)
    radii = [hypot(x - 20, y - 20) for pair in segments for x, y in pair]
    assert min(radii) == pytest.approx(12.3, abs=0.05)
    assert max(radii) == pytest.approx(12.3, abs=0.05)
    length = sum(hypot(c - a, d - b) for (a, b), (c, d) in segments)
    assert length == pytest.approx(2 * np.pi * 12.3, rel=0.01)


@given(st.lists(st.floats(-9, 9), min_size=9, max_size=9), st.floats(-9, 9))
def test_a_contour_crosses_only_edges_that_its_level_lies_between(numbers, level) -> None:
    array = np.reshape(numbers, (3, 3))
    for pair in contour_segments(array, level):
        for x, y in pair:
            low, high = int(y), min(2, int(np.ceil(y)))
            left, right = int(x), min(2, int(np.ceil(x)))
            ends = array[low, left], array[high, right]
            assert min(ends) - 1e-9 <= level <= max(ends) + 1e-9


def test_a_saddle_has_two_lines_and_a_plain_none() -> None:
    assert len(contour_segments([[1, 0], [0, 1]], 0.4)) == 2
    assert contour_segments([[1, 1], [1, 1]], 0.4) == []


def test_a_path_goes_from_point_to_point() -> None:
    assert svg_path([((0, 1), (0.5, 2))]) == "M0.00 1.00L0.50 2.00"


def test_the_picture_has_its_first_row_at_the_bottom_and_both_share_a_scale() -> None:
    slope = [[1.0 + row] * 3 for row in range(3)]
    scale = loss_scale(slope, [[10.0]])
    assert (scale.low, scale.high) == (1.0, 10.0)
    assert scale.share(10**0.5) == pytest.approx(0.5)
    with Image.open(io.BytesIO(loss_picture(slope, scale).data)) as picture:
        assert picture.size == (3 * FINE, 3 * FINE)
        levels = np.asarray(picture)
    assert levels[-1, 0] < levels[0, 0]
    assert levels[-FINE // 2, 0] == pytest.approx(1 + 254 * 0, abs=1)
    assert levels[FINE // 2, 0] == pytest.approx(1 + 254 * log10(3), abs=3)


def test_patches_have_the_colour_of_their_corners_mean_on_the_scale_of_all() -> None:
    slope = [[1.0, 10.0], [10.0, 100.0]]
    scale = loss_scale(slope, [[0.1]])
    (colour,) = patch_colours(slope, scale)
    middle = (FIRST_LEVEL + LAST_LEVEL) / 2 + (LAST_LEVEL - FIRST_LEVEL) / 6
    near = [bytes(SEQUENTIAL[round(middle) + off]).hex() for off in (-1, 0, 1)]
    assert colour.removeprefix("#") in near
    assert len(patch_colours(BOWL, scale)) == (len(PLACES) - 1) ** 2
    assert patch_colours(BOWL, loss_scale(BOWL))[0] != patch_colours(BOWL, scale)[0]
