"""Reading what strangers paste or upload: in a process of its own, which has an end.

Reading has bounds of its own in steps and sizes. Should one be missing, the process is stopped by
its time or its memory, and nobody else has noticed anything: it shares no interpreter with them.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import cnnviz
from cnnviz.builder.codec import CodecError
from cnnviz.builder.entries import layers_from
from cnnviz.builder.network_file import from_json
from cnnviz.builder.reading.errors import CodeError, UnreadError
from cnnviz.builder.reading.found import Found
from cnnviz.builder.reading.network import Reading, reading_of
from cnnviz.models.specs import NetworkSpec

AT_ONCE = 2
PATIENCE = 10.0  # seconds that a text waits for its turn
MAX_SECONDS = 10.0  # until the process is stopped; it takes 0.2 on a quiet machine
MAX_BYTES = 1_000_000
HOME = Path(cnnviz.__file__).parents[1]
PROCESS = "cnnviz.builder.reading"
LOG = logging.getLogger(__name__)

_places = BoundedSemaphore(AT_ONCE)


def code_apart(text: str) -> Reading:
    """The network of pasted code or of a printed model, as `import_code.read_code` reads it.

    Raises:
        CodeError: with the line that is refused, and why.
        UnreadError: reading took too long or too much memory, or found no turn.
    """
    given = _answer("code", text.encode(errors="replace"))
    layers = layers_from(given["layers"])
    hints, told = (
        tuple((channels, height, width) for channels, height, width in given[name])
        for name in ("hints", "told")
    )
    notes = tuple(given["notes"])
    name, is_printed, is_row = given["name"], given["is_printed"], given["is_row"]
    return reading_of(Found(name, layers, hints, told, is_printed, notes, is_row))


def file_apart(data: bytes) -> NetworkSpec:
    """The network of a file, as `network_file.from_json` reads it.

    Raises:
        CodecError: the file is too large, is no JSON, or holds no network.
        UnreadError: reading took too long or too much memory, or found no turn.
    """
    return from_json(_answer("file", data)["file"])


def _answer(kind: str, data: bytes) -> dict[str, Any]:
    """What the process says of a text, if that is no refusal."""
    if len(data) > MAX_BYTES:
        raise UnreadError(f"There are {len(data):,} bytes; up to {MAX_BYTES:,} are looked at.")
    answer = _said(kind, data)
    if "line" in answer:
        raise CodeError(answer["reason"], answer["line"])
    if "refusal" in answer:
        raise CodecError(answer["refusal"])
    return answer


def _said(kind: str, data: bytes) -> dict[str, Any]:
    if not _places.acquire(timeout=PATIENCE):
        raise UnreadError("The server is reading for others just now: try again in a moment.")
    command = [sys.executable, "-S", "-E", "-m", PROCESS, kind]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=MAX_SECONDS, cwd=HOME, check=True
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, json.JSONDecodeError) as error:
        words = (getattr(error, "stderr", None) or b"").decode(errors="replace").splitlines()
        LOG.warning("a text was not read: %s %s", error, words[-1:])
        raise UnreadError(
            "Reading this takes too long, or too much memory, and was stopped: give only the "
            "network."
        ) from error
    finally:
        _places.release()
