"""The token of a visitor, and the moments they choose, are client input."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given

from cnnviz.ui.training.rewind import read_steps
from cnnviz.ui.training.visitors import read_token
from tests.support.client_input import JSON


@given(JSON)
def test_only_a_token_is_one(value):
    assert read_token(value) is None
    found = read_steps(value)
    assert found is None or (len(found) == 2 and min(found) >= -1)


def test_a_token_is_read():
    token = uuid4().hex
    assert read_token(token) == token
    assert read_token(token + "0") is None
