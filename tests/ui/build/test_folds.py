"""Groups that are unfolded, in an address and while the network is edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.build.address import ADDRESS, LONGEST_PLACES, places_in, places_text


@given(st.sets(st.integers(0, 999), max_size=40))
def test_places_come_back_from_an_address_as_they_were(places: set[int]) -> None:
    text = places_text(sorted(places))
    assert len(text) <= LONGEST_PLACES
    assert places_in(text) == sorted(places)[: len(places_in(text))]
    assert ADDRESS.parameters["unfolded"].check(text) == text


@pytest.mark.parametrize(
    ("text", "same"), [("3,1,2", "1-3"), ("0-2,1-4", "0-4"), ("none", "none"), ("", "")]
)
def test_an_address_has_one_form(text: str, same: str) -> None:
    assert ADDRESS.parameters["unfolded"].check(text) == same


@pytest.mark.parametrize("text", ["x", "3-1", "-1", "1,", "1000", "٣", "0-999," * 40])
def test_nonsense_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"places of groups|at most"):
        ADDRESS.parameters["unfolded"].check(text)
