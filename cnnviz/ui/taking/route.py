"""What the browser's menu "Save" asks the server: which numbers and tables there are, and for one.

`/numbers/<session>` answers with their titles and the forms of their files by place,
`/numbers/<session>/<place>` with a file.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cnnviz.models.download import WeightsError
from cnnviz.ui.compute import BusyError
from cnnviz.ui.taking.offers import offered_to

NOT_KEPT = {"Cache-Control": "no-store"}
GONE = "The page shows something else by now: open the menu again."


def titles(request: Request) -> Response:
    """The title and the form of each offer, by its place on the page."""
    offers = offered_to(request.path_params["session"])
    told = {place: {"title": one.title, "form": one.form} for place, one in offers.items()}
    return JSONResponse(told, headers=NOT_KEPT)


def numbers(request: Request) -> Response:
    """One offer as a file; where it cannot be, a sentence instead."""
    offer = offered_to(request.path_params["session"]).get(request.path_params["place"])
    if offer is None:
        return PlainTextResponse(GONE, 404, NOT_KEPT)
    try:
        return Response(offer.file(), 200, NOT_KEPT, "application/octet-stream")
    except (ValueError, BusyError, WeightsError) as error:
        return PlainTextResponse(str(error), 503, NOT_KEPT)


ROUTES = [
    Route("/numbers/{session}", titles),
    Route("/numbers/{session}/{place}", numbers),
]
