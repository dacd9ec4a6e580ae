"""Messages on their way from a run to the server's loop, which sends them to the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner.script_runner import ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

FRESH = 4  # runs for which a browser surely keeps a message; `global.maxCachedMessageAge` is more
LATEST = 0.01  # seconds that a message waits for more: so long the loop rests after sending
GOES_ON = {ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG}
_call_soon = AppSession._call_soon_on_event_loop
_wake = Runtime._enqueued_some_message
_adding = Lock()
_clear = ForwardMsgQueue.clear
_begin = ScriptRunContext.reset
_say = ScriptRunContext.enqueue


def leave_together() -> None:
    """Let the messages of a run leave its thread together, in their order.

    Streamlit wakes the loop twice for each of them, some thirty times in a change, and each time
    the threads change places: a quarter of the processor's time of a change. What ends a run goes
    at once, with all that was said before it; what begins one waits as its messages do, or they
    would wait for the loop to rest after it. Called once by app.py.
    """
    AppSession._on_scriptrunner_event = _told  # ty: ignore[invalid-assignment]
    AppSession._call_soon_on_event_loop = _leave_now  # ty: ignore[invalid-assignment]
    Runtime._enqueued_some_message = _wake_from_elsewhere  # ty: ignore[invalid-assignment]


def _told(session: AppSession, sender: Any, event: ScriptRunnerEvent, **told: Any) -> None:
    hear = partial(session._handle_scriptrunner_event_on_event_loop, sender, event, **told)
    if event not in GOES_ON:
        _leave_now(session, hear)
    elif _add(session, hear) == 1:
        _call_soon(session, partial(_pass_on_later, session))


def _leave_now(session: AppSession, call: Callable[[], None]) -> None:
    _add(session, call)
    _call_soon(session, partial(_pass_on, session))


def _add(session: AppSession, call: Callable[[], None]) -> int:
    """Put a call behind those that wait; how many wait now."""
    with _adding:
        waiting = vars(session).setdefault("_waiting", [])
        waiting.append(call)
        return len(waiting)


def _pass_on_later(session: AppSession) -> None:
    session._event_loop.call_later(LATEST, _pass_on, session)


def _pass_on(session: AppSession) -> None:
    """In the loop: have all that waits called, each by itself, as if it had come alone."""
    with _adding:
        waiting = vars(session).pop("_waiting", [])
    for call in waiting:
        session._event_loop.call_soon(call)


def _wake_from_elsewhere(runtime: Runtime) -> None:
    """Say that there is something to send; the loop itself needs no waking."""
    loop = runtime._get_async_objs()
    if asyncio._get_running_loop() is loop.eventloop:
        loop.need_send_data.set()
    else:
        _wake(runtime)


def keep_views_whole() -> None:
    """Drop what was not sent yet of a fragment's earlier run only where nothing else was drawn.

    Streamlit drops what the fragments of a new run have drawn, and keeps what fragments within them
    have: that hangs in the air then, the browser says "Bad delta path", and its page is dead. So it
    was where somebody pressed a button of a page that a busy server was still sending. Called once
    by app.py.
    """
    ForwardMsgQueue.clear = _clear_whole  # ty: ignore[invalid-assignment]


def _clear_whole(
    queue: ForwardMsgQueue,
    retain_lifecycle_msgs: bool = False,
    fragment_ids_this_run: list[str] | None = None,
) -> None:
    ids = fragment_ids_this_run
    if ids and not all(_is_drawn_by(ids, message) for message in queue._queue):
        queue._delta_index_map = {}  # what comes next is drawn after what waits, not in its place
    else:
        _clear(queue, retain_lifecycle_msgs, ids)


def _is_drawn_by(ids: list[str], message: ForwardMsg) -> bool:
    """Whether a message is of these fragments, or draws nothing."""
    if message.HasField("delta"):
        return message.delta.fragment_id in ids
    return not message.HasField("ref_hash")  # of which nobody knows who has drawn it


def refer_to_what_is_kept() -> None:
    """Refer to a large message only where the browser surely keeps it, and send it again elsewhere.

    A browser says with each request what it keeps, and forgets what the runs after that have not
    used. Two requests at once, as "back" makes, say the same: the run of the first let the browser
    forget what the run of the second refers to, and its page was dead. Called once by app.py.
    """
    ScriptRunContext.reset = _begin_with_what_is_fresh
    ScriptRunContext.enqueue = _say_and_note  # ty: ignore[invalid-assignment]


def _begin_with_what_is_fresh(context: ScriptRunContext, *told: Any, **more: Any) -> None:
    _begin(context, *told, **more)
    said = vars(context.fragment_storage).setdefault("_said", {})  # hash -> runs ago
    fresh = {kept: ago + 1 for kept, ago in said.items() if ago < FRESH}
    said.clear()
    said.update(fresh)
    context.cached_message_hashes &= fresh.keys()


def _say_and_note(context: ScriptRunContext, message: ForwardMsg) -> None:
    _say(context, message)
    if message.metadata.cacheable:
        vars(context.fragment_storage).setdefault("_said", {})[message.hash] = 0
