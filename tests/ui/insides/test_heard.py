"""What we rely on in Streamlit's insides, heard: an update that changes it fails here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState, WStates
from streamlit.testing.v1 import AppTest

from cnnviz.ui.insides import heard
from tests.support.widget_states import ID, states


@pytest.fixture
def guarded() -> Iterator[None]:
    before = WStates.__getitem__
    heard.ignore_malformed_widgets()
    yield
    WStates.__getitem__ = before


def test_a_value_that_can_be_read_is_there(guarded):
    found = states("string_value", str.upper, string_value="grid")
    assert found[ID] == "GRID"
    assert found.get_serialized(ID) is not None


@pytest.mark.parametrize(
    "sent",
    [
        {"string_array_value": ["a"]},
        {"int_value": 3},
        {"json_value": "{}"},
        {"bytes_value": b"\xff"},
        {},
    ],
)
def test_a_value_of_another_kind_was_not_sent(guarded, sent):
    found = states("string_value", str.upper, **sent)
    assert found.get(ID) is None
    assert found.widget_metadata[ID].value_type == "string_value"  # the browser does not say it
    assert list(found) == [ID]  # nothing is taken away while Streamlit walks over them


def test_a_number_is_read_as_a_browser_sends_it(guarded):
    def page() -> None:
        import streamlit as st

        st.number_input("Seed", 0, 99, key="page.seed")

    app = AppTest.from_function(page).run()
    whole = WidgetStates(widgets=[WidgetState(id=app.number_input[0].proto.id, int_value=7)])
    assert app.number_input[0].proto.data_type == NumberInput.INT
    assert app._run(whole).number_input[0].value == 7
    assert states("double_value", float, double_value=0.5)[ID] == 0.5


@pytest.mark.parametrize(
    "text", ["{", "9" * 5_000, "[" * 3_000 + "]" * 3_000, '{"a":' * 500 + "1" + "}" * 500]
)
def test_a_value_that_raises_when_it_is_read_was_not_sent(guarded, text):
    found = states("json_value", lambda value: value, json_value=text)
    assert found.get(ID) is None
    assert found.get(ID) is None  # and is not read again
    assert not found.states[ID].value.json_value  # ty: ignore[unresolved-attribute]


def test_brackets_in_a_text_are_no_depth_and_hide_none():
    assert not heard.is_deep(json.dumps({"code": "[" * 500, "more": '\\"[' * 500}))
    assert heard.is_deep('["' + "]" * 900 + '",' + "[" * 100 + "]" * 101)
    assert heard.is_deep('["\\"' + "]" * 900 + '",' + "[" * 100 + "]" * 101)
    assert not heard.is_deep('"' + '\\"' * 300_000)  # a text without an end, read once


def test_without_the_guard_streamlit_raises(monkeypatch):
    monkeypatch.setattr(WStates, "__getitem__", heard._read)  # the app of another test guards too
    with pytest.raises(ValueError, match="limit"):
        states("json_value", lambda value: value, json_value="9" * 5_000)[ID]


def request(**told: str) -> WidgetStates:
    """What a browser sends: values, and triggers, whose names begin with "do"."""
    states = WidgetStates()
    for name, value in told.items():
        field = "json_trigger_value" if name.startswith("do") else "string_value"
        states.widgets.append(WidgetState(id=name, **{field: value}))
    return states


def test_requests_that_wait_together_are_heard_in_their_order() -> None:
    typed = request(field="old", do_type="7")
    reset = request(field="new", do_reset="all")
    first = heard._in_order(typed, reset)
    assert first is not None
    assert [state.id for state in first.widgets] == ["do_type", "field", "do_reset"]
    assert first.widgets[1].string_value == "new"
    both = heard._in_order(first, request(field="newer", do_undo="1"))
    assert both is not None
    assert [state.id for state in both.widgets] == ["do_type", "do_reset", "field", "do_undo"]


def say(**events: object) -> str:
    return json.dumps([{"event": event, "value": value} for event, value in events.items()])


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (say(choose="conv2"), say(near=True), say(choose="conv2", near=True)),
        (say(rested=True), say(reached="stride"), say(rested=True, reached="stride")),
        (say(choose="conv2", near=True), say(choose="conv3"), say(near=True, choose="conv3")),
        (say(choose="conv2"), "no JSON", "no JSON"),
        ("no JSON", say(near=True), say(near=True)),
        ("[" * 1000, say(near=True), say(near=True)),
        ('[{"event": 1}, 7, null]', say(near=True), say(near=True)),
        ('{"event": "choose", "value": 1}', say(near=True), say(choose=1, near=True)),
    ],
)  # fmt: skip
def test_a_word_of_a_component_that_waits_is_not_lost_to_another_one(before, now, words) -> None:
    both = heard._in_order(request(do=before), request(do=now))
    assert both is not None
    assert [state.json_trigger_value for state in both.widgets] == [words]


def test_words_that_wait_are_bounded() -> None:
    waiting = request(do=say(first=1))
    for number in range(1000):
        waiting = heard._in_order(waiting, request(do=say(**{f"word_{number}": number})))
        assert waiting is not None
    words = json.loads(waiting.widgets[0].json_trigger_value)
    assert len(words) == heard.MOST_EVENTS + 1
    assert words[-1]["event"] == "word_999"


def test_a_request_that_waits_alone_stays_as_it_is() -> None:
    alone = request(field="old", do_type="7")
    assert heard._in_order(None, alone) is alone
    assert heard._in_order(alone, None) is alone
    assert heard._in_order(None, None) is None


@pytest.mark.parametrize(
    ("told", "sent", "shown"),
    [
        ({"cell": 3}, [{"event": "choose", "value": 7}], {"choose": 7, "cell": 3}),
        ({"cell": 3}, {"event": "choose", "value": 7}, {"choose": 7, "cell": 3}),
        ({"cell": 3}, [{"event": "cell", "value": 7}, "x", {"event": 5}], {"cell": 3}),
        ({"cell": 3}, None, {"cell": 3}),
        ({}, [{"event": "choose"}], {"choose": None}),
        (None, [{"event": "choose", "value": 7}], None),
    ],
)
def test_a_component_is_heard_as_streamlit_hears_it_and_no_class_is_made(told, sent, shown):
    session, events = SessionState(), f"{ID}__events"
    metadata: Any = WidgetMetadata(
        events, lambda sent: sent, lambda value: value, "json_trigger_value"
    )
    session._new_widget_state.set_widget_metadata(metadata)
    if sent is not None:
        session._new_widget_state.set_from_value(events, sent)
    theirs = make_bidi_component_presenter(events, ID)(told, session)
    ours = heard._presenter(events, ID)(told, session)
    assert ours == theirs == shown
    assert type(ours) is type(shown)
