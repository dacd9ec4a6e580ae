"""What the sliders of the pooling page lead to, computed before the hand moves them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.pooling.refusal import refusal
from cnnviz.ui.compute import computing
from cnnviz.ui.pictures import Picture
from cnnviz.ui.pooling.address import Values, settings_from
from cnnviz.ui.pooling.controls import REACHED, moved_to, term_sliders
from cnnviz.ui.pooling.grid import GRID, grid_data
from cnnviz.ui.pooling.numbers import NUMBERS, layer_numbers
from cnnviz.ui.pooling.picture import PICTURE, layer_of, picture_data
from cnnviz.ui.sliders import Ahead, Slider

MOST_BYTES = 250_000  # of one slider's views; larger grids are asked for one by one
MOST_SECONDS = 0.4  # a hand that moves at once waits no longer than that

View = dict[str, Any]  # data of components by their keys


def ahead_of_the_hand(values: Values, picture: Picture | None) -> Ahead | None:
    """The picture and the numbers at every stop of the slider that a hand has just come near."""
    reached = st.session_state.pop(REACHED, None)
    slider = next((one for one in term_sliders(values) if one.name == reached), None)
    if slider is None:
        return None
    if picture is None:
        return _views(slider, values, _grid_view)
    with computing():
        return _views(slider, values, lambda moved, stop: _picture_view(moved, stop, picture))


def _views(
    slider: Slider, values: Values, view: Callable[[Values, str], View | None]
) -> Ahead | None:
    """The views of the stops, the nearest first, for as long as the hand may take to move."""
    start, views, size = time.monotonic(), {}, 0
    for stop in sorted(_stops(slider), key=lambda stop: abs(stop - float(slider.value))):
        try:
            found = view(moved_to(values, slider.name, stop), f"{stop:g}")
        except ValueError:  # an impossible layer, or too large: the page says so when it is there
            continue
        if found is None:
            continue
        views[stop] = found
        size += len(json.dumps(found))
        if size > MOST_BYTES:
            return None
        if time.monotonic() - start > MOST_SECONDS:
            break
    return Ahead(slider.name, views)


def _stops(slider: Slider) -> list[float]:
    if slider.options is not None:
        return [float(option.value) for option in slider.options]
    return [*range(int(slider.min), int(slider.max) + 1)]


def _grid_view(values: Values, stop: str) -> View | None:
    layer = settings_from(values)
    if refusal(layer):
        return None
    data = grid_data(layer, values.seed, values.cell)
    return {GRID: data, NUMBERS: {"html": layer_numbers(layer)}}


def _picture_view(values: Values, stop: str, picture: Picture) -> View | None:
    layer = layer_of(values, picture)
    if refusal(layer):
        return None
    data = picture_data(values, layer, picture, ahead=stop)
    return {PICTURE: data, NUMBERS: {"html": layer_numbers(layer)}}
