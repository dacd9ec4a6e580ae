"""A worker of this machine: a process beside the server that does one work after the other.

python -m cnnviz.cluster.process

Its input has frames of plain data, its output too; nothing is ever unpickled. It ends with its
input: no work outlives the server that asked for it.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Thread
from typing import IO, Any

import msgpack

from cnnviz.progress import StoppedError

TELL_EVERY_S = 0.25
MOST_BYTES = 2**31  # of a frame
HEAD = struct.Struct("<Q")


def write_frame(file: IO[bytes], *words: Any) -> None:
    """Send words, numbers and bytes as one frame.

    Raises:
        OSError: nobody reads any more.
    """
    data = msgpack.packb(words)
    file.write(HEAD.pack(len(data)) + data)
    file.flush()


def read_frame(file: IO[bytes]) -> list[Any] | None:
    """The next frame; None at the end, or if what comes is none."""
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    (size,) = HEAD.unpack(head)
    data = file.read(size) if size <= MOST_BYTES else b""
    return msgpack.unpackb(data, strict_map_key=False) if len(data) == size else None


@dataclass(frozen=True)
class _Asked:
    """A work that was asked for, and whether nobody waits for it any more."""

    work: str
    arguments: bytes
    is_unwanted: Event = field(default_factory=Event)


class _Telling:
    """The `Watch` of a work: it tells the server, and hears whether to stop."""

    def __init__(self, tell: Callable[..., None], is_unwanted: Event) -> None:
        self._tell, self._is_unwanted = tell, is_unwanted
        self._told = 0.0

    def __call__(self, part: float) -> bool:
        if time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            self._tell("at", float(part))
        return not self._is_unwanted.is_set()

    def show(self, found: Any) -> None:
        from cnnviz.cluster.plain import packed

        self._tell("shown", packed(found))


def main() -> None:
    """Take works and tell of them, until the input ends."""
    source, told = sys.stdin.buffer, _own_output()
    asked: SimpleQueue[_Asked] = SimpleQueue()

    def tell(*words: Any) -> None:
        write_frame(told, *words)

    Thread(target=_listen, args=(source, asked), daemon=True).start()
    works = _works()
    while True:
        one = asked.get()
        tell(*_end_of(works, one, _Telling(tell, one.is_unwanted)))


def _own_output() -> IO[bytes]:
    """Where frames go; what anything else prints goes to the log instead."""
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return told


def _listen(source: IO[bytes], asked: SimpleQueue[_Asked]) -> None:
    """Hear what is asked for; the end of the input is the end of the process."""
    last = _Asked("", b"")
    while frame := read_frame(source):
        if frame[0] == "do":
            last = _Asked(frame[1], frame[2])
            asked.put(last)
        else:
            last.is_unwanted.set()
    os._exit(0)


def _works() -> Mapping[str, Callable[..., Any]]:
    from cnnviz.without_compiler import leave_out_compiler

    leave_out_compiler()
    import torch

    from cnnviz.cluster.works import WORKS

    torch.set_num_threads(1)
    return WORKS


def _end_of(
    works: Mapping[str, Callable[..., Any]], asked: _Asked, watch: _Telling
) -> tuple[Any, ...]:
    """How a work ended: with its result, stopped, or with what went wrong."""
    from cnnviz.cluster.plain import packed, unpacked

    try:
        return "done", packed(works[asked.work](watch, **unpacked(asked.arguments)))
    except StoppedError:
        return ("stopped",)
    except Exception as error:
        return "failed", type(error).__name__


if __name__ == "__main__":
    main()
