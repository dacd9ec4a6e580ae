"""What a browser says of widgets and components: in order, whole, and only what can be read."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any

from streamlit.components.v2.bidi_component import main as bidi_component
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import Serialized, SessionState, WStates

from cnnviz.ui.insides.visitor import key_of

MOST_EVENTS = 20  # of a component that wait together; ours have six kinds at most
DEEPEST = 40  # lists and objects in one another; our components send five
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)  # of JSON, and its texts whole
STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
LOG = logging.getLogger(__name__)
_read = WStates.__getitem__
_coalesced = script_requests._coalesce_widget_states


def hear_in_order() -> None:
    """Let callbacks be called in the order in which a visitor acted, and none be left out.

    Streamlit puts the triggers of requests that wait together behind those of the newest one: a
    weight typed before Reset would be set after it. And of one component it hears the newest one
    alone: a choice would be lost where word that a hand is near follows it. Called once by app.py.
    """
    script_requests._coalesce_widget_states = _in_order  # ty: ignore[invalid-assignment]


def _in_order(old: WidgetStates | None, new: WidgetStates | None) -> WidgetStates | None:
    """Both requests as one, what only the older one says in front."""
    merged = _coalesced(old, new)
    if not (merged and old and new):
        return merged
    older, newer = ({state.id: state for state in one.widgets} for one in (old, new))
    late = [
        _with_events_of(older.get(state.id), state)
        for state in merged.widgets
        if newer.get(state.id) == state
    ]
    early = [state for state in merged.widgets if newer.get(state.id) != state]
    return WidgetStates(widgets=[*early, *late])


def _with_events_of(old: WidgetState | None, new: WidgetState) -> WidgetState:
    """What a component says newly, with what it said before of other things; one word of each."""
    if old is None or not (old.json_trigger_value and new.json_trigger_value):
        return new
    before, now = _events(old.json_trigger_value), _events(new.json_trigger_value)
    said = {event["event"] for event in now}
    kept = [event for event in before if event["event"] not in said][-MOST_EVENTS:]
    if not (kept and now):
        return new
    return WidgetState(id=new.id, json_trigger_value=json.dumps([*kept, *now]))


def _events(text: str) -> list[dict[str, Any]]:
    """The words in what a component's trigger sent; none where it is not of that kind."""
    try:
        told = [] if is_deep(text) else json.loads(text)
    except ValueError:
        return []
    events = told if isinstance(told, list) else [told]
    return [one for one in events if _is_event(one)]


def hear_components_plainly() -> None:
    """Give what a component said as a plain dict, which is only read.

    Streamlit makes a class of its own for it, each time that it is asked for: ten in a run. A class
    is a circle, and each of these holds the session. Called once by app.py.
    """
    bidi_component.make_bidi_component_presenter = _presenter  # ty: ignore[invalid-assignment]


def _presenter(
    events: str, _component: str | None = None, _allowed: set[str] | None = None
) -> Callable[[object, SessionState], object]:
    """How the state of a component is shown: with its triggers, whose widget is `events`."""
    return lambda told, session: _with_triggers(told, session, events)


def _with_triggers(told: object, session: SessionState, events: str) -> object:
    """What a component said of its state, and what it said once with this run's request."""
    metadata = session._new_widget_state.widget_metadata.get(events)
    is_there = metadata is not None and metadata.value_type == "json_trigger_value"
    if not (is_there and isinstance(told, dict)):
        return told
    try:
        said: Any = session._new_widget_state[events]
    except KeyError:
        return dict(told)
    words = [word for word in (said if isinstance(said, list) else [said]) if _is_event(word)]
    return {word["event"]: word.get("value") for word in words} | told


def _is_event(word: object) -> bool:
    return isinstance(word, dict) and isinstance(word.get("event"), str)


def ignore_malformed_widgets() -> None:
    """Make a widget's value that Streamlit cannot read one that was not sent.

    A browser can send a number for a list, or text that is no JSON; Streamlit raises whatever it
    meets there, at every run of that visitor until the value changes. Called once by app.py.
    """
    WStates.__getitem__ = _read_or_ignore  # ty: ignore[invalid-assignment]


def _read_or_ignore(states: WStates, identity: str) -> Any:
    """As WStates reads a value, but with KeyError, "not there", for one that cannot be read."""
    state = states.states.get(identity)
    if not isinstance(state, Serialized):
        return _read(states, identity)
    metadata = states.widget_metadata.get(identity)
    try:
        if _is_of_its_kind(state.value, metadata) and not is_deep(_json_of(state.value)):
            return _read(states, identity)
    except KeyError:  # as Streamlit says itself of a widget that this session has not made yet
        raise
    except Exception:  # whatever its readers raise for what they do not expect
        LOG.info("a value that cannot be read was sent for %s", key_of(identity)[:80])
    states.states[identity] = Serialized(WidgetState(id=identity))  # it is not tried again
    raise KeyError(identity)


def _is_of_its_kind(sent: WidgetState, metadata: WidgetMetadata[Any] | None) -> bool:
    """Whether a widget was sent what it reads; a browser sends an integer field's as int_value."""
    kind = sent.WhichOneof("value")
    if metadata is None or kind == metadata.value_type:
        return True
    return kind == "int_value" and metadata.value_type == "double_value"


def _json_of(sent: WidgetState) -> str:
    return sent.json_value or sent.json_trigger_value


def is_deep(text: str) -> bool:
    """Whether JSON is nested so deeply that Streamlit, which copies it, would not come back."""
    depth = 0
    for found in BRACKETS.finditer(text):
        depth += STEPS.get(found[0], 0)
        if depth > DEEPEST:
            return True
    return False
