"""What a browser may say of a slider: the values that it can stand at."""

from __future__ import annotations

import math

import pytest

from cnnviz.ui.sliders import Option, Slider

WHOLE = Slider("kernel_size", "Kernel size", "", 3, min=1, max=7)
REAL = Slider("noise", "Noise", "", 0.5, min=0.1, max=0.9, step=0.1)
NAMED = Slider("size", "Size", "", 32, options=(Option(32, "small"), Option("own", "own size")))


@pytest.mark.parametrize(
    ("slider", "sent", "value"),
    [
        (WHOLE, 1, 1), (WHOLE, 7, 7), (WHOLE, 3.0, 3), (WHOLE, 0, None), (WHOLE, 8, None),
        (WHOLE, 0.99, None), (WHOLE, 7.01, None), (WHOLE, True, None), (WHOLE, "3", None),
        (WHOLE, None, None), (WHOLE, [3], None), (WHOLE, math.nan, None), (WHOLE, math.inf, None),
        (REAL, 0.1, 0.1), (REAL, 0.9, 0.9), (REAL, 0.0999, None), (REAL, 0.91, None),
        (REAL, -math.inf, None), (NAMED, 32, 32), (NAMED, "own", "own"), (NAMED, 33, None),
        (NAMED, "other", None), (NAMED, True, None), (NAMED, {"value": 32}, None),
    ],
)  # fmt: skip
def test_only_a_value_that_the_slider_can_stand_at_is_believed(slider, sent, value) -> None:
    assert slider.shape(sent) == value
    assert type(slider.shape(sent)) is type(value)
