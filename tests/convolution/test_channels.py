"""Channels and their sums, against torch's whole layer and against slices by hand."""

from __future__ import annotations

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnviz.convolution.channels import BIASES, channel_sums
from cnnviz.convolution.layer import conv_module
from cnnviz.convolution.settings import ConvSettings

TWO_IN_THREE_OUT = ConvSettings(5, 5, in_channels=2, out_channels=3, padding=(0, 0))


@settings(max_examples=40, deadline=None)
@given(
    inside=st.integers(1, 4),
    out=st.integers(1, 5),
    kernel=st.integers(1, 3),
    stride=st.integers(1, 2),
    padding=st.integers(0, 2),
    mode=st.sampled_from(["zeros", "replicate", "circular"]),
    is_depthwise=st.booleans(),
    bias=st.booleans(),
)
def test_the_maps_are_those_of_torchs_layer_and_the_sums_of_the_own_results(
    inside, out, kernel, stride, padding, mode, is_depthwise, bias
):
    assume(padding <= kernel)
    asked = ConvSettings(
        5,
        5,
        in_channels=inside,
        out_channels=inside if is_depthwise else out,
        kernel_size=(kernel, kernel),
        stride=(stride, stride),
        padding=(padding, padding),
        groups=inside if is_depthwise else 1,
        padding_mode=mode,
        bias=bias,
    )
    found = channel_sums(asked)
    layer = conv_module(found.settings).double()
    with torch.no_grad():
        layer.weight[:] = found.weight
        if layer.bias is not None:
            layer.bias[:] = found.bias
        expected = layer(found.input[None])[0]
    torch.testing.assert_close(found.maps, expected)
    torch.testing.assert_close(found.own.sum(dim=1) + found.bias[:, None, None], expected)
    assert len(found.maps) == found.settings.out_channels


def test_two_in_and_three_out_are_six_slices_and_three_maps():
    found = channel_sums(TWO_IN_THREE_OUT)
    assert found.own.shape == (3, 2, 3, 3)
    assert found.maps.shape == (3, 3, 3)
    assert found.bias.tolist() == list(BIASES[:3])
    by_hand = sum(
        found.input[c, 1 + i, 1 + j] * found.weight[1, c, i, j]
        for c in range(2)
        for i in range(3)
        for j in range(3)
    )
    assert found.maps[1, 1, 1] == by_hand + BIASES[1]


def test_the_words_say_what_the_sums_do():
    found = channel_sums(TWO_IN_THREE_OUT)
    assert found.words(0).endswith("here they cancel")
    assert found.words(1).endswith("here they add up")
    assert float((found.maps[0] - BIASES[0]).abs().mean()) < 5
    assert float(found.maps[1].abs().mean()) > 15


def test_a_depthwise_layer_adds_nothing():
    found = channel_sums(ConvSettings(6, 6, in_channels=3, out_channels=3, groups=3))
    assert [list(found.reads(k)) for k in range(3)] == [[0], [1], [2]]
    assert found.words(0) == "reads one channel: nothing is added"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (ConvSettings(transposed=True), "transposed"),
        (ConvSettings(20, 20, kernel_size=(9, 9)), "room for a kernel that spans 7"),
        (ConvSettings(in_channels=4, out_channels=4, groups=2), "depthwise"),
    ],
)
def test_what_cannot_be_drawn_is_said(asked, reason):
    with pytest.raises(ValueError, match=reason):
        channel_sums(asked)
