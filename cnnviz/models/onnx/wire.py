"""A walk over the bytes of an ONNX file that counts what it holds before anything is made of it.

A protocol buffer of a few megabytes can hold millions of empty nodes, each of which takes a
hundred bytes once it is read. The walk follows the messages that ONNX nests (onnx.proto) without
making anything, and ends where there are more than any network has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cnnviz.models.onnx.limits import MAX_DEPTH, MAX_FIELDS, MAX_NUMBERS

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
NUMBERS = "numbers"  # a list of whole numbers in a row
NOT_ONNX = "this is no ONNX file, or it was damaged on the way"

Schema = dict[int, Any]  # number of a field -> what its message holds, or NUMBERS

ENTRY: Schema = {}
TENSOR: Schema = {1: NUMBERS, 5: NUMBERS, 7: NUMBERS, 11: NUMBERS, 13: ENTRY, 16: ENTRY}
SHAPE: Schema = {1: {}}
TYPE: Schema = {1: {2: SHAPE}}
VALUE: Schema = {2: TYPE, 4: ENTRY}
ATTRIBUTE: Schema = {5: TENSOR, 8: NUMBERS, 10: TENSOR}
NODE: Schema = {5: ATTRIBUTE, 9: ENTRY}
GRAPH: Schema = {1: NODE, 5: TENSOR, 11: VALUE, 12: VALUE, 13: VALUE, 14: {2: ENTRY}, 16: ENTRY}
ATTRIBUTE |= {6: GRAPH, 11: GRAPH}
FUNCTION: Schema = {7: NODE, 9: ENTRY, 11: ATTRIBUTE, 12: VALUE, 14: ENTRY}
MODEL: Schema = {7: GRAPH, 8: ENTRY, 14: ENTRY, 25: FUNCTION}


@dataclass
class _Count:
    """What was met so far."""

    fields: int = 0
    numbers: int = field(default=0)


def check_wire(data: bytes) -> None:
    """Make sure that a file is built as ONNX files are, and holds no more than is looked at.

    Raises:
        ValueError: it does not; one sentence says why.
    """
    _walk(data, 0, len(data), MODEL, 0, _Count())


def _walk(data: bytes, at: int, end: int, schema: Schema, depth: int, count: _Count) -> None:
    """One message, from the byte `at` to before `end`."""
    if depth > 3 * MAX_DEPTH:
        raise ValueError("the file holds graphs in graphs in graphs: only plain ones are read")
    while at < end:
        count.fields += 1
        if count.fields > MAX_FIELDS:
            raise ValueError(f"the file is made of more than {MAX_FIELDS:,} pieces")
        tag, at = _varint(data, at, end)
        kind = tag & 7
        if kind == BYTES:
            size, at = _varint(data, at, end)
            if size > end - at:
                raise ValueError("the file ends too early: it is not whole")
            _look_into(data, at, at + size, schema.get(tag >> 3), depth, count)
            at += size
        else:
            at = _behind(data, at, end, kind)


def _look_into(data: bytes, at: int, end: int, inner: Any, depth: int, count: _Count) -> None:
    if inner is NUMBERS:
        count.numbers += end - at
        if count.numbers > MAX_NUMBERS:
            raise ValueError("the file holds more whole numbers than any network has")
    elif inner is not None:
        _walk(data, at, end, inner, depth + 1, count)


def _behind(data: bytes, at: int, end: int, kind: int) -> int:
    """Where a number that stands for itself ends."""
    if kind == VARINT:
        at = _varint(data, at, end)[1]
    elif kind in (FIXED64, FIXED32):
        at += 8 if kind == FIXED64 else 4
    else:
        raise ValueError(NOT_ONNX)
    if at > end:
        raise ValueError("the file ends too early: it is not whole")
    return at


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A number of up to ten bytes, seven bits each, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            raise ValueError("the file ends too early: it is not whole")
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError(NOT_ONNX)
