"""A visitor over Streamlit's own socket: opens a page, changes a control, waits for the answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any
from urllib.parse import urlparse

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

LONGEST_S = 180.0  # an answer that takes longer is none
LISTS = ("string_array_value", "double_array_value", "int_array_value")

Value = Mapping[str, Any]  # a field of Streamlit's WidgetState, and what it holds


@dataclass(frozen=True)
class Widget:
    """A widget as the server has described it."""

    identity: str
    kind: str
    described: Any  # its protobuf message
    fragment: str
    path: tuple[int, ...]  # where it stands on the page


@dataclass
class Answer:
    """What one run has sent."""

    seconds: float = 0.0
    reading_s: float = 0.0  # of this program's processor, which a visitor's own machine would take
    elements: int = 0
    errors: list[str] = field(default_factory=list)  # tracebacks that a visitor would see
    said: list[str] = field(default_factory=list)  # sentences: warnings, errors, infos


@dataclass
class Run:
    """What a run has drawn until now: widgets, and where its fragments stand on the page."""

    fragments: tuple[str, ...] = ()  # that run; none for the whole page
    seen: set[str] = field(default_factory=set)
    paths: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)

    def roots(self) -> list[tuple[int, ...]]:
        """The parts of the page that were drawn anew."""
        if not self.fragments:
            return [()]
        drawn = (self.paths[name] for name in self.fragments if name in self.paths)
        return [common_start(paths) for paths in drawn]


def common_start(paths: list[tuple[int, ...]]) -> tuple[int, ...]:
    """What all of them begin with."""
    first, last = min(paths), max(paths)
    pairs = zip(first, last, strict=False)
    return tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def state(told: object) -> Value:
    """What a component tells of itself."""
    return {"json_value": json.dumps(told)}


def trigger(event: str, value: object) -> Value:
    """What a component tells once."""
    return {"json_trigger_value": json.dumps([{"event": event, "value": value}])}


class Session:
    """One visitor: an asynchronous context."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.widgets: dict[str, Widget] = {}
        self._states: dict[str, Value] = {}
        self._page = ""
        self._run = Run()

    async def __aenter__(self) -> Session:
        self._socket = await websockets.connect(
            f"ws://{urlparse(self.address).netloc}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=websockets.Origin(self.address),
            max_size=None,
            open_timeout=LONGEST_S,
            ping_interval=None,
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._socket.transport.abort()  # as a closed tab does: without a word

    async def open(self, page: str, query: str = "", longest_s: float = LONGEST_S) -> Answer:
        """Go to a page by its name.

        Raises:
            TimeoutError: there was no answer in time.
        """
        self.widgets, self._states, self._page = {}, {}, ""
        message = BackMsg()
        message.rerun_script.page_name = "" if page == "home" else page
        message.rerun_script.query_string = query
        return await self._asked(message, longest_s)

    async def change(self, key: str, value: Value, longest_s: float = LONGEST_S) -> Answer:
        """Change the widget whose key ends so; as a browser does, its fragment alone runs.

        Raises:
            KeyError: the page has no such widget.
            TimeoutError: there was no answer in time.
        """
        widget = self.find(key)
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = widget.fragment
        states = self._states
        if "json_trigger_value" in value or "trigger_value" in value:
            states = states | {_of_triggers(widget, value): value}
        else:
            self._states[widget.identity] = value
        for identity, told in states.items():
            told_of = message.rerun_script.widget_states.widgets.add()
            told_of.id = identity
            _fill(told_of, told)
        return await self._asked(message, longest_s)

    async def shout(self, frame: str | bytes) -> None:
        """Send what is no message of Streamlit's; nothing is waited for."""
        await self._socket.send(frame)

    def find(self, key: str) -> Widget:
        """The widget whose key ends so; KeyError where there is none."""
        for identity, widget in self.widgets.items():
            if identity.endswith(key):
                return widget
        raise KeyError(f"no widget {key!r} among {[name[-30:] for name in self.widgets]}")

    async def _asked(self, message: BackMsg, longest_s: float) -> Answer:
        start, answer = time.perf_counter(), Answer()
        async with asyncio.timeout(longest_s):
            await self._socket.send(message.SerializeToString())
            while not self._read(await self._socket.recv(), answer):
                pass
        answer.seconds = time.perf_counter() - start
        return answer

    def _read(self, raw: str | bytes, answer: Answer) -> bool:
        start = time.thread_time()
        is_end = self._is_end(raw, answer)
        answer.reading_s += time.thread_time() - start
        return is_end

    def _is_end(self, raw: str | bytes, answer: Answer) -> bool:
        message = ForwardMsg()
        message.ParseFromString(raw.encode() if isinstance(raw, str) else raw)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "new_session":
            self._page = self._page or message.new_session.page_script_hash
            self._run = Run(tuple(message.metadata.run.fragment_ids))
        elif kind == "delta":
            self._note(message, answer)
        is_over = kind == "script_finished"
        if not is_over or message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        self._forget_what_is_gone()
        return True

    def _forget_what_is_gone(self) -> None:
        """As a browser does: what a run has not drawn again is on the page no more."""
        roots = self._run.roots()
        for identity, widget in list(self.widgets.items()):
            is_under = any(widget.path[: len(root)] == root for root in roots)
            if is_under and identity not in self._run.seen:
                del self.widgets[identity]
                self._states.pop(identity, None)

    def _note(self, message: ForwardMsg, answer: Answer) -> None:
        delta, answer.elements = message.delta, answer.elements + 1
        element = delta.add_block if delta.HasField("add_block") else delta.new_element
        kind, path = element.WhichOneof("type"), tuple(message.metadata.delta_path)
        self._run.paths.setdefault(delta.fragment_id, []).append(path)
        if kind is None:
            return
        described = getattr(element, kind)
        if kind == "exception":
            answer.errors.append(f"{described.type}: {described.message}"[:160])
        elif kind == "alert":
            answer.said.append(described.body)
        identity = getattr(described, "id", "")
        if identity:
            self.widgets[identity] = Widget(identity, kind, described, delta.fragment_id, path)
            self._run.seen.add(identity)


def _of_triggers(widget: Widget, value: Value) -> str:
    if "trigger_value" in value:
        return widget.identity
    return f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{widget.identity}__events"


def _fill(told_of: Any, value: Value) -> None:
    for name, content in value.items():
        if name in LISTS:
            getattr(told_of, name).data.extend(content)
        else:
            setattr(told_of, name, content)
