"""The token of a visitor is client input."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given

from cnnviz.ui.visit.token import read_token
from tests.support.client_input import JSON


@given(JSON)
def test_only_a_token_is_one(value):
    assert read_token(value) is None


def test_a_token_is_read():
    token = uuid4().hex
    assert read_token(token) == token
    assert read_token(token + "0") is None
