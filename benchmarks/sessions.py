"""A visitor over Streamlit's own socket: opens a page, changes a control, waits for the answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass
class Answer:
    """What one run has sent."""

    seconds: float = 0.0
    elements: int = 0
    errors: list[str] = field(default_factory=list)  # tracebacks that a visitor would see
    said: list[str] = field(default_factory=list)  # sentences: warnings, errors, infos


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
        """Go to a page by its address.

        Raises:
            TimeoutError: there was no answer in time.
        """
        self.widgets, self._states, self._page = {}, {}, ""
        message = BackMsg()
        message.rerun_script.page_name = page
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
            while not self._is_end(await self._socket.recv(), answer):
                pass
        answer.seconds = time.perf_counter() - start
        return answer

    def _is_end(self, raw: str | bytes, answer: Answer) -> bool:
        message = ForwardMsg()
        message.ParseFromString(raw.encode() if isinstance(raw, str) else raw)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "new_session":
            self._page = self._page or message.new_session.page_script_hash
        elif kind == "delta":
            self._note(message, answer)
        is_over = kind == "script_finished"
        return is_over and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _note(self, message: ForwardMsg, answer: Answer) -> None:
        delta, answer.elements = message.delta, answer.elements + 1
        element = delta.add_block if delta.HasField("add_block") else delta.new_element
        kind = element.WhichOneof("type")
        if kind is None:
            return
        described = getattr(element, kind)
        if kind == "exception":
            answer.errors.append(f"{described.type}: {described.message}"[:160])
        elif kind == "alert":
            answer.said.append(described.body)
        identity = getattr(described, "id", "")
        if identity:
            self.widgets[identity] = Widget(identity, kind, described, delta.fragment_id)


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
