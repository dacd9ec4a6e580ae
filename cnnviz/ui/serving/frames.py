"""What a browser's socket sends that is none of Streamlit's words ends it, in a line of the log.

Streamlit tells such things with a traceback each, so that whoever sends them fills the log.
"""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

READERS = (  # modules of Streamlit that read what a browser has sent, and warn of it
    "streamlit.components.v2.bidi_component.serialization",
    "streamlit.web.server.starlette.starlette_websocket",
)
NO_BYTES = 1003  # RFC 6455, 7.4.1: data of a type that cannot be accepted


def warn_in_a_line() -> None:
    """Leave tracebacks out of warnings about what a browser has sent. Called once by app.py."""
    for name in READERS:
        logging.getLogger(name).addFilter(_in_a_line)


def _in_a_line(record: logging.LogRecord) -> bool:
    if record.levelno <= logging.WARNING:
        record.exc_info = None
    return True


class OnlyBytes:
    """Ends a socket that sends text: Streamlit's words are bytes, and it raises for others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or talk with one browser."""

        async def receive_bytes() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes") is None:
                await send({"type": "websocket.close", "code": NO_BYTES})
                return {"type": "websocket.disconnect", "code": NO_BYTES}
            return message

        is_socket = scope["type"] == "websocket"
        await self.app(scope, receive_bytes if is_socket else receive, send)
