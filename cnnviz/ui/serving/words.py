"""What the browser asks to write the address ahead of the server (assets/components/links/said.js).

`/words/<session>` answers, for each control of the page that sets a parameter by a choice, with
what an address says for what it shows.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from cnnviz.ui.address import ADDRESSES
from cnnviz.ui.insides.visitor import options_of


def words(request: Request) -> JSONResponse:
    """By parameter: the text of an address by what the control shows."""
    told: dict[str, dict[str, str]] = {}
    for key, options in options_of(request.path_params["session"]).items():
        page, _, name = key.partition("-")
        address = ADDRESSES.get(page)
        if address and name in address.parameters:
            told[name] = address.words_of(name, options)
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


ROUTES = [Route("/words/{session}", words)]
