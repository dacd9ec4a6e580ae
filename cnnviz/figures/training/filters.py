"""The first layer's filters along a run, on one scale, and what one picture gives behind them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures import pictures
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, css_gradient
from cnnviz.figures.training.seen import Seen
from cnnviz.training.moments import changed

MOST_FILTERS = 8
MOST_CELLS = 100_000  # of all snapshots' filters together


def filters(seen: Sequence[Seen]) -> dict[str, Any] | None:
    """The filters of all snapshots, for the component; None where the network has none.

    Filters over one channel are on the diverging scale, over colours each in its colours with grey
    for 0, over more channels their mean.
    """
    if seen[0].filters is None:
        return None
    total = len(seen[0].filters)
    count = num_shown(total, seen[0].filters[0].numel() * len(seen))
    values = np.stack([one.filters[:count].numpy() for one in seen if one.filters is not None])
    is_colour = values.shape[2] == 3
    if values.shape[2] not in (1, 3):
        values = values.mean(2, keepdims=True)
    if not np.isfinite(values).all():
        values = np.nan_to_num(values, posinf=0, neginf=0)
    limit = pictures.symmetric_limit(values).value
    return {
        "count": count,
        "total": total,
        "size": list(values.shape[3:]),
        "colour": is_colour,
        "levels": text_of(_colours(values, limit) if is_colour else _signed(values, limit)),
        "ends": [pictures.signed_limit(-limit), pictures.signed_limit(limit)],
        "changed": [_changed(seen[0], one) for one in seen],
    }


def num_shown(total: int, cells: int) -> int:
    """How many filters of so many cells each, all snapshots counted, are shown."""
    return max(1, min(total, MOST_FILTERS, max(3, MOST_CELLS // cells)))


def maps(now: Seen, count: int) -> dict[str, Any] | None:
    """What the first filters give for the picture, on one scale from 0 or from its lowest value."""
    if now.look.maps is None:
        return None
    values = now.look.maps[:count].numpy()
    low, high = pictures.ends(values)
    low = min(low, 0.0)
    high = high if high > low else low + 1.0
    return {
        "size": list(values.shape[1:]),
        "levels": text_of(pictures.sequential_levels(values, low, high)),
        "ends": [pictures.nice_limit(low), pictures.nice_limit(high)],
        "layer": now.look.maps_layer,
    }


def heatmaps(seen: Sequence[Seen]) -> dict[str, Any] | None:
    """Grad-CAM of each snapshot's answer for the picture, all on one scale from 0."""
    found = [one.look.heatmap.numpy() for one in seen if one.look.heatmap is not None]
    if len(found) < len(seen):
        return None
    values = np.nan_to_num(np.stack(found))
    high = float(values.max()) or 1.0
    return {
        "size": list(values.shape[1:]),
        "levels": text_of(pictures.sequential_levels(values, 0.0, high)),
        "ends": ["0", pictures.nice_limit(high)],
        "layer": seen[0].look.heatmap_layer,
    }


def palettes() -> dict[str, str]:
    """The colours of both scales, entry by entry, and as bars."""
    return {
        "signed": text_of(DIVERGING),
        "positive": text_of(SEQUENTIAL),
        "signed_bar": css_gradient(DIVERGING),
        "positive_bar": css_gradient(SEQUENTIAL),
    }


def text_of(levels: NDArray[np.uint8]) -> str:
    """Bytes as they travel."""
    return b64encode(np.ascontiguousarray(levels).tobytes()).decode("ascii")


def _signed(values: NDArray[np.float32], limit: float) -> NDArray[np.uint8]:
    return pictures.diverging_levels(values[:, :, 0], limit)


def _colours(values: NDArray[np.float32], limit: float) -> NDArray[np.uint8]:
    """(snapshots, K, height, width, 3), middle grey for 0."""
    shades = np.clip(values / limit * 127.5 + 127.5, 0, 255).round().astype(np.uint8)
    return shades.transpose(0, 1, 3, 4, 2)


def _changed(start: Seen, now: Seen) -> str:
    if start.filters is None or now.filters is None or now is start:
        return "random"
    return f"changed {100 * changed(start.filters, now.filters):.0f} %"
