"""What a client may send to the grid: what does not fit the example counts as nothing."""

import math

import pytest
import torch

from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.worked_example import worked_example
from cnnviz.ui.convolution.grid import (
    GridState,
    _drawn_counts,
    grid_state,
    input_like,
    sent_stand,
)

NOTHING = GridState(pinned=None, weights=None, channel=None)


def example(**settings) -> dict:
    return worked_example(ConvSettings(**settings)).to_json()


def test_what_fits_comes_through():
    weights = [[[1.0, 2.5, -1000.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1000.0]]]
    sent = {"pinned": [5, 0], "weights": weights, "channel": 2}
    assert grid_state(sent, example(out_channels=3)) == GridState((5, 0), weights, 2)


def test_a_client_that_said_nothing_gives_nothing():
    assert grid_state({}, example()) == NOTHING


@pytest.mark.parametrize(
    "pinned",
    [[6, 0], [0, 6], [-1, 0], [0.0, 1], [True, 0], [0], [0, 0, 0], "00", {"0": 0}, [None, 1], 7],
)
def test_a_cell_outside_the_output_is_no_pin(pinned):
    assert grid_state({"pinned": pinned}, example()) == NOTHING


@pytest.mark.parametrize("channel", [-1, 3, 1.0, "1", True, [1], math.nan])
def test_a_channel_that_is_not_there_is_none(channel):
    assert grid_state({"channel": channel}, example(out_channels=3)) == NOTHING


@pytest.mark.parametrize(
    "weight", [math.nan, math.inf, 1000.5, -1e300, 10**400, "1", None, True, [1]]
)
def test_weights_that_are_no_usable_numbers_are_refused(weight):
    weights = [[[1.0, 0, 0], [0, weight, 0], [0, 0, 1]]]
    assert grid_state({"weights": weights}, example()) == NOTHING


@pytest.mark.parametrize("shape", [(1, 3, 2), (1, 2, 3), (2, 3, 3), (3, 3), (1, 1, 3, 3), (0,)])
def test_weights_of_another_shape_are_refused(shape):
    assert grid_state({"weights": torch.ones(shape).tolist()}, example()) == NOTHING


def test_holes_and_added_outputs_are_counted():
    assert _drawn_counts(example(height=9, dilation=(2, 3))) == {"skipped": 26, "added": 0}  # 5*7-9
    settings = {"transposed": True, "stride": (2, 2), "output_padding": (1, 0)}
    assert _drawn_counts(example(**settings)) == {"skipped": 0, "added": 11}  # one row of 11


def test_an_input_of_another_shape_or_with_other_numbers_is_none():
    shown = example(height=2, width=3, in_channels=2)
    planes = [[[1, 2, 3], [4, 5, 6]]] * 2
    assert input_like(planes, shown) == planes
    for wrong in (planes[:1], [[[1, 2, 3]]] * 2, [[[1, 2, math.nan], [4, 5, 6]]] * 2, "x", None):
        assert input_like(wrong, shown) is None


@pytest.mark.parametrize(
    "wrong", [[[6, 0], 0], [[0, 0], 2], [[0, 0]], [0, 0], None, [[0, True], 0]]
)
def test_a_walk_stands_inside_the_output(wrong):
    shown = example(in_channels=2)
    assert sent_stand([[5, 5], 1], shown) == ((5, 5), 1)
    assert sent_stand(wrong, shown) is None
