"""The first layer's filters along a run, on one scale, and what one picture gives behind them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.counting import percent
from cnnviz.figures import pictures
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, css_gradient
from cnnviz.figures.training.seen import Seen
from cnnviz.training.moments import changed

Ends = tuple[float, float]  # of a scale

MOST_FILTERS = 8
MANY_TIMES = 2.0  # of the first weights: a larger change is told in times, not in per cent
MOST_CELLS = 100_000  # of all snapshots' filters together


def filters(seen: Sequence[Seen], limit: float | None = None) -> dict[str, Any] | None:
    """The filters of all snapshots, for the component; None where the network has none.

    Filters over one channel are on the diverging scale, over colours each in its colours with grey
    for 0, over more channels their mean.

    Args:
        seen: the snapshots.
        limit: the end of the scale; that of these filters if not given.
    """
    values = shown_filters(seen)
    if values is None or seen[0].filters is None:
        return None
    limit = pictures.symmetric_limit(values).value if limit is None else limit
    is_colour = values.shape[2] == 3
    return {
        "count": values.shape[1],
        "total": len(seen[0].filters),
        "size": list(values.shape[3:]),
        "colour": is_colour,
        "levels": text_of(_colours(values, limit) if is_colour else _signed(values, limit)),
        "ends": [pictures.signed_limit(-limit), pictures.signed_limit(limit)],
        "changed": [_changed(seen[0], one) for one in seen],
    }


def shown_filters(seen: Sequence[Seen]) -> NDArray[np.float32] | None:
    """The filters that are shown of all snapshots: (snapshots, K, 1 or 3, height, width)."""
    if seen[0].filters is None:
        return None
    count = num_shown(len(seen[0].filters), seen[0].filters[0].numel() * len(seen))
    values = np.stack([one.filters[:count].numpy() for one in seen if one.filters is not None])
    if values.shape[2] not in (1, 3):
        values = values.mean(2, keepdims=True)
    return np.nan_to_num(values, posinf=0, neginf=0)


def num_shown(total: int, cells: int) -> int:
    """How many filters of so many cells each, all snapshots counted, are shown."""
    return max(1, min(total, MOST_FILTERS, max(3, MOST_CELLS // cells)))


def maps(seen: Sequence[Seen], count: int, ends: Ends | None = None) -> dict[str, Any] | None:
    """What the first filters give for the picture, on one scale from 0 or from its lowest value.

    Args:
        seen: the snapshots whose maps are shown.
        count: filters.
        ends: of the scale; those of these maps if not given.
    """
    values = shown_maps(seen, count)
    if values is None:
        return None
    low, high = map_ends([values]) if ends is None else ends
    return {
        "size": list(values.shape[2:]),
        "levels": text_of(pictures.sequential_levels(values, low, high)),
        "ends": [pictures.nice_limit(low), pictures.nice_limit(high)],
        "layer": seen[0].look.maps_layer,
    }


def shown_maps(seen: Sequence[Seen], count: int) -> NDArray[np.float32] | None:
    """The maps of some snapshots: (snapshots, K, height, width)."""
    found = [one.look.maps[:count].numpy() for one in seen if one.look.maps is not None]
    return np.nan_to_num(np.stack(found)) if found else None


def map_ends(all_values: Sequence[NDArray[np.float32]]) -> Ends:
    """The scale of maps: from 0, or from the lowest value, to the highest."""
    low = min(0.0, *(pictures.ends(values)[0] for values in all_values))
    high = max(pictures.ends(values)[1] for values in all_values)
    return low, high if high > low else low + 1.0


def heatmaps(seen: Sequence[Seen], high: float | None = None) -> dict[str, Any] | None:
    """Grad-CAM of each snapshot's answer for the picture, all on one scale from 0 to `high`."""
    values = shown_heatmaps(seen)
    if values is None:
        return None
    high = float(values.max()) or 1.0 if high is None else high
    return {
        "size": list(values.shape[1:]),
        "levels": text_of(pictures.sequential_levels(values, 0.0, high)),
        "ends": ["0", pictures.nice_limit(high)],
        "layer": seen[0].look.heatmap_layer,
    }


def shown_heatmaps(seen: Sequence[Seen]) -> NDArray[np.float32] | None:
    """The heatmaps of all snapshots: (snapshots, height, width)."""
    found = [one.look.heatmap.numpy() for one in seen if one.look.heatmap is not None]
    return np.nan_to_num(np.stack(found)) if len(found) == len(seen) else None


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
    share = changed(start.filters, now.filters)
    return f"changed {percent(share)}" if share < MANY_TIMES else f"changed {share:.0f} ×"
