"""Bytes to an address the browser can fetch, so that pictures stay off the WebSocket."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import MappingProxyType

from cnnviz.ui.insides.files import media_url

SMALL = 4_000  # bytes: to ask for so little takes longer than to send it with the run

_lasting: dict[str, tuple[bytes, str]] = {}


def url(data: bytes, mimetype: str, coordinates: str) -> str:
    """Address under which this visitor's browser can fetch `data`.

    `coordinates` names the place on the page; the file is dropped some seconds after a run has
    shown another one there, or the visitor has left. Outside a running server (tests, plain
    scripts) the answer is a data URL.
    """
    address = media_url(data, mimetype, coordinates)
    return address or _itself(data, mimetype)


def small_url(data: bytes, mimetype: str, coordinates: str) -> str:
    """As `url`, but where the file is small it is its own address.

    What follows a moving hand is there a round trip earlier so.
    """
    return _itself(data, mimetype) if len(data) <= SMALL else url(data, mimetype, coordinates)


def _itself(data: bytes, mimetype: str) -> str:
    return f"data:{mimetype};base64,{base64.b64encode(data).decode('ascii')}"


@cache
def lasting_url(data: bytes, mimetype: str, coordinates: str) -> str:
    """As `url`, for a file that is the same for everybody: the server keeps it while it runs.

    Streamlit keeps a file for the visitor whose run added it; one that is added outside of any run
    belongs to nobody and stays. It is hashed and stored once, not at every run that shows it.
    """
    with ThreadPoolExecutor(1) as nobody:  # a thread of our own has no script run
        address = nobody.submit(url, data, mimetype, coordinates).result()
    _lasting[address.rpartition("/")[2]] = (data, mimetype)
    return address


def lasting() -> Mapping[str, tuple[bytes, str]]:
    """The files of `lasting_url` and their types, by the last part of their addresses."""
    return MappingProxyType(_lasting)
