"""Small messages leave at once: Streamlit's socket leaves it to the kernel, which lets them wait.

A run is answered in several messages. Streamlit's own socket names no protocol, so that asyncio
does not take it for TCP's and leaves Nagle's algorithm on: the second message then waits until the
browser has confirmed the first, which browsers do after up to 40 ms.
"""

from __future__ import annotations

import socket
from asyncio import BaseTransport
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

_made = AutoHTTPProtocol.connection_made


def send_at_once() -> None:
    """Have every new connection send what it is given. Called once, as the server starts."""
    AutoHTTPProtocol.connection_made = _made_at_once  # ty: ignore[invalid-assignment]


def _made_at_once(protocol: Any, transport: BaseTransport) -> None:
    without_delay(transport.get_extra_info("socket"))
    _made(protocol, transport)


def without_delay(connection: socket.socket | None) -> None:
    """Switch Nagle's algorithm off where there is a socket of TCP."""
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
