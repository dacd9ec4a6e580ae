"""What the app needs of Streamlit's insides: all of it is here, and may change with Streamlit.

Everything else uses Streamlit as it is documented. tests/ui/test_insides.py says what of it we
rely on, so that an update that changes it fails there and not on a page.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from copy import deepcopy
from threading import current_thread
from typing import Any, NoReturn

import streamlit as st
from streamlit import runtime
from streamlit.components.v2.bidi_component import main as bidi_component
from streamlit.components.v2.bidi_component import serialization
from streamlit.cursor import Cursor, SparseList
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import FragmentHandledException, StreamlitAPIException
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import app_session, fragment
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx, script_runner
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    SCRIPT_RUN_CONTEXT_ATTR_NAME,
    ScriptRunContext,
)
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import Serialized, SessionState, WStates
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.signal_util import Signal

from cnnviz.figures.shown import tied

MOST_EVENTS = 20  # of a component that wait together; ours have six kinds at most
DEEPEST = 40  # lists and objects in one another; our components send five
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)  # of JSON, and its texts whole
STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
LOG = logging.getLogger(__name__)
STAY = 15.0  # seconds that a file stays which nobody shows any more
FILES_LEFT = 32 * 2**20  # bytes of such files together, of all visitors
SENTENCES = {"alert", "heading", "html", "markdown"}  # elements whose body is read
_read = WStates.__getitem__
_enqueued = DeltaGenerator._enqueue
_from_configuration = app_session._populate_theme_msg
_themes: dict[str, CustomThemeConfig] = {}  # by the section of the configuration
_inactive = MediaFileManager._get_inactive_file_ids
_run_script = ScriptRunner._run_script
_coalesced = script_requests._coalesce_widget_states
_run_thread = ScriptRunner._run_script_thread
_will_rerun = SafeSessionState.on_script_will_rerun
_hear_of_another_run = ScriptRunner._maybe_handle_execution_control_request


def told_by_the_browser() -> frozenset[str]:
    """Keys of the widgets whose values came with the browser's request for this run."""
    context = get_script_run_ctx()
    if context is None:
        return frozenset()
    return frozenset(key_of(state.id) for state in context.session_state.get_widget_states())


def key_of(identity: str) -> str:
    """The key that a widget was given, from the identity that Streamlit made of it."""
    return identity.split("-", 2)[-1]  # $$ID-<digest>-<key>


def is_set_in_this_run(key: str) -> bool:
    """Whether Python has set the value of a key since this run began."""
    context = get_script_run_ctx()
    return context is not None and context.session_state.is_new_state_value(key)


def widgets_among(keys: Iterable[str]) -> list[str]:
    """Those of some keys under which this visitor has or had a widget."""
    context = get_script_run_ctx()
    if context is None:
        return list(keys)
    known = context.session_state._state._key_id_mapper
    return [key for key in keys if known.get_id_from_key(key) is not None]


def values_at(keys: Iterable[str]) -> dict[str, Any]:
    """What a visitor's session holds under some keys, where it holds something.

    As `st.session_state` gives it, but all at once: that asks each time whose run it is, whether
    the run is to stop, and for a lock, which takes five times as long as to find the value.
    """
    context = get_script_run_ctx()
    if context is None:
        return {key: st.session_state[key] for key in keys if key in st.session_state}
    safe, found = context.session_state, {}
    with safe._lock:
        for key in keys:
            with suppress(KeyError):
                found[key] = safe._state[key]
    return found


def leave_the_pages_folder() -> bool:
    """Stop Streamlit from taking the folder pages/ for an app of its own; whether it did until now.

    It does so until some session has run `st.navigation`.
    """
    was_used = bool(PagesManager.uses_pages_directory)
    PagesManager.uses_pages_directory = False
    return was_used


def received(file: object) -> bytes | None:
    """What was uploaded, which the server then drops; None where nothing was.

    None too for what was received before: where a second run comes before the first has ended,
    Streamlit tells the callback of the same file again, which is gone by then.
    """
    if not isinstance(file, UploadedFile):
        return None
    data = file.getvalue()
    _release(file)
    return data


def _release(file: UploadedFile) -> None:
    """Drop an upload: the server would keep each one until its visitor leaves."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def media_url(data: bytes, mimetype: str, coordinates: str) -> str | None:
    """Address of a file that the server keeps for this run's visitor; None outside a server."""
    if not runtime.exists():
        return None
    return runtime.get_instance().media_file_mgr.add(data, mimetype, coordinates)


def session() -> str:
    """The name of the session that this run is of; empty outside a server."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def this_run() -> object | None:
    """What is the same throughout a visitor's run, and another one in the next; None elsewhere.

    A thread may do several runs of a session, one after the other. What is given is a mark and
    nothing else: it may be remembered in a session, where anything of Streamlit's run would close
    a circle with that session, and keep all of it until the next search for garbage.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or context.parallel_coordinator is None:
        return None
    return vars(context.parallel_coordinator).setdefault("_mark", object())


def options_of(session: str) -> dict[str, dict[str, Any]]:
    """The options of the widgets that a session has, by their keys and by what each shows.

    Of widgets that let choose: select boxes, segments, radios, sliders over named stops. Nothing
    where there is no such session.
    """
    manager = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    info = manager.get_session_info(session) if manager else None
    if info is None:
        return {}
    metadata = info.session.session_state._new_widget_state.widget_metadata
    found = {key_of(name): _options(one.serializer) for name, one in dict(metadata).items()}
    return {key: options for key, options in found.items() if options}


def _options(serializer: Any) -> dict[str, Any]:
    """What a widget of options shows for each of them; nothing for other widgets."""
    serde: Any = getattr(serializer, "__self__", None)
    places = getattr(serde, "formatted_option_to_option_index", None) or getattr(
        serde, "formatted_option_to_index", None
    )
    return {shown: serde.options[place] for shown, place in (places or {}).items()}


def is_connected(session: str) -> bool:
    """Whether the browser of a session is connected to this server."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def num_visitors() -> int:
    """How many browsers are connected to this server; 0 outside a server."""
    manager = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    return manager.num_active_sessions() if manager else 0


def run_again(*keys: str) -> NoReturn:
    """In a callback: run these fragments again, or the whole page where one is not drawn yet.

    Streamlit raises for such a one: a hand may be at rest before the first run of the page has
    come to it.
    """
    context = get_script_run_ctx()
    try:
        if context is not None:
            context.fragment_storage.resolve_target(keys)
    except StreamlitAPIException:
        st.rerun()
    st.rerun(list(keys))


def run_once_for_a_callback() -> None:
    """Run the fragments that a callback asks for in the run that the callback began.

    Streamlit ends that run, which has drawn nothing, and begins another: each tells the browser of
    the whole session anew, which was a seventh of the processor's time of a change. Called once by
    app.py.
    """
    script_runner.Signal = _Events  # ty: ignore[invalid-assignment]
    SafeSessionState.on_script_will_rerun = _heard


class _Events(Signal):
    """What a run tells: that it has begun it tells when the callbacks have said what it runs."""

    begun: dict[str, Any] | None = None  # what is not told yet

    def send(self, sender: Any = None, /, **told: Any) -> None:
        if told["event"] is ScriptRunnerEvent.SCRIPT_STARTED and told["fragment_ids_this_run"]:
            self.begun = told
            return
        begun, self.begun = self.begun, None
        if begun is not None:
            now = tuple(begun["fragment_ids_this_run"])
            object.__setattr__(begun["run_descriptor"], "fragment_ids", now)
            super().send(sender, **begun)
        super().send(sender, **told)


def _heard(state: SafeSessionState, *told: Any, **more: Any) -> None:
    """Call the callbacks; where they ask for fragments, these are what this run runs."""
    _will_rerun(state, *told, **more)
    context = get_script_run_ctx()
    begun = _yet_to_be_told(context) if context else None
    if context is None or context.script_requests is None or begun is None:
        return
    asked = _fragments_asked_for(context.script_requests, context.page_script_hash)
    if asked:
        begun[:] = context.fragment_storage.order_fragment_ids(asked)


def _yet_to_be_told(context: ScriptRunContext) -> list[str] | None:
    """What a run of fragments goes through, while it has told nobody yet which ones they are."""
    events = getattr(getattr(context._enqueue, "__self__", None), "on_event", None)
    is_to_be_told = isinstance(events, _Events) and events.begun is not None
    return context.fragment_ids_this_run if is_to_be_told else None


def _fragments_asked_for(requests: ScriptRequests, page: str) -> list[str]:
    """The fragments that callbacks, and nobody else, ask to be run now; they are then granted."""
    with requests._lock:
        asked = requests._rerun_data
        is_ours = (
            requests._state is ScriptRequestType.RERUN
            and asked.is_fragment_scoped_rerun
            and asked.widget_states is None  # nor has the browser asked for anything since
            and asked.page_script_hash == page
        )
        if not is_ours:
            return []
        requests._state = ScriptRequestType.CONTINUE
        return asked.fragment_id_queue


def look_for_what_is_new() -> None:
    """Ask only what may have changed, where Streamlit goes through everything it has.

    Before a run it copies all that the session remembers, most of it onto itself; and some 200
    times in a run it asks in five places whether the visitor has asked for something else. Called
    once by app.py.
    """
    SessionState._compact_state = _with_what_is_new  # ty: ignore[invalid-assignment]
    ScriptRunner._maybe_handle_execution_control_request = _stop_where_asked  # ty: ignore[invalid-assignment]


def _with_what_is_new(state: SessionState) -> None:
    """What was set or sent since the last run becomes what is remembered."""
    old, widget_of = state._old_state, state._get_widget_id
    new = {*map(widget_of, state._new_session_state), *state._new_widget_state.keys()}
    for key in new.union(widget_of(key) for key in old if widget_of(key) not in old):
        with suppress(KeyError):  # of a widget that was sent and is not on the page
            old[key] = state[key]
    state._new_session_state.clear()
    state._new_widget_state.clear()


def _stop_where_asked(runner: ScriptRunner) -> None:
    """End the run where it is to be another; no fragment of ours runs in a thread beside it."""
    if runner._requests._state is not ScriptRequestType.CONTINUE:
        _hear_of_another_run(runner)


def was_said(error: Exception) -> bool:
    """Whether an error comes out of a fragment within a fragment, which has said it already."""
    return isinstance(error, FragmentHandledException)


def let_pictures_stay() -> None:
    """Keep a file that is shown no more for a while: a browser may be on its way to fetch it.

    Streamlit drops it at the end of the run that shows another one in its place; a browser that
    hears of it late asks for a picture that is gone. Called once by app.py.
    """
    MediaFileManager._get_inactive_file_ids = _given_up  # ty: ignore[invalid-assignment]


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


def let_runs_go() -> None:
    """Let go of a visitor's run when it is over: what it leads to would be held in a circle.

    Streamlit's runner, its thread and its view of the session hold each other, and with them all
    that the session remembers, until Python searches for garbage: after minutes of twenty visitors
    466 runs lay in memory, and sessions that were long over. Called once by app.py.
    """
    ScriptRunner._run_script_thread = _run_and_let_go  # ty: ignore[invalid-assignment]


def _run_and_let_go(runner: ScriptRunner) -> None:
    try:
        _run_thread(runner)
    finally:
        object.__setattr__(runner._session_state, "_yield_callback", _go_on)
        vars(current_thread()).pop(SCRIPT_RUN_CONTEXT_ATTR_NAME, None)


def _go_on() -> None:
    """What stands where a run would be told to stop: it is over."""


def drop_old_files() -> None:
    """Let go of files whose time is over, also on a server where nobody does anything."""
    if runtime.exists():
        runtime.get_instance().media_file_mgr.remove_orphaned_files()


def _given_up(files: MediaFileManager) -> set[str]:
    """The files nobody shows that no browser asks for any more: old ones, or the oldest of many."""
    left = files.__dict__.setdefault("_left_since", {})
    inactive, now = _inactive(files), time.monotonic()
    for file in left.keys() - inactive:
        del left[file]
    room, kept = FILES_LEFT, set()
    for file in sorted(inactive, key=lambda file: left.setdefault(file, now), reverse=True):
        room -= _num_bytes(files, file)
        if room >= 0 and now - left[file] < STAY:
            kept.add(file)
    return inactive - kept


def _num_bytes(files: MediaFileManager, file: str) -> int:
    found = files.read_file(file) if files.can_read_files else None
    return found.content_size if found else 0


def tell_plain_data() -> None:
    """Do not look for data frames in what components are told: it is plain, whatever it is.

    To look, Streamlit imports pandas and pyarrow, which are 60 MB and half a second, and compares
    with every kind of table there is, at each run. Called once by app.py.
    """
    serialization.is_dataframe_like = _is_table  # ty: ignore[invalid-assignment]


def _is_table(_value: object) -> bool:
    return False


def know_components_by_key() -> None:
    """Know a component by its key alone, which each of ours has.

    Streamlit writes all that a component is told a second time, sorted, and takes its digest, to
    tell components without a key apart; where there is a key it throws both away. Called once by
    app.py.
    """
    bidi_component.BidiComponentMixin._build_bidi_identity_kwargs = _nothing_more  # ty: ignore[invalid-assignment]


def _nothing_more(_component: object, **_told: object) -> dict[str, Any]:
    return {}


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


def remember_theme() -> None:
    """Read the theme from the configuration once: Streamlit does so before every run.

    That was a tenth of the processor's time of a change. A theme that is edited is seen when the
    server starts again. Called once by app.py.
    """
    app_session._populate_theme_msg = _from_memory  # ty: ignore[invalid-assignment]


def _from_memory(msg: CustomThemeConfig, section: str = "theme") -> None:
    told = _themes.get(section)
    if told is None:
        told = CustomThemeConfig()
        _from_configuration(told, section)
        _themes[section] = told
    if told.ByteSize():  # a section that says nothing is not there
        msg.MergeFrom(told)


def run_within(turn: Callable[[], AbstractContextManager[None]]) -> None:
    """Have every run of a page, from its beginning to its end, in a turn. Called once by app.py."""

    def run(runner: ScriptRunner, asked: Any) -> None:
        with turn():
            _run_script(runner, asked)

    ScriptRunner._run_script = run  # ty: ignore[invalid-assignment]


def copy_places_once() -> None:
    """Of the places that a fragment stands in, copy the one that it writes into.

    Streamlit copies all containers around a fragment twice at each of its runs, and for every one
    of them all that are around it again: a seventh of the processor's time of a change. Called once
    by app.py.
    """
    fragment.deepcopy = _snapshot  # ty: ignore[invalid-assignment]


def _snapshot(places: Any) -> Any:
    """The containers that a fragment is in, the innermost last, or where each root is written next.

    What a fragment writes, it writes into the innermost: only there does the next place move on.
    """
    if isinstance(places, tuple):
        return (*places[:-1], *map(_copied, places[-1:]))
    return {root: _copied_cursor(cursor) for root, cursor in places.items()}


def _copied(place: DeltaGenerator) -> DeltaGenerator:
    cursor = place._cursor and _copied_cursor(place._cursor)
    copy = DeltaGenerator(place._root_container, cursor, place._parent, place._block_type)
    copy._form_data = place._form_data
    copy._creating_fragment_id = place._creating_fragment_id
    return copy


def _copied_cursor(cursor: Cursor) -> Cursor:
    copy = object.__new__(type(cursor))
    vars(copy).update(vars(cursor))
    if cursor._transient_elements:  # shown for a while only, as what turns
        copy._transient_elements = deepcopy(cursor._transient_elements)
    else:
        copy._transient_elements = SparseList()
    return copy


def keep_units_with_numbers() -> None:
    """Let no line of a sentence end between a number and its unit, on any page.

    Browsers break a line at any space, and CSS cannot say where not. Called once by app.py.
    """
    DeltaGenerator._enqueue = _with_units_tied


def _with_units_tied(
    place: DeltaGenerator, kind: str, proto: Any, *said: Any, **more: Any
) -> DeltaGenerator:
    if kind in SENTENCES:
        proto.body = tied(proto.body)
    return _enqueued(place, kind, proto, *said, **more)


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
