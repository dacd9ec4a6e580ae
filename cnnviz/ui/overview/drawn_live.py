"""The network's answer to what lies on a pad: one small request a picture, beside the pages' runs.

A run of a page costs the browser more than the network costs the server: everything on the page
is compared anew. While a hand draws only the maps change; so the pad's ink is sent to `/drawn`,
which keeps nothing and knows no visitor, and the page itself runs when the stroke ends. A sample
digit that is taken is asked about by its name. See docs/decisions/drawn-live.md.
"""

from __future__ import annotations

import json
from functools import cache
from types import ModuleType
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cnnviz.ui.compute import BusyError, in_turn
from cnnviz.ui.overview.drawn import HOME, PATH, Drawn, read
from cnnviz.ui.pad import DIGITS, drawn_picture, read_strokes, sample_digit
from cnnviz.ui.serving.cold_start import importing

AT_ONCE = 4  # requests that are answered or wait for a place; the others wait before a thread
MOST_BYTES = 8_000  # of a request: the ink of a pad is 4,200
KEPT = {"Cache-Control": "no-store"}
_limiter: list[CapacityLimiter] = []


async def drawn(request: Request) -> Response:
    """The maps and scores for what lies on a pad, as JSON; 204 where it is no more than dust."""
    asked, sheet = read(request.query_params), read_sheet(await _text(request))
    if asked is None or sheet is None:
        return Response("no drawing", 400)
    if not _limiter:
        _limiter.append(CapacityLimiter(AT_ONCE))
    try:
        told = await to_thread.run_sync(answer, asked, sheet, limiter=_limiter[0])
    except BusyError as error:
        return Response(str(error), 503)
    if told is None:
        return Response(status_code=204)
    return Response(json.dumps(told), media_type="application/json", headers=KEPT)


async def _text(request: Request) -> str:
    """What was sent; nothing of what is too long."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MOST_BYTES:
            return ""
    return found.decode("ascii", "replace")


def read_sheet(text: str) -> bytes | int | None:
    """The ink that a browser sent, or which sample digit lies there; None for anything else."""
    return int(text) if text in map(str, DIGITS) else read_strokes(text)


def answer(asked: Drawn, sheet: bytes | int) -> dict[str, Any] | None:
    """What changes in the overview with the drawing; None where there is no more than dust.

    Args:
        sheet: the grey values of the pad, or a sample digit.

    Raises:
        BusyError: the server had no place for computing in time.
    """
    digit = _digit()
    picture = sample_digit(sheet) if isinstance(sheet, int) else drawn_picture(sheet)
    if picture is None:
        return None
    with in_turn():
        if asked.model == HOME:
            return digit.moving(digit.answer(picture, has_details=False))
        return digit.moving(digit.overview_of(picture, asked))


@cache
def _digit() -> ModuleType:
    """What needs torch: the server starts before that is there."""
    with importing():
        from cnnviz.ui.overview import digit
    return digit


ROUTE = Route(PATH, drawn, methods=["POST"])
