"""The process in which a paste or a file of a stranger is read: `cnnviz.builder.reading.apart`.

A text comes in, what it holds goes out as JSON. No torch is loaded and no file is written.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any

from cnnviz.builder.codec import CodecError
from cnnviz.builder.entries import entries_of
from cnnviz.builder.network_file import from_json, to_json
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.found import found_in

MAX_SECONDS = 5  # of a processor; the largest network of torchvision takes 0.3
MAX_MEMORY = 512 * 1024 * 1024  # bytes of addresses; Python alone has some 50 million


def answer(kind: str, data: bytes) -> dict[str, Any]:
    """What "code" or a "file" holds, or why it is refused, as plain data."""
    try:
        return {"file": to_json(from_json(data))} if kind == "file" else _code(data.decode())
    except CodeError as error:
        return {"reason": error.reason, "line": error.line}
    except CodecError as error:
        return {"refusal": str(error)}


def _code(text: str) -> dict[str, Any]:
    found = found_in(text)
    return vars(found) | {"layers": entries_of(found.layers)}


def limit_itself() -> None:
    """Give back what a text could take from the server: its processor, memory and disk."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # where there are no such limits
        import resource

        os.nice(5)
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


if __name__ == "__main__":
    limit_itself()
    json.dump(answer(sys.argv[1], sys.stdin.buffer.read()), sys.stdout)
