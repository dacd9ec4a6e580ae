"""A moved digit, two networks' answers and two maps, as the browser draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz import counting
from cnnviz.figures.pictures import Encoded, encode_photo, photo, sequential_png

INK = 64  # of 255: what counts as ink for the outline
CELL = 9  # pixels of a cell of a map
Segment = list[int]  # x1, y1, x2, y2


def grey_picture(values: ArrayLike) -> Encoded:
    """The picture (H, W) in [0, 255]."""
    return encode_photo(photo(np.asarray(values, np.float32) / 255))


def outline(mask: ArrayLike) -> list[Segment]:
    """The edges between cells inside and outside a mask (H, W), as segments in cells."""
    inside = np.pad(np.asarray(mask, bool), 1)
    segments = [
        [int(x) - 1, int(y), int(x), int(y)] for y, x in np.argwhere(inside[1:] != inside[:-1])
    ]
    segments += [
        [int(x), int(y) - 1, int(x), int(y)]
        for y, x in np.argwhere(inside[:, 1:] != inside[:, :-1])
    ]
    return segments


def ink_outline(picture: ArrayLike) -> list[Segment]:
    """The outline of the ink of a picture in [0, 255]."""
    return outline(np.asarray(picture) > INK)


def map_picture(shares: NDArray[Any]) -> Encoded:
    """A map of shares in [0, 1] (21, 21), every cell a square."""
    return Encoded(sequential_png(shares, 0, 1, CELL), "image/png")


def direction(dx: int, dy: int) -> str:
    """A shift in words: "4 right, 4 up"."""
    words = []
    if dx:
        words.append(f"{abs(dx)} {'right' if dx > 0 else 'left'}")
    if dy:
        words.append(f"{abs(dy)} {'down' if dy > 0 else 'up'}")
    return ", ".join(words) or "not moved"


def percent(share: float) -> str:
    """A share in [0, 1] as a percentage with one digit after the point."""
    return counting.percent(share, 1)


def answer(
    title: str,
    note: str,
    names: Sequence[str],
    now: Sequence[float],
    before: Sequence[float],
    right: int | None,
) -> dict[str, Any]:
    """What one network says: a bar for each class, and where it stood unmoved."""
    won, was = int(np.argmax(now)), int(np.argmax(before))
    return {
        "title": title,
        "note": note,
        "says": names[won],
        "verdict": "" if right is None else "right" if won == right else "wrong",
        "unmoved": f"unmoved: {names[was]}, {percent(before[was])}",
        "bars": [
            {
                "name": name,
                "share": round(share, 4),
                "before": round(old, 4),
                "text": percent(share),
                "kind": "right" if index == right else "won" if index == won else "",
            }
            for index, (name, share, old) in enumerate(zip(names, now, before, strict=True))
        ],
    }


def kept_rows(found: Mapping[str, Sequence[float]], at: int, exact: float) -> list[dict[str, Any]]:
    """What each layer's difference is at every shift; bars end at a difference of 1."""
    return [
        {
            "title": title,
            "bars": [round(min(1.0, value), 3) for value in values],
            "exact": [value <= exact for value in values],
            "text": "0 %" if values[at] <= exact else counting.percent(values[at]),
            "is_exact": values[at] <= exact,
        }
        for title, values in found.items()
    ]
