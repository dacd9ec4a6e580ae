"""What ONNX's own reference gives for pictures: the proof that a file was read as it is meant.

The reference runs in a process of its own, which has an end: it takes seconds a picture, and a
file of a stranger could keep it for hours.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer

import numpy as np
from numpy.typing import NDArray

import cnnviz

MAX_SECONDS = 60  # of a processor for one picture
MAX_MEMORY = 2 * 2**30  # bytes of addresses
HOME = Path(cnnviz.__file__).parents[1]
PROCESS = "cnnviz.models.onnx.check"
FAILED = "onnx's reference does not come to an end with this file here"
Scores = NDArray[np.float32]


def reference_scores(data: bytes, pictures: Sequence[Scores]) -> Iterator[Scores]:
    """The first output of a file for each picture, by onnx's reference evaluator, one by one.

    Args:
        data: the file.
        pictures: batches of the shape that the file takes.

    Raises:
        ValueError: the reference takes too long or too much memory, or does not take the file.
    """
    command = [sys.executable, "-E", "-m", PROCESS]
    with subprocess.Popen(
        command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        end = Timer(MAX_SECONDS * (len(pictures) + 1), process.kill)
        end.start()
        try:
            _send(process, data, pictures)
            for _ in pictures:
                yield _received(process)
        finally:
            end.cancel()
            process.kill()


def _send(process: subprocess.Popen[bytes], data: bytes, pictures: Sequence[Scores]) -> None:
    if process.stdin is None:
        raise ValueError(FAILED)
    with contextlib.suppress(BrokenPipeError):  # it has ended; what comes from it says so
        process.stdin.write(struct.pack("<Q", len(data)) + data)
        for picture in pictures:
            process.stdin.write(json.dumps(picture.shape).encode() + b"\n")
            process.stdin.write(np.ascontiguousarray(picture, np.float32).tobytes())
        process.stdin.close()


def _received(process: subprocess.Popen[bytes]) -> Scores:
    line = process.stdout.readline() if process.stdout else b""
    try:
        return np.asarray(json.loads(line), np.float32)
    except (ValueError, TypeError) as error:
        raise ValueError(FAILED) from error


def _answer() -> None:
    """What the process does: read a file and pictures, and say the scores of each in a line."""
    from onnx import load_from_string
    from onnx.reference import ReferenceEvaluator

    given = sys.stdin.buffer
    (size,) = struct.unpack("<Q", given.read(8))
    evaluator = ReferenceEvaluator(load_from_string(given.read(size)))
    while line := given.readline():
        shape = tuple(json.loads(line))
        values = np.frombuffer(given.read(4 * int(np.prod(shape))), np.float32).reshape(shape)
        scores, *_ = evaluator.run([evaluator.output_names[0]], {evaluator.input_names[0]: values})
        print(json.dumps(np.asarray(scores, np.float64).tolist()), flush=True)


def _limit_itself() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # where there are no such limits
        import resource

        os.nice(5)
        resource.setrlimit(resource.RLIMIT_CPU, (5 * MAX_SECONDS, 5 * MAX_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _limit_itself()
    _answer()
