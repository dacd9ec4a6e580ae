"""A visitor's run of a page, and of a part of it: how it begins, is asked for again, and ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from threading import current_thread
from typing import Any, NoReturn

import streamlit as st
from streamlit.errors import FragmentHandledException, StreamlitAPIException
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx, script_runner
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    SCRIPT_RUN_CONTEXT_ATTR_NAME,
    ScriptRunContext,
)
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState
from streamlit.signal_util import Signal

_run_script = ScriptRunner._run_script
_run_thread = ScriptRunner._run_script_thread
_will_rerun = SafeSessionState.on_script_will_rerun
_request = AppSession.request_rerun
_told_of_run = AppSession._create_new_session_message
_hear_of_another_run = ScriptRunner._maybe_handle_execution_control_request


def leave_the_pages_folder() -> bool:
    """Stop Streamlit from taking the folder pages/ for an app of its own; whether it did until now.

    It does so until some session has run `st.navigation`.
    """
    was_used = bool(PagesManager.uses_pages_directory)
    PagesManager.uses_pages_directory = False
    return was_used


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


def leave_pages_behind() -> None:
    """Do nothing for a fragment that was asked for on a page which the visitor has left since.

    Fragments of two pages may have the same name and place, and then Streamlit takes the new page's
    for the old one's: it draws it, says that it is of the old page, and the browser, which clears
    that away first, has nothing to draw it into. Its page was dead ("setIn cannot be called on an
    ElementNode"). Called once by app.py.
    """
    AppSession.request_rerun = _request_of_the_page  # ty: ignore[invalid-assignment]
    AppSession._create_new_session_message = _tell_of_run


def _request_of_the_page(session: AppSession, asked: ClientState | None) -> None:
    if asked is not None:
        page = asked.page_script_hash
        if asked.fragment_id and page != vars(session).get("_page_asked_for", page):
            return
        if page and not asked.fragment_id:
            vars(session)["_page_asked_for"] = page
    _request(session, asked)


def _tell_of_run(session: AppSession, page: str, *told: Any, **more: Any) -> ForwardMsg:
    """A run has begun; of a page that Python has chosen, the browser did not ask for it."""
    if vars(session).get("_page_asked_for") != page:
        vars(session).pop("_page_asked_for", None)
    return _told_of_run(session, page, *told, **more)


def was_said(error: Exception) -> bool:
    """Whether an error comes out of a fragment within a fragment, which has said it already."""
    return isinstance(error, FragmentHandledException)


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


def run_within(turn: Callable[[], AbstractContextManager[None]]) -> None:
    """Have every run of a page, from its beginning to its end, in a turn. Called once by app.py."""

    def run(runner: ScriptRunner, asked: Any) -> None:
        with turn():
            _run_script(runner, asked)

    ScriptRunner._run_script = run  # ty: ignore[invalid-assignment]
