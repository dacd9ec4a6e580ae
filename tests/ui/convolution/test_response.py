"""What Python sends to the response view; its drawing is tried in tests/browser."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz.convolution.settings import ConvSettings
from cnnviz.ui.convolution.input_picture import input_picture
from cnnviz.ui.convolution.response import FilterResponse, padding_sources, response_data

SETTINGS = ConvSettings(height=5, width=7, padding=(2, 1))


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padded_pixels_are_where_torch_takes_them_from(mode):
    picture = torch.rand(1, 5, 7, generator=torch.Generator().manual_seed(0))
    padded = F.pad(picture, (1, 1, 2, 2), mode=mode)[0]
    settings = replace(SETTINGS, padding_mode=mode)

    rows, columns = (
        [*before, *range(axis.size), *after]
        for axis in settings.axes
        for before, after in [padding_sources(axis, settings)]
    )
    assert torch.equal(padded, picture[0][rows][:, columns])


def test_zero_padding_repeats_no_pixel():
    assert padding_sources(SETTINGS.axes[0], SETTINGS) == ([None, None], [None, None])


def test_even_kernels_with_padding_same_have_one_more_pixel_behind():
    settings = replace(SETTINGS, kernel_size=(2, 2), padding="same", padding_mode="replicate")

    assert padding_sources(settings.axes[0], settings) == ([], [4])


def test_a_photo_is_prepared_once_with_its_own_numbers():
    prepared = input_picture(torch.rand(3, 4, 6))

    assert prepared.shape == (3, 4, 6)
    assert prepared.names == ("red", "green", "blue")
    assert (prepared.low, prepared.high) == (0, 1)


def test_numbers_beyond_a_photo_come_with_a_picture_of_their_own():
    values = torch.tensor([[[-2.0, 3.0]]]).expand(4, 1, 2)
    prepared = input_picture(values, Image.new("RGB", (2, 1)))

    assert (prepared.low, prepared.high) == (-2, 3)
    assert prepared.names == ("channel 0", "channel 1", "channel 2", "channel 3")
    with pytest.raises(ValueError, match="1 or 3 channels"):
        input_picture(values)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"settings": replace(SETTINGS, height=6)}, "for 6 × 7 pixels, the picture has 5 × 7"),
        ({"response": torch.zeros(1, 5, 7)}, "a response is"),
        ({"weight": torch.zeros(3, 3)}, "a response is"),
        ({"weight": torch.zeros(1, 2, 3)}, "the filter is 2 × 3, the layer's 3 × 3"),
        ({"first_channel": 1}, "channels 1 to 1, the picture has 1"),
        ({"response": torch.full((7, 7), float("nan"))}, "infinity or NaN"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_with_both_numbers(changes, words):
    given = {
        "picture": input_picture(torch.zeros(1, 5, 7)),
        "response": torch.zeros(7, 7),
        "settings": SETTINGS,
        "weight": torch.zeros(1, 3, 3),
    }
    with pytest.raises(ValueError, match=words):
        response_data(FilterResponse(**(given | changes), alt=""), "view")


def app_with_a_view(cell, limit=None):
    import torch

    from cnnviz.convolution.settings import ConvSettings
    from cnnviz.ui.convolution.input_picture import input_picture
    from cnnviz.ui.convolution.response import FilterResponse, response_view

    response = torch.zeros(5, 5)
    response[2, 1] = 3
    response[4, 1] = -4  # larger, but padding makes edges of its own at the border
    shown = FilterResponse(
        input_picture(torch.zeros(3, 5, 5)),
        response,
        ConvSettings(height=5, width=5),
        torch.tensor([[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]),
        alt="Zeros but for one.",
        first_channel=2,
        limit=limit,
        cell=cell,
    )
    response_view(shown, key="view", on_pin=print)


def data_sent(**arguments) -> dict:
    app = AppTest.from_function(app_with_a_view, kwargs=arguments, default_timeout=60).run()
    assert not app.exception
    return json.loads(app.get("bidi_component")[0].proto.json)["told"]


def test_the_browser_gets_the_kernel_the_limits_and_the_strongest_pixel():
    data = data_sent(cell=(0, 2))

    assert data["weight"] == [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
    assert (data["response"]["low"], data["response"]["high"]) == ("−4", "+4")
    assert data["start"] == [2, 1]
    assert data["cell"] == [0, 2]
    assert data["input"]["names"] == ["blue"]
    assert [axis["outputs"] for axis in data["axes"]] == [5, 5]


def test_the_bar_says_on_which_side_values_go_beyond_it():
    response = data_sent(cell=None, limit=3.0)["response"]

    assert (response["low"], response["high"]) == ("≤ −3", "+3")


@pytest.mark.parametrize("cell", [None, (5, 0), (-1, 0), (0,), "3,4", (1.0, 2.0)])
def test_a_pinned_pixel_the_response_does_not_have_is_dropped(cell):
    assert data_sent(cell=cell)["cell"] is None
