"""The moments that a visitor chooses are client input."""

from __future__ import annotations

from hypothesis import given

from cnnviz.ui.training.rewind import read_steps
from tests.support.client_input import JSON


@given(JSON)
def test_only_two_moments_are_moments(value):
    found = read_steps(value)
    assert found is None or (len(found) == 2 and min(found) >= -1)
