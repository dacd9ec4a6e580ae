"""Numbers as a file: arrays by name, with what they are and where they were seen."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def npz(arrays: Mapping[str, ArrayLike], title: str, address: str) -> bytes:
    """A compressed npz of the arrays, and of `title`, `address`, `low` and `high`.

    `low` and `high` are the smallest and the largest number of all arrays, the scale they lie on;
    an array may also hold words, as the names of what another holds.
    `numpy.load` reads it without pickles.

    Raises:
        ValueError: there is no number in the arrays.
    """
    made = {name: np.asarray(array) for name, array in arrays.items()}
    filled = [array for array in made.values() if array.size and array.dtype.kind in "biuf"]
    if not filled:
        raise ValueError("a file of numbers needs at least one number")
    low, high = min(a.min() for a in filled), max(a.max() for a in filled)
    words = {"low": low, "high": high, "title": title, "address": address}
    whole: dict[str, Any] = made | {name: np.asarray(said) for name, said in words.items()}
    file = BytesIO()
    np.savez_compressed(file, **whole)
    return file.getvalue()
