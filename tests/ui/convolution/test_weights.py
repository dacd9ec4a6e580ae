"""Weights of one's own on the way into the address and back."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.address import MAX_VALUE_LENGTH
from cnnviz.ui.convolution.weights import (
    address_weights,
    custom_weight,
    own_pixels,
    read_weights,
    write_weights,
)

SIDES = st.integers(1, 5)


@given(SIDES, SIDES, SIDES, st.randoms(use_true_random=False))
def test_planes_of_any_shape_come_back_as_they_were(depth, height, width, random):
    planes = [
        [[random.randint(-9999, 9999) / 10 for _ in range(width)] for _ in range(height)]
        for _ in range(depth)
    ]
    text = write_weights(planes)
    assert read_weights(text) == text
    back = custom_weight(text, (height, width), depth)
    assert torch.allclose(back, torch.tensor(planes))


def test_one_plane_serves_all_channels_and_several_serve_in_turn():
    assert custom_weight("3", (1, 1), 4).flatten().tolist() == [3, 3, 3, 3]
    assert custom_weight("1~2~3", (1, 1), 3).flatten().tolist() == [1, 2, 3]
    assert custom_weight("1~2~3", (1, 1), 5).flatten().tolist() == [1, 2, 3, 1, 2]
    assert custom_weight("1~2~3", (1, 1), 2).flatten().tolist() == [1, 2]


def test_planes_that_are_the_same_are_written_once():
    assert write_weights([[[1.0, 2.0], [3.0, 4.0]]] * 3) == "1,2;3,4"


def test_weights_stay_in_the_middle_when_the_kernel_size_changes():
    grown = custom_weight("1,2;3,4", (4, 4), 1)[0]
    assert grown.tolist() == [[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]]
    assert custom_weight("0,0,0;0,7,0;0,0,0", (1, 1), 1).tolist() == [[[7]]]
    row = custom_weight(write_weights([[[1.0, 2.0, 3.0, 4.0]]]), (3, 4), 1)[0]
    assert row.tolist() == [[0, 0, 0, 0], [1, 2, 3, 4], [0, 0, 0, 0]]


def test_a_plain_list_is_cut_into_rows_of_todays_kernel():
    assert custom_weight("1,2,3,4,5,6", (2, 3), 1)[0].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert custom_weight("1,2,3,4", (2, 2), 1)[0].tolist() == [[1, 2], [3, 4]]


def test_no_weights_are_an_identity():
    assert custom_weight("", (3, 3), 1)[0].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    "text", ["1,2;3", "1,2~1,2,3", "x", "1,,2", ";", "~", "1;;2", "nan", "inf", "1001", "1,-1e9"]
)
def test_what_is_no_kernel_is_refused(text):
    with pytest.raises(ValueError, match="numbers from -1000 to 1000"):
        read_weights(text)


def test_more_weights_than_a_link_can_carry_are_left_out_of_it():
    short, long = "1,2;3,4", ",".join(["0.1234"] * 4096)
    assert address_weights(short) == short
    assert len(long) > MAX_VALUE_LENGTH
    assert address_weights(long) == ""


@given(SIDES, SIDES, SIDES, SIDES, SIDES)
def test_pixels_stay_at_the_top_left_when_the_size_changes(depth, high, wide, height, width):
    planes = torch.arange(depth * high * wide, dtype=torch.float64).reshape(depth, high, wide) + 1
    pixels = own_pixels(write_weights(planes.tolist()), depth, height, width)
    kept = planes[:, :height, :width]
    assert torch.equal(pixels[:, : kept.shape[1], : kept.shape[2]], kept)
    assert int((pixels != 0).sum()) == kept.numel()


def test_no_pixels_are_zeros_and_a_plain_list_is_cut_into_rows():
    assert own_pixels("", 2, 2, 2).tolist() == [[[0, 0], [0, 0]]] * 2
    assert own_pixels("1,2,3,4", 1, 2, 2).tolist() == [[[1, 2], [3, 4]]]
