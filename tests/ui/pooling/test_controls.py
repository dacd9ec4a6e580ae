"""The sliders of a pooling: one for both axes or one for each, and what they lead to."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.pooling.address import ADDRESS, MAX_EXTENT, Values, settings_from
from cnnviz.ui.pooling.ahead import _grid_view
from cnnviz.ui.pooling.controls import TERMS, is_separate, moved_to, term_sliders
from cnnviz.ui.pooling.grid import GRID
from tests.support.opening import component, open_page

EXTENTS = st.integers(1, MAX_EXTENT)


@given(st.sampled_from(["kernel_size", "stride", "dilation"]), EXTENTS, EXTENTS, EXTENTS)
def test_an_axis_moves_alone_and_a_term_moves_both(term, height, width, value):
    before = Values(**{term: (height, width)})
    assert getattr(moved_to(before, f"{term}:0", value), term) == (value, width)
    assert getattr(moved_to(before, f"{term}:1", value), term) == (height, value)
    assert getattr(moved_to(before, term, value), term) == (value, value)
    assert moved_to(before, "p", 3) == Values(**{term: (height, width)}, p=3.0)


@given(st.sampled_from(sorted(TERMS)), EXTENTS, EXTENTS, st.booleans())
def test_each_slider_stands_at_its_own_number(operation, height, width, separate):
    values = Values(operation=operation, stride=(height, width), separate=separate)
    assert is_separate(values) == (separate or height != width)
    stands = {slider.name: slider.value for slider in term_sliders(values)}
    if is_separate(values):
        assert (stands["stride:0"], stands["stride:1"]) == (height, width)
    else:
        assert stands["stride"] == height


def test_a_window_that_is_wider_than_high_has_sliders_of_its_own_and_pools_so():
    app = open_page("pooling", "kernel_size=1,2&stride=1,2")
    sliders = component(app, "pooling_sliders")["sliders"]
    assert [one["label"] for one in sliders[:2]] == ["Kernel size, height", "Kernel size, width"]
    assert [one["value"] for one in sliders[:4]] == [1, 2, 1, 2]
    output = component(app, GRID)["output"]
    assert (len(output), len(output[0])) == (4, 2)


def test_what_is_shown_ahead_is_what_the_page_shows_there():
    values = Values(kernel_size=(1, 2), stride=(1, 2))
    ahead = _grid_view(moved_to(values, "kernel_size:0", 3))
    assert ahead is not None
    shown = component(open_page("pooling", "kernel_size=3,2&stride=1,2"), GRID)
    same = {name: value for name, value in ahead[GRID].items() if name in ("output", "cells")}
    assert json.loads(json.dumps(same)) == {name: shown[name] for name in same}
    assert settings_from(moved_to(values, "kernel_size:0", 3)).kernel_size == (3, 2)


def test_the_switch_off_makes_the_width_the_height():
    app = open_page("pooling", "kernel_size=3,2&stride=1,2")
    (switch,) = [one for one in app.toggle if one.label == "Height and width separately"]
    assert switch.value
    switch.set_value(False).run()
    stands = [one["value"] for one in component(app, "pooling_sliders")["sliders"][:2]]
    assert stands == [3, 1]
    assert ADDRESS.defaults.separate is False
