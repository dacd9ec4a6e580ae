"""What ONNX's own reference gives for pictures: the proof that a file was read as it is meant.

The reference runs in a process of its own, which has an end: it takes seconds a picture, and a
file of a stranger could keep it for hours.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx.reference.op_run import OpRun

MAX_SECONDS = 60  # of a processor for one picture
MAX_MEMORY = 2 * 2**30  # bytes of addresses
HERE = Path(__file__)
START = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__')"  # without torch
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
    command = [sys.executable, "-E", "-c", START, str(HERE)]
    with subprocess.Popen(
        command,
        cwd=HERE.parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        end = Timer(MAX_SECONDS * (len(pictures) + 1), process.kill)
        end.start()
        try:
            _send(process, struct.pack("<Q", len(data)) + data)
            for picture in pictures:  # in turn: two full pipes would wait for each other
                _send(process, json.dumps(picture.shape).encode() + b"\n")
                _send(process, np.ascontiguousarray(picture, np.float32).tobytes())
                yield _received(process)
        finally:
            end.cancel()
            process.kill()


def _send(process: subprocess.Popen[bytes], words: bytes) -> None:
    if process.stdin is None:
        raise ValueError(FAILED)
    with contextlib.suppress(BrokenPipeError):  # it has ended; what comes from it says so
        process.stdin.write(words)
        process.stdin.flush()


def _received(process: subprocess.Popen[bytes]) -> Scores:
    line = process.stdout.readline() if process.stdout else b""
    try:
        return np.asarray(json.loads(line), np.float32)
    except (ValueError, TypeError) as error:
        raise ValueError(FAILED) from error


def _answer() -> None:
    """What the process does: read a file and pictures, and say the scores of each in a line."""
    from onnx import load_from_string
    from onnx.helper import tensor_dtype_to_np_dtype
    from onnx.reference import ReferenceEvaluator

    sent = sys.stdin.buffer
    (size,) = struct.unpack("<Q", sent.read(8))
    model = load_from_string(sent.read(size))
    evaluator = ReferenceEvaluator(model, new_ops=[quick_max_pool()])
    picture = next(one for one in model.graph.input if one.name == evaluator.input_names[0])
    kind = tensor_dtype_to_np_dtype(picture.type.tensor_type.elem_type)  # float16 in some
    while line := sent.readline():
        shape = tuple(json.loads(line))
        values = np.frombuffer(sent.read(4 * int(np.prod(shape))), np.float32).reshape(shape)
        given = {evaluator.input_names[0]: values.astype(kind)}
        scores, *_ = evaluator.run([evaluator.output_names[0]], given)
        print(json.dumps(np.asarray(scores, np.float64).tolist()), flush=True)


def quick_max_pool() -> type[OpRun]:
    """The reference's MaxPool, which takes 96 % of SqueezeNet's time, over whole maps at once.

    Windows that hang over the end, holes, and places of the maxima are left to the reference.
    """
    from onnx.reference.ops.op_max_pool import MaxPool as Reference

    class MaxPool(Reference):
        def _run(  # ty: ignore[incompatible-method-override]
            self, x: Any, **settings: Any
        ) -> tuple[Any, ...]:
            known = {name: settings.get(name) for name in ("auto_pad", "ceil_mode", "dilations")}
            is_plain = known["auto_pad"] in (None, "NOTSET") and not known["ceil_mode"]
            has_holes = any(step != 1 for step in known["dilations"] or ())
            if x.ndim != 4 or len(self.output) > 1 or not is_plain or has_holes:
                return super()._run(x, **settings)
            kernel = settings["kernel_shape"]
            top, left, bottom, right = settings.get("pads") or (0, 0, 0, 0)
            rows, columns = settings.get("strides") or (1, 1)
            rim = ((0, 0), (0, 0), (top, bottom), (left, right))
            padded = np.pad(x, rim, constant_values=-np.inf)
            height, width = (
                (size - span) // step + 1
                for size, span, step in zip(padded.shape[2:], kernel, (rows, columns), strict=True)
            )
            shifted = (
                padded[:, :, i : i + rows * height : rows, j : j + columns * width : columns][
                    :, :, :height, :width
                ]
                for i in range(kernel[0])
                for j in range(kernel[1])
            )
            return (functools.reduce(np.maximum, shifted),)

    return MaxPool


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
