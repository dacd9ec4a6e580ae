"""Numbers as files, for the browser to show exactly as torch computed them."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

STEPS = 255  # of a photo's byte per channel


class ValueFile(NamedTuple):
    """Float32 numbers as bytes, in row-major order, all little-endian.

    A digest of 32 bytes comes first. Streamlit names files above 1 MiB by their first, middle and
    last 64 KiB: without the digest two responses that differ elsewhere would share an address.
    After it either all numbers follow; or, `is_coded`, a table of 256 numbers and then one byte
    per number, its place in the table.
    """

    data: bytes
    is_coded: bool


def exact_values(values: ArrayLike) -> ValueFile:
    """The numbers themselves: 4 bytes each."""
    return ValueFile(_with_digest(np.ascontiguousarray(values, "<f4").tobytes()), is_coded=False)


def photo_values(values: ArrayLike) -> ValueFile:
    """As `exact_values`, in a quarter of the bytes where the numbers come from bytes of a photo.

    The numbers are looked up, not rounded: where the table cannot give each one back bit for bit,
    they are sent as they are.
    """
    array = np.ascontiguousarray(values, "<f4")
    codes = np.rint(np.clip(array, 0, 1) * STEPS).astype(np.uint8)
    table = np.zeros(STEPS + 1, "<f4")
    table[codes.ravel()] = array.ravel()
    if not _are_same(table[codes], array):
        return exact_values(array)
    return ValueFile(_with_digest(table.tobytes() + codes.tobytes()), is_coded=True)


def _are_same(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Bit for bit: -0.0 is not 0.0."""
    return bool(np.array_equal(one.view("<u4"), other.view("<u4")))


def _with_digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest() + data
