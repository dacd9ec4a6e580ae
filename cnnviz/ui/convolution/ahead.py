"""What the sliders of the convolution page lead to, computed before the hand moves them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.convolution.settings import ConvSettings
from cnnviz.ui import turns
from cnnviz.ui.axes import moved
from cnnviz.ui.compute import computing
from cnnviz.ui.convolution.address import Values
from cnnviz.ui.convolution.controls import AHEAD, REACHED, settings_from, term_sliders
from cnnviz.ui.convolution.example import grid_in_view
from cnnviz.ui.convolution.grid import grid_data
from cnnviz.ui.convolution.numbers import NUMBERS, layer_numbers
from cnnviz.ui.convolution.picture import PictureInput, layer_in_view
from cnnviz.ui.convolution.response import response_data
from cnnviz.ui.convolution.stage import GRID, RESPONSE, response_in_view
from cnnviz.ui.sliders import Ahead, Slider

MOST_BYTES = 250_000  # of one slider's views; larger grids are asked for one by one
MOST_SECONDS = 0.4  # a hand that moves at once waits no longer than that
MOST_PIXELS = 512 * 512  # of a picture; larger ones take too long for a dozen responses

View = dict[str, Any]  # data of components by their keys
Viewer = Callable[[Values, int], View]  # from the page's values at a stop, and the stop


def ahead_of_the_hand(values: Values, shown: PictureInput | None) -> Ahead | None:
    """The picture and the numbers at every stop of the slider that a hand has just come near."""
    reached = st.session_state.pop(REACHED, None)
    slider = next((one for one in term_sliders(values) if one.name == reached), None)
    if slider is None or values.view not in AHEAD:
        return None
    if shown is None:
        return _views(slider, values, _grid_view)
    if shown.tensor[0].numel() > MOST_PIXELS:
        return None
    with computing():
        return _views(slider, values, lambda moved, stop: _response_view(moved, stop, shown))


def _views(slider: Slider, values: Values, view: Viewer) -> Ahead | None:
    """The views of the stops, the nearest first, for as long as the hand may take to move.

    A stop that is not reached in time is asked for when the hand is there. None if the views are
    too much to send.
    """
    start = time.monotonic()
    views, size = {}, 0
    stops = range(int(slider.min), int(slider.max) + 1)
    for stop in sorted(stops, key=lambda stop: abs(stop - float(slider.value))):
        try:
            views[stop] = view(moved(values, slider.name, stop), stop)
        except ValueError:  # an impossible layer, or too large: the page says so when it is there
            continue
        size += len(json.dumps(views[stop]))
        if size > MOST_BYTES:
            return None
        if time.monotonic() - start > MOST_SECONDS:
            break
    return Ahead(slider.name, views)


def _grid_view(values: Values, stop: int) -> View:
    layer = settings_from(values)
    example = grid_in_view(values, layer)
    return {GRID: grid_data(example, turns.turn(GRID, "input")), **_numbers(layer)}


def _response_view(values: Values, stop: int, shown: PictureInput) -> View:
    layer = layer_in_view(values, shown)
    numbers = _numbers(layer)  # first: they refuse a layer that cannot be
    response = response_in_view(values, layer, shown)
    return {RESPONSE: response_data(response, RESPONSE, ahead=str(stop)), **numbers}


def _numbers(layer: ConvSettings) -> View:
    return {NUMBERS: {"html": layer_numbers(layer)}}
