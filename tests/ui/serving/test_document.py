"""The document that a browser opens has the app's style in it; nothing else is touched."""

from __future__ import annotations

from html import escape

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from cnnviz.ui.contents import SECTIONS
from cnnviz.ui.serving.coming import coming_element
from cnnviz.ui.serving.document import WithStyle, script_elements, style_element

PAGE = "<html><head></head><body><div id='root'></div></body></html>"
A_BROWSER = {"accept": "text/html,*/*;q=0.8", "accept-encoding": "gzip"}


async def page(request: Request) -> Response:
    if "if-none-match" in request.headers:
        return Response(status_code=304)
    return HTMLResponse(PAGE * 20, headers={"etag": '"1"', "last-modified": "yesterday"})


async def in_parts(_request: Request) -> Response:
    return StreamingResponse(iter([PAGE[:30], PAGE[30:]]), media_type="text/html")


async def missing(_request: Request) -> Response:
    return HTMLResponse("<h1>no body to end</h1>", 404)


async def words(_request: Request) -> Response:
    return PlainTextResponse(PAGE)


ROUTES = [
    Route("/", page),
    Route("/parts", in_parts),
    Route("/missing", missing),
    Route("/words", words),
    Route("/{name:path}", page),
]


@pytest.fixture(scope="module")
def client() -> TestClient:
    middleware = [Middleware(WithStyle), Middleware(GZipMiddleware, minimum_size=10)]
    return TestClient(Starlette(routes=ROUTES, middleware=middleware), headers=A_BROWSER)


def end_of(path: str) -> bytes:
    own = style_element() + coming_element(path) + script_elements()
    return own + b"</body></html>"


def test_the_style_ends_the_body_and_the_length_is_right(client):
    answer = client.get("/", headers={"accept-encoding": "identity"})
    assert answer.content.endswith(end_of("/"))
    assert answer.content.count(style_element()) == 1
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert b".stMainBlockContainer" in style_element()
    assert b"--room" in style_element()


def test_it_goes_compressed_to_who_can_read_that(client):
    plain = client.get("/", headers={"accept-encoding": "identity"})
    packed = client.get("/")
    assert packed.content == plain.content  # the client has unpacked it
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < len(plain.content) / 3


def test_a_document_that_comes_in_parts_is_styled_too(client):
    assert client.get("/parts").content.endswith(end_of("/parts"))


def test_what_a_browser_has_kept_is_not_taken_for_todays(client):
    answer = client.get("/", headers={"if-none-match": '"1"', "if-modified-since": "yesterday"})
    assert answer.status_code == 200
    assert not {"etag", "last-modified"} & set(answer.headers)


@pytest.mark.parametrize("path", ["/words", "/missing"])
def test_what_is_no_document_stays_as_it_is(client, path):
    assert style_element() not in client.get(path).content


def test_who_asks_for_no_document_gets_the_file(client):
    answer = client.get("/", headers={"accept": "*/*"})
    assert answer.text == PAGE * 20
    assert answer.headers["etag"]
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/a/b/convolution", "/convolution"),
        ("/convolution/", "/convolution"),
        ("/a/convolution?stride=2,2&view=grid", "/convolution?stride=2,2&view=grid"),
        ("/a/", "/a"),
    ],
)
def test_a_page_in_a_folder_is_found_without_it(client, address, found):
    answer = client.get(address)
    assert [before.status_code for before in answer.history] == [307]
    assert str(answer.url) == f"http://testserver{found}"
    assert style_element() in answer.content


def test_what_is_no_page_stays_in_its_folder(client):
    assert client.get("/a/b", headers={"accept": "*/*"}).history == []


def test_until_the_script_has_come_the_page_says_what_it_will_answer(client):
    for entry in (entry for entries in SECTIONS.values() for entry in entries):
        is_home = entry.name == "home"
        title = escape("cnnviz" if is_home else entry.question)
        assert f"<b>{title}</b>" in client.get("/" if is_home else f"/{entry.name}?view=x").text
    assert "<b>cnnviz</b>" in client.get("/no-such-page").text
