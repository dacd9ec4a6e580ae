"""Files that last are served from memory, whole and unchanged; everything else is passed on."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from cnnviz.ui import media
from cnnviz.ui.serving import highlighter, redrawing
from cnnviz.ui.serving.files import FOLDER, FromMemory, streamlits

HIGHLIGHTER = next(name for name in streamlits() if highlighter.NAME.search(name))
SCRIPT = next(name for name in streamlits() if redrawing.NAME.search(name))
FONT = next(name for name in streamlits() if name.endswith(".woff2"))
STYLE = next(name for name in streamlits() if name.endswith(".css"))


async def passed_on(_request: Request) -> Response:
    return PlainTextResponse("passed on")


@pytest.fixture(scope="module")
def client() -> TestClient:
    routes = [Route("/{path:path}", passed_on, methods=["GET", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(FromMemory)]))


@pytest.mark.parametrize(("name", "encoding"), [(STYLE, "gzip"), (FONT, None)])
@pytest.mark.parametrize("base", ["", "/below/a/path"])
def test_a_file_of_streamlits_comes_as_it_is_and_lasts(client, base, name, encoding):
    answer = client.get(f"{base}/static/{name}")
    assert answer.content == (FOLDER / name).read_bytes()
    assert answer.headers.get("content-encoding") == encoding
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(f"{base}/static/{name}").content == answer.content


def test_a_module_of_a_component_comes_from_memory_too(client, monkeypatch):
    monkeypatch.setitem(media._lasting, "0123.es", (b"export const one = 1;", "text/javascript"))
    answer = client.get("/media/0123.es")
    assert answer.text == "export const one = 1;"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/no-such-file.js", {}),
        ("/static/../streamlit.py", {}),
        ("/media/some-visitors.png", {}),
        (f"/static/{STYLE}", {"accept-encoding": "identity"}),
        (f"/static/{STYLE}", {"range": "bytes=0-9"}),
    ],
)
def test_what_is_not_known_or_asked_for_in_another_way_is_passed_on(client, path, headers):
    assert client.get(path, headers=headers).text == "passed on"


def test_only_get_is_answered(client):
    assert client.post(f"/static/{STYLE}").text == "passed on"


def test_the_highlighter_of_this_streamlit_is_ours_and_a_hundredth_of_its_size(client):
    whole = (FOLDER / HIGHLIGHTER).read_bytes().decode()
    light = client.get(f"/static/{HIGHLIGHTER}")
    assert len(light.text) < len(whole) / 100
    assert highlighter.OWN.read_text(encoding="utf-8") in light.text
    assert ends_of(light.text) == ends_of(whole)
    assert "immutable" not in light.headers["cache-control"]  # it changes when ours does


@pytest.mark.parametrize("module", [b"", b"export default 1;", b'import{a}from"./b.js";var c=1;'])
def test_a_highlighter_that_is_not_as_it_was_is_left_alone(module):
    assert highlighter.light(module) == module


def test_the_script_of_this_streamlit_draws_again_what_has_changed_and_is_the_same_elsewhere(
    client,
):
    whole = (FOLDER / SCRIPT).read_bytes().decode()
    sparing = client.get(f"/static/{SCRIPT}")
    ours = redrawing.OWN.read_text(encoding="utf-8")
    assert sparing.text.startswith(ours)
    rest = sparing.text.removeprefix(ours)
    assert rest.count("whereChanged(") == rest.count("isLate(") == 2  # elements and containers
    assert ends_of(rest) == ends_of(whole)
    lines = list(zip(rest.strip().splitlines(), whole.splitlines(), strict=True))
    assert sum(ours != theirs for ours, theirs in lines) <= 2
    assert "immutable" not in sparing.headers["cache-control"]


@pytest.mark.parametrize("script", [b"", b"export default 1;", b"B=e=>{let{node:i}=e;return 1};"])
def test_a_script_that_is_not_as_it_was_is_left_alone(script):
    assert redrawing.sparing(script) == script


def ends_of(text: str) -> tuple[str, list[str]]:
    """What a module of Streamlit's gives to others, and from where it takes."""
    return re.findall(r"export\{[^}]*\}", text)[-1], re.findall(r'from"(\./[^"]+)"', text)
