"""What the sliders of the pooling page lead to, computed before the hand moves them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from cnnviz.pooling.refusal import refusal
from cnnviz.ui.compute import computing
from cnnviz.ui.pictures import Picture
from cnnviz.ui.pooling.address import Values, settings_from
from cnnviz.ui.pooling.controls import moved_to
from cnnviz.ui.pooling.grid import GRID, grid_data
from cnnviz.ui.pooling.numbers import NUMBERS, layer_numbers
from cnnviz.ui.pooling.picture import PICTURE, layer_of, picture_data
from cnnviz.ui.sliders import Foresee, Slider

View = Mapping[str, Any]  # data of components by their keys


def ahead_of_the_hand(values: Values, picture: Picture | None) -> Foresee:
    """How to know the picture and the numbers at a stop."""
    return partial(_view, values, picture)


def _view(values: Values, picture: Picture | None, slider: Slider, stop: float) -> View | None:
    then = moved_to(values, slider.name, stop)
    try:
        return _grid_view(then) if picture is None else _picture_view(then, f"{stop:g}", picture)
    except ValueError:  # an impossible layer, or too large: the page says so when it is there
        return None


def _grid_view(values: Values) -> View | None:
    layer = settings_from(values)
    if refusal(layer):
        return None
    data = grid_data(layer, values.seed, values.cell)
    return {GRID: data, NUMBERS: {"html": layer_numbers(layer)}}


def _picture_view(values: Values, stop: str, picture: Picture) -> View | None:
    layer = layer_of(values, picture)
    if refusal(layer):
        return None
    with computing():
        data = picture_data(values, layer, picture, ahead=stop)
    return {PICTURE: data, NUMBERS: {"html": layer_numbers(layer)}}
