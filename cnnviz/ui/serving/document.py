"""The document that a browser opens: Streamlit's, with the app's own style and scripts in it.

A style that came with the first run would find the page standing already, and move all of it. It
ends the body, so that it is heard after Streamlit's own, which are written into the head. The
scripts are modules beside the page: the search, and what a press on a term's mark means. They wait
for nothing, and no run of a page has to make them. An address with folders, as `/a/b/convolution`,
leads to the page at its end: from within a folder the browser would not find the server.
"""

from __future__ import annotations

import gzip
import logging
from functools import cache, lru_cache
from urllib.parse import quote

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cnnviz.places import ASSETS, AssetError, text_of
from cnnviz.ui.components import module_url
from cnnviz.ui.serving.coming import coming_element

SHEETS = ("app.css", "heights.css", "find.css")
SCRIPTS = ("find/find.js", "explaining/explaining.js")
LOG = logging.getLogger(__name__)
# Where the server is: otherwise Streamlit looks for it below the page's own name first, and waits a
# tenth of a second before it looks elsewhere.
WHERE = b"window.__streamlit={BACKEND_BASE_URL:new URL('.',location.href).href}"
END = b"</body>"
LEFT_OUT = (b"if-none-match", b"if-modified-since", b"accept-encoding")
EMPTY: Scope = {"type": "http", "headers": []}  # of a request that is answered already
SAYS_WHICH = ("etag", "last-modified")


@cache
def style_element() -> bytes:
    """The app's style sheets as an element; one that is missing is told to the operator."""
    return f"<style>{''.join(map(_sheet, SHEETS))}</style>".encode()


def _sheet(name: str) -> str:
    try:
        return text_of(ASSETS / name)
    except AssetError as error:
        LOG.warning("%s", error)
        return ""


@cache
def script_elements() -> bytes:
    """`WHERE`, and our modules, whose addresses are found from wherever the app is served."""
    return b"<script>%s</script>%s" % (WHERE, "".join(map(_module, SCRIPTS)).encode())


def _module(path: str) -> str:
    try:
        url = module_url(path)
    except AssetError as error:
        LOG.warning("%s", error)
        return ""
    return f'<script type="module" src="{url.removeprefix("/")}"></script>'


class WithStyle:
    """Writes the app's style and scripts into every HTML document that is served.

    What the browser keeps of a document is not asked about: Streamlit knows when its own file has
    changed, not when ours has.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if is_for_a_document(scope):
            own = style_element() + coming_element(scope["path"]) + script_elements()
            writer = _Writer(send, own, elsewhere(scope), takes_gzip(scope))
            await self.app(asked_plainly(scope), receive, writer)
        else:
            await self.app(scope, receive, send)


def is_for_a_document(scope: Scope) -> bool:
    """Whether a browser asks for a page to open."""
    is_get = scope["type"] == "http" and scope["method"] == "GET"
    return is_get and "text/html" in Headers(scope=scope).get("accept", "")


def asked_plainly(scope: Scope) -> Scope:
    """The request without what the browser still has, and for an answer that can be read."""
    headers = [pair for pair in scope["headers"] if pair[0] not in LEFT_OUT]
    return {**scope, "headers": headers}


def takes_gzip(scope: Scope) -> bool:
    """Whether the browser reads compressed answers, which `asked_plainly` does not say."""
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")


def elsewhere(scope: Scope) -> str:
    """Where a page in a folder is to be found, from that folder; "" for an address without one."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path = scope["path"].lstrip("/").removeprefix(f"{base}/").lstrip("/")
    depth = path.count("/")
    if not depth:
        return ""
    query = scope["query_string"].decode("latin-1")
    page = quote(path.rstrip("/").rpartition("/")[2])
    return "../" * depth + page + (f"?{query}" if query else "")


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


class _Writer:
    """Sends an answer on; one that is HTML is held until it is whole."""

    def __init__(self, send: Send, own: bytes, elsewhere: str, takes_gzip: bool) -> None:
        self._send, self._own = send, own
        self._elsewhere, self._takes_gzip = elsewhere, takes_gzip
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if _begins_html(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_styled(self._start)

    async def _send_styled(self, start: Message) -> None:
        before, end, after = self._body.rpartition(END)
        if end and self._elsewhere:
            await RedirectResponse(self._elsewhere)(EMPTY, _nothing, self._send)
            return
        body = before + self._own + end + after if end else self._body
        headers = MutableHeaders(scope=start)
        for name in SAYS_WHICH:
            del headers[name]
        headers.add_vary_header("Accept-Encoding")
        if self._takes_gzip:
            body = _compressed(body)
            headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=16)  # there are as many as pages
def _compressed(body: bytes) -> bytes:
    """A document as it is sent: a quarter of it, for it keeps everything else waiting."""
    return gzip.compress(body, mtime=0)


def _begins_html(message: Message) -> bool:
    is_start = message["type"] == "http.response.start" and message["status"] == 200
    return is_start and Headers(raw=message["headers"]).get("content-type", "").startswith(
        "text/html"
    )
