"""Words that a browser says: which are new, whatever it sends."""

from __future__ import annotations

import pytest
import streamlit as st

from cnnviz.ui import turns
from cnnviz.ui.fields import Field


def anything(value):
    return value


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def test_each_word_is_heard_once_and_in_order_however_often_it_is_said(state) -> None:
    state["maps"] = {"selected": [[1, "a"]]}
    assert turns.unheard("maps", "selected", anything) == ["a"]
    state["maps"] = {"selected": [[1, "a"], [3, "c"], [2, "b"]]}
    assert turns.unheard("maps", "selected", anything) == ["b", "c"]
    assert turns.unheard("maps", "selected", anything) == []
    assert turns.heard("maps", "selected") == 3


def test_components_and_their_words_are_heard_apart(state) -> None:
    state["maps"] = {"selected": [[2, "a"]], "other": [[1, "b"]]}
    state["rows"] = {"selected": [[1, "c"]]}
    assert turns.unheard("maps", "selected", anything) == ["a"]
    assert turns.unheard("maps", "other", anything) == ["b"]
    assert turns.unheard("rows", "selected", anything) == ["c"]
    assert turns.heard("rows", "other") == 0


def test_of_very_many_words_at_once_the_last_hundred_are_heard(state) -> None:
    state["maps"] = {"selected": [[number, number] for number in range(1, 151)]}
    assert turns.unheard("maps", "selected", anything) == list(range(51, 151))


@pytest.mark.parametrize(
    "sent", [None, 3, "ab", {}, [1, 2], [["1", "a"]], [[True, "a"]], [[1]], [[0, "a"]], [[1.5, 2]]]
)
def test_what_is_no_list_of_numbered_words_says_nothing(state, sent) -> None:
    state["maps"] = {"selected": sent}
    assert turns.unheard("maps", "selected", anything) == []
    assert turns.heard("maps", "selected") == 0


def test_the_turn_is_that_of_the_last_word_and_0_for_what_is_none(state) -> None:
    assert (turns.said("canvas", "items", anything), turns.turn("canvas", "items")) == (None, 0)
    state["canvas"] = {"items": {"turn": 4, "value": "7:1:2:28"}}
    assert (turns.said("canvas", "items", anything), turns.turn("canvas", "items")) == (
        "7:1:2:28",
        4,
    )
    for nonsense in ("7:1:2:28", {"turn": "4"}, {"turn": True}, 4):
        state["canvas"] = {"items": nonsense}
        assert turns.turn("canvas", "items") == 0


def test_a_field_takes_what_it_is_made_for() -> None:
    row = Field("row", "Row", 3, 0, 9)
    assert [row.shape(value) is not None for value in (0, 9, 10, -1, 3.0, "3", True, None)] == [
        True, True, False, False, False, False, False, False,
    ]  # fmt: skip
    off = Field("off", "Switched off", "")
    assert [off.shape(value) is not None for value in ("3,17", "", 3, "1" * 3000)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_turn_is_a_number_that_a_browser_can_count_and_only_what_has_the_shape_is_heard(state):
    for number, turn in [(0, 0), (2**53 - 1, 2**53 - 1), (2**53, 0), (-1, 0)]:
        state["canvas"] = {"items": {"turn": number, "value": "a"}}
        assert turns.turn("canvas", "items") == turn
    state["maps"] = {"selected": [[1, "a"], [2, 7], [2**53, "c"]]}
    assert turns.unheard("maps", "selected", lambda value: value if value == "a" else None) == ["a"]
    assert turns.heard("maps", "selected") == 2
