"""The server around the pages: what it answers beside them, its headers, what it says of errors.

`/health` answers `ok` as long as visitors can be served and places for computing change hands; a
place that has been held for longer than `STUCK_S` seconds makes it answer 503 with a sentence.
`/visit/<session>` answers whether a page that is open somewhere still has its session here,
`/find.json` what the search finds, `/drawn` what a network answers while a hand draws,
`/numbers/<session>` which numbers a page offers to be saved, `/words/<session>` what an address
says for what its controls show.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cnnviz.models.download import WeightsError
from cnnviz.operator_settings import operator_settings
from cnnviz.places import AssetError
from cnnviz.ui.compute import LIMIT_S, BusyError, places
from cnnviz.ui.finding import index
from cnnviz.ui.insides.runs import leave_the_pages_folder, was_said
from cnnviz.ui.insides.visitor import is_connected
from cnnviz.ui.overview import drawn_live
from cnnviz.ui.serving import words
from cnnviz.ui.serving.at_once import send_at_once
from cnnviz.ui.serving.document import WHERE, WithStyle
from cnnviz.ui.serving.files import FromMemory
from cnnviz.ui.serving.frames import OnlyBytes
from cnnviz.ui.serving.housekeeping import keep_house
from cnnviz.ui.serving.metrics import count, serve_metrics
from cnnviz.ui.taking import route as taking

EXPECTED = (BusyError, AssetError, WeightsError)  # their words are a sentence for the visitor
UNCAUGHT = "streamlit.error_util"  # the logger that tells errors of pages
STUCK_S = 2 * LIMIT_S  # nothing that the app computes in one go takes so long


def policy() -> str:
    """The Content-Security-Policy: nothing but this server is fetched from, run or shown.

    Streamlit's components are modules from blob: addresses, it writes styles into the page, and
    its page and ours have scripts of their own, which are allowed by what they are.
    """
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = [*re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL), WHERE.decode()]
    digests = (hashlib.sha256(script.encode()).digest() for script in inline)
    own = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {own}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' ws: wss: data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {operator_settings().frame_ancestors}",
        )
    )


HEADERS = {
    "Content-Security-Policy": policy(),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Headers:
    """Sets `HEADERS` on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


async def health(_request: Request) -> PlainTextResponse:
    """`ok`, or 503 and a sentence where a place for computing has been held for too long."""
    held = places().longest_hold_s()
    if held > STUCK_S:
        return PlainTextResponse(f"a place for computing has been held for {held:.0f} s", 503)
    return PlainTextResponse("ok")


@asynccontextmanager
async def alive(_app: object) -> AsyncGenerator[None]:
    """What goes on beside the visitors, from the start of the server on."""
    leave_the_pages_folder()
    send_at_once()
    keep_house()
    logging.getLogger(UNCAUGHT).addFilter(expected_in_a_line)
    told = serve_metrics(operator_settings().metrics_port)
    yield
    if told:
        told.shutdown()


def say_what_happened(error: Exception) -> bool:
    """Say of an expected error its own sentence; True keeps Streamlit from saying another."""
    if was_said(error):
        return True
    if not isinstance(error, EXPECTED):
        count("errors")
        return False
    if isinstance(error, BusyError):
        count("busy")
    st.warning(str(error), icon=":material/report:")
    return True


def expected_in_a_line(record: logging.LogRecord) -> bool:
    """Keep tracebacks of expected errors out of the log; what was told already is left out."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, EXPECTED):
        record.msg, record.args, record.exc_info = str(error), (), None
    return not (isinstance(error, Exception) and was_said(error))


async def visit(request: Request) -> PlainTextResponse:
    """`yes` where the session of this name is there and its browser connected, else `no`.

    A page asks it when its connection has come back (assets/components/shared/visit.js).
    """
    is_there = is_connected(request.path_params["session"])
    return PlainTextResponse("yes" if is_there else "no", headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/health", health),
    Route("/visit/{session}", visit),
    index.ROUTE,
    drawn_live.ROUTE,
    *taking.ROUTES,
    *words.ROUTES,
]
MIDDLEWARE = [
    Middleware(Headers),
    Middleware(FromMemory),
    Middleware(WithStyle),
    Middleware(OnlyBytes),
]
