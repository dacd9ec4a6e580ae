"""A share of a count, and where the true rate lies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.rates import interval


def test_the_interval_is_wilsons():
    low, high = interval(33, 50)
    assert (round(low, 2), round(high, 2)) == (0.52, 0.78)
    assert interval(0, 10)[0] == 0 and interval(10, 10)[1] == pytest.approx(1)
    with pytest.raises(ValueError, match="no share"):
        interval(4, 3)


@settings(max_examples=30)
@given(st.integers(1, 200), st.data())
def test_the_ends_of_the_interval_are_the_rates_that_are_just_possible(count, data):
    """At each end |p − rate| = z · √(rate (1 − rate) / n), the equation that Wilson solved."""
    right = data.draw(st.integers(0, count))
    for rate in interval(right, count):
        apart = abs(right / count - rate)
        assert apart == pytest.approx(1.959964 * (rate * (1 - rate) / count) ** 0.5, abs=1e-6)
