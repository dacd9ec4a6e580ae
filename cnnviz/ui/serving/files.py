"""Files that never change under their names, from memory: Streamlit's own, and our components'.

Opening a page asks for some eighty files of Streamlit. It reads each from the disk through threads
of its own, 2.4 to 5.7 ms of the server's time for one, and sends 2.9 MB as they are, since to
compress them at every request would cost more. Here each is compressed once and kept. The modules
of our components (`media.lasting`) come the same way, and with the word that they last.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cnnviz.ui import media
from cnnviz.ui.serving import highlighter, redrawing

FOLDER = Path(st.__file__).parent / "static" / "static"
KINDS = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
PACKED = "font/woff2"  # is as small as can be
FOREVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"  # what we change under Streamlit's name
CHANGES = {highlighter.NAME: highlighter.light, redrawing.NAME: redrawing.sparing}
LEVEL = 6  # of gzip: those above it take twice the time for one percent


class FromMemory:
    """Answers for files that last; passes on every other request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = await self._answer(name) if (name := asked_for(scope)) else self.app
        await answer(scope, receive, send)

    async def _answer(self, name: str) -> Response:
        if name not in self._kept:
            self._kept[name] = await run_in_threadpool(_made, name)
        return self._kept[name]


def asked_for(scope: Scope) -> str | None:
    """The name of a file that lasts, if a request is for the whole of one and takes gzip."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    name = _name(scope["path"])
    headers = Headers(scope=scope)
    takes_it = "gzip" in headers.get("accept-encoding", "") and "range" not in headers
    return name if takes_it else None


def _name(path: str) -> str | None:
    """`static/js/<file>` or `media/<file>`, wherever the app is served."""
    for folder, known in (("static/", streamlits()), ("media/", media.lasting())):
        name = path.rpartition(f"/{folder}")[2]
        if name in known:
            return folder + name
    return None


@cache
def streamlits() -> dict[str, Path]:
    """Streamlit's files by their names below `/static/`."""
    files = (path for path in FOLDER.rglob("*") if path.suffix in KINDS)
    return {path.relative_to(FOLDER).as_posix(): path for path in files}


def _made(name: str) -> Response:
    """The answer for a file that is known."""
    folder, _, rest = name.partition("/")
    data, kind = media.lasting()[rest] if folder == "media" else _read(rest)
    lasts = FOR_A_DAY if folder == "static" and _change_of(rest) else FOREVER
    headers = {"Cache-Control": lasts, "Vary": "Accept-Encoding"}
    if kind != PACKED:
        data, headers["Content-Encoding"] = gzip.compress(data, LEVEL), "gzip"
    return Response(data, headers=headers, media_type=kind)


def _read(name: str) -> tuple[bytes, str]:
    path, change = streamlits()[name], _change_of(name)
    data = path.read_bytes()
    return change(data) if change else data, KINDS[path.suffix]


def _change_of(name: str) -> Callable[[bytes], bytes] | None:
    """What makes ours of a file of Streamlit's; None where it is served as it is."""
    return next((change for kind, change in CHANGES.items() if kind.search(name)), None)
