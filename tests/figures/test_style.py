import numpy as np
import pytest

from cnnviz.figures.style import (
    DIVERGING,
    LAST_LEVEL,
    SEQUENTIAL,
    ZERO_LEVEL,
    css_gradient,
    figure_layout,
    lab_to_rgb,
    rgb_to_lab,
)


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [  # worked out at http://www.brucelindbloom.com/ColorCalculator.html, sRGB, D65
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
    ],
)
def test_lab_agrees_with_published_values(rgb, lab):
    assert rgb_to_lab(np.array(rgb)) == pytest.approx(lab, abs=0.02)


def test_lab_and_back_is_the_same_colour():
    colours = np.random.default_rng(0).integers(0, 256, (500, 3))

    assert (lab_to_rgb(rgb_to_lab(colours)) == colours).all()


def test_zero_is_a_neutral_near_white_exactly_in_the_middle():
    red, green, blue = DIVERGING[ZERO_LEVEL].astype(int)

    assert max(red, green, blue) - min(red, green, blue) <= 2
    assert min(red, green, blue) > 240


def test_minus_v_and_plus_v_are_equally_dark():
    lightness = rgb_to_lab(DIVERGING)[:, 0]
    steps = np.arange(1, 128)

    assert np.abs(lightness[ZERO_LEVEL - steps] - lightness[ZERO_LEVEL + steps]).max() < 1


def test_negative_values_are_blue_and_positive_ones_red():
    red, blue = DIVERGING[:, 0].astype(int), DIVERGING[:, 2].astype(int)

    assert (blue[1 : ZERO_LEVEL - 3] > red[1 : ZERO_LEVEL - 3]).all()
    assert (red[ZERO_LEVEL + 4 :] > blue[ZERO_LEVEL + 4 :]).all()


def test_diverging_darkens_steadily_towards_both_ends():
    lightness = rgb_to_lab(DIVERGING)[1:, 0]

    assert (np.diff(lightness[:ZERO_LEVEL]) > -0.5).all()
    assert (np.diff(lightness[ZERO_LEVEL:]) < 0.5).all()
    assert lightness[0] < 25 < 95 < lightness[ZERO_LEVEL - 1]


def test_sequential_gets_lighter_with_every_step():
    lightness = rgb_to_lab(SEQUENTIAL)[1:, 0]

    assert np.diff(lightness).min() > -0.5
    assert lightness[-1] - lightness[0] > 70


@pytest.mark.parametrize("palette", [DIVERGING, SEQUENTIAL])
def test_steps_of_a_palette_look_alike_nowhere_more_than_a_few_times_the_mean(palette):
    distance = np.linalg.norm(np.diff(rgb_to_lab(palette)[1:], axis=0), axis=1)

    assert distance.max() < 4 * distance.mean()


@pytest.mark.parametrize("palette", [DIVERGING, SEQUENTIAL])
def test_a_palette_is_256_colours_that_nobody_can_change(palette):
    assert palette.shape == (256, 3)
    assert palette.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        palette[0] = 0


def test_red_and_blue_stay_apart_without_red_cones():
    """Simulated protanopia (Viénot, Brettel and Mollon 1999, https://doi.org/dq6nbr)."""
    linear = (DIVERGING[[30, 226]] / 255) ** 2.2
    protan = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])
    seen = np.clip(linear @ protan.T, 0, 1) ** (1 / 2.2) * 255
    negative, positive = rgb_to_lab(seen)

    assert np.linalg.norm(negative - positive) > 40


def test_the_colour_bar_runs_from_the_lowest_to_the_highest_colour():
    bar = css_gradient(DIVERGING)

    assert bar.startswith("linear-gradient(to right,#" + bytes(DIVERGING[1]).hex())
    assert bar.endswith("#" + bytes(DIVERGING[LAST_LEVEL]).hex() + ")")
    assert "#" + bytes(DIVERGING[ZERO_LEVEL]).hex() in bar


def test_charts_share_a_layout_and_leave_the_font_to_the_theme():
    layout = figure_layout(300, showlegend=False)

    assert layout["height"] == 300
    assert layout["showlegend"] is False
    assert "font" not in layout


def test_plotly_accepts_the_layout():
    from plotly import graph_objects as go

    assert go.Figure().update_layout(figure_layout()).layout.height == 260
