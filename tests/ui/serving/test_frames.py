"""What is none of Streamlit's words ends a socket, and takes one line of the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.components.v2.bidi_component.serialization import BidiComponentSerde

from cnnviz.ui.serving import frames


async def echo(socket: WebSocket) -> None:
    """Reads as Streamlit does: bytes, whatever comes."""
    await socket.accept()
    try:
        while True:
            await socket.send_bytes(await socket.receive_bytes())
    except WebSocketDisconnect:
        pass


def socket_of(*middleware: Middleware) -> TestClient:
    return TestClient(Starlette(routes=[WebSocketRoute("/", echo)], middleware=middleware))


def test_bytes_go_through_and_text_ends_the_socket():
    with socket_of(Middleware(frames.OnlyBytes)).websocket_connect("/") as socket:
        for data in (b"one", b""):
            socket.send_bytes(data)
            assert socket.receive_bytes() == data
        socket.send_text("two")
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_bytes()
    assert ended.value.code == frames.NO_BYTES


def test_without_it_text_raises():
    client = socket_of()
    with pytest.raises(KeyError), client.websocket_connect("/") as socket:
        socket.send_text("two")
        socket.receive_bytes()


@pytest.fixture
def in_a_line() -> Iterator[None]:
    frames.warn_in_a_line()
    yield
    for name in frames.READERS:
        logging.getLogger(name).removeFilter(frames._in_a_line)


def test_json_that_is_none_is_a_line_of_the_log(in_a_line, caplog, monkeypatch):
    logger = logging.getLogger(frames.READERS[0])
    monkeypatch.setattr(logger, "propagate", True)
    logger.addHandler(caplog.handler)
    assert BidiComponentSerde().deserialize("{") == {}
    logger.removeHandler(caplog.handler)
    assert caplog.records
    assert not any(record.exc_info for record in caplog.records)


def test_readers_are_modules_of_streamlit():
    for name in frames.READERS:
        assert __import__(name, fromlist=["_LOGGER"])._LOGGER.name == name
