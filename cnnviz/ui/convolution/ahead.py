"""What the sliders of the convolution page lead to, computed before the hand moves them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from cnnviz.convolution.settings import ConvSettings
from cnnviz.ui import turns
from cnnviz.ui.axes import moved
from cnnviz.ui.compute import computing
from cnnviz.ui.convolution.address import Values
from cnnviz.ui.convolution.controls import AHEAD, settings_from
from cnnviz.ui.convolution.example import grid_in_view
from cnnviz.ui.convolution.grid import grid_data
from cnnviz.ui.convolution.numbers import NUMBERS, layer_numbers
from cnnviz.ui.convolution.picture import PictureInput, layer_in_view
from cnnviz.ui.convolution.response import response_data
from cnnviz.ui.convolution.stage import GRID, RESPONSE, response_in_view
from cnnviz.ui.sliders import Foresee, Slider

MOST_PIXELS = 512 * 512  # of a picture; larger ones take too long for a dozen responses

View = Mapping[str, Any]  # data of components by their keys


def ahead_of_the_hand(values: Values, shown: PictureInput | None) -> Foresee | None:
    """How to know the picture and the numbers at a stop; None where that is not done."""
    is_large = shown is not None and shown.tensor[0].numel() > MOST_PIXELS
    return None if values.view not in AHEAD or is_large else partial(_view, values, shown)


def _view(values: Values, shown: PictureInput | None, slider: Slider, stop: int) -> View | None:
    then = moved(values, slider.name, stop)
    try:
        return _grid_view(then) if shown is None else _response_view(then, stop, shown)
    except ValueError:  # an impossible layer, or too large: the page says so when it is there
        return None


def _grid_view(values: Values) -> View:
    layer = settings_from(values)
    example = grid_in_view(values, layer)
    return {GRID: grid_data(example, turns.turn(GRID, "input")), **_numbers(layer)}


def _response_view(values: Values, stop: int, shown: PictureInput) -> View:
    layer = layer_in_view(values, shown)
    numbers = _numbers(layer)  # first: they refuse a layer that cannot be
    with computing():
        response = response_in_view(values, layer, shown)
    return {RESPONSE: response_data(response, RESPONSE, ahead=str(stop)), **numbers}


def _numbers(layer: ConvSettings) -> View:
    return {NUMBERS: {"html": layer_numbers(layer)}}
