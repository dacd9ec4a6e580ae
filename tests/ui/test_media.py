"""What is small is its own address; what is not has one on the server."""

from __future__ import annotations

import base64

import pytest

from cnnviz.ui import media


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "media_url", lambda data, kind, place: f"/media/{place}.png")


@pytest.mark.parametrize("size", [0, 1, media.SMALL])
def test_a_small_file_is_in_its_address(size):
    data = bytes(index % 251 for index in range(size))
    kind, _, text = media.small_url(data, "image/png", "place").partition(";base64,")
    assert kind == "data:image/png"
    assert base64.b64decode(text, validate=True) == data


def test_a_larger_one_is_fetched():
    assert media.small_url(bytes(media.SMALL + 1), "image/png", "place") == "/media/place.png"
    assert media.url(b"1", "image/png", "place") == "/media/place.png"
