"""A photo with its class map over it, as the component `class_map` is told."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from cnnviz.figures.pictures import (
    diverging_levels,
    encode_photo,
    nice_limit,
    sequential_levels,
    signed_limit,
    symmetric_limit,
)
from cnnviz.figures.style import CLASSES, DIVERGING, SEQUENTIAL, css_gradient
from cnnviz.fully_conv.photographs import PhotoMap
from cnnviz.ui import media
from cnnviz.ui.fully_convolutional.class_map import Checked, mount
from cnnviz.ui.fully_convolutional.photo.seen import Seen
from cnnviz.ui.kept import kept

TOLD = 5  # classes of each cell
NAMED = len(CLASSES) - 1  # classes with a colour of their own; the others share the last one
THOUSAND = 1000
DIGITS = 4  # behind the point, of one class in a cell


@dataclass(frozen=True)
class Heat:
    """One class over the photo: a number for each cell, on one scale.

    Attributes:
        values: (rows, columns).
        low: end of the scale; below zero where the scale goes both ways.
        high: other end.
        words: what the numbers are.
    """

    values: Tensor
    low: float
    high: float
    words: str


def heat_of(found: PhotoMap, class_idx: int, as_scores: bool) -> Heat:
    """A class in every cell: its probability from 0 to 1, or its score with 0 in the middle."""
    if not as_scores:
        return Heat(found.probabilities(class_idx), 0.0, 1.0, "probability in each cell")
    values = found.scores[class_idx]
    limit = symmetric_limit(values.numpy()).value
    low = -limit if float(values.min()) < 0 else 0.0
    return Heat(values, low, limit, "score in each cell, before softmax")


def photo_map_view(
    seen: Seen,
    found: PhotoMap,
    *,
    key: str,
    alt: str,
    cell: tuple[int, int],
    on_cell: Callable[[tuple[int, int]], None],
    least: float,
    heat: Heat | None,
    checked: Checked | None,
) -> None:
    """Show the photo with the winner of each cell, or with one class as heat.

    Pointing at a cell says its five likeliest classes and frames what it sees; a click or Enter
    calls `on_cell` with its row and column.
    """
    data = photo_map_data(
        seen, found, key=key, alt=alt, cell=cell, least=least, heat=heat, checked=checked
    )
    mount(data, key=key, size=(found.rows, found.columns), on_cell=on_cell)


def photo_map_data(
    seen: Seen,
    found: PhotoMap,
    *,
    key: str,
    alt: str,
    cell: tuple[int, int],
    least: float,
    heat: Heat | None,
    checked: Checked | None,
    ahead: str = "",
) -> dict[str, Any]:
    """What the component is told; `ahead` names a choice that this is computed for before it."""
    shares, tops = _likeliest(seen.name, seen.picture.digest, seen.size, found)
    kinds = colours_of(tops[0], shares[0], least)
    local = _known(tops, kinds)
    photo = encode_photo(seen.image)
    height, width = seen.size
    return {
        "picture": media.url(photo.data, photo.mimetype, f"{key}.picture{ahead}"),
        "width": width,
        "height": height,
        "alt": alt,
        "names": [seen.classes[kind] for kind in local],
        "colours": [kinds.get(kind, CLASSES[-1]) for kind in local],
        "least": least,
        "cell": list(cell),
        "map": _map(seen, found, tops, shares, local) | {"heat": _heat(heat)},
        "canvas": None,
        "checked": vars(checked) if checked else None,
        "turn": 0,
    }


@kept(is_quick=True)
def _likeliest(
    name: str, digest: str, size: tuple[int, int], _found: PhotoMap
) -> tuple[Tensor, Tensor]:
    return _found.likeliest(TOLD)


def colours_of(winners: Tensor, shares: Tensor, least: float) -> dict[int, str]:
    """Colours of the classes that win most of the cells that speak, the most frequent first."""
    counted = Counter(winners[shares >= least].tolist())
    return {
        kind: colour for (kind, _), colour in zip(counted.most_common(NAMED), CLASSES, strict=False)
    }


def _known(tops: Tensor, kinds: dict[int, str]) -> list[int]:
    """The classes that are named in some cell: those with colours first."""
    others = sorted(set(tops.flatten().tolist()) - set(kinds))
    return [*kinds, *others]


def _map(
    seen: Seen, found: PhotoMap, tops: Tensor, shares: Tensor, local: Sequence[int]
) -> dict[str, Any]:
    place = {kind: index for index, kind in enumerate(local)}
    winners = [place[kind] for kind in tops[0].flatten().tolist()]
    each = tops.flatten(1).T.flatten().tolist()  # cell by cell, the likeliest first
    cells = seen.cells
    return {
        "rows": found.rows,
        "columns": found.columns,
        "window": cells.window,
        "stride": cells.stride,
        "start": cells.start,
        "first": cells.first,
        "classes": winners,
        "winners": winners,
        "shares": [round(share, 4) for share in shares[0].flatten().tolist()],
        "skipped": [],
        "tops": [place[kind] for kind in each],
        "told": [round(THOUSAND * share) for share in shares.flatten(1).T.flatten().tolist()],
    }


def _heat(heat: Heat | None) -> dict[str, Any] | None:
    if heat is None:
        return None
    values, is_signed = heat.values.numpy(), heat.low < 0
    levels = (
        diverging_levels(values, heat.high)
        if is_signed
        else sequential_levels(values, heat.low, heat.high)
    )
    palette = DIVERGING if is_signed else SEQUENTIAL
    return {
        "levels": b64encode(np.ascontiguousarray(levels, np.uint8).tobytes()).decode("ascii"),
        "palette": b64encode(palette.tobytes()).decode("ascii"),
        "values": [round(value, DIGITS) for value in values.flatten().tolist()],
        "low": signed_limit(heat.low) if is_signed else nice_limit(heat.low),
        "high": signed_limit(heat.high) if is_signed else nice_limit(heat.high),
        "gradient": css_gradient(palette),
        "words": heat.words,
    }
