"""Maps of a layer as one picture, the dead and the saturated ones marked; the layer's numbers."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from cnnviz.activations import Layer
from cnnviz.counting import percent, size_words
from cnnviz.figures.mosaic import Mosaic, mosaic
from cnnviz.figures.pictures import nice_limit
from cnnviz.probes.maps import LIMITS, MapStatistics, map_statistics, sorted_maps
from cnnviz.ui.feature_maps.address import ADDRESS, Values
from cnnviz.ui.feature_maps.seen import Place, Seen, maps_of
from cnnviz.ui.kept import kept
from cnnviz.ui.mosaic_view import Bar, Mark, Says, mosaic_data, mosaic_view
from cnnviz.ui.page import Number, numbers_html

NUMBERS = "feature_maps_strip_of_numbers"  # key of the component
MOST_CELLS = 8_000_000  # of one picture: of more, each map is averaged down
WIDE = 800  # pixels: a picture narrower than the stage is made with larger cells
LARGEST_CELL = 40  # pixels of one value
ACTIVATION_LIMITS = {kind.__name__: limits for kind, limits in LIMITS.items()}


def limits_of(layer: Layer) -> tuple[float, float] | None:
    """The values between which the layer's activation function stays, if there are such."""
    return ACTIVATION_LIMITS.get(layer.title.partition("(")[0])


@kept
def _statistics(place: Place, layer: str, _seen: Seen) -> tuple[MapStatistics, list[str]]:
    statistics = map_statistics(maps_of(_seen), limits_of(_seen.layer))
    return statistics, labels_of(statistics)


def statistics_of(seen: Seen) -> MapStatistics:
    """Statistics of every map of the layer."""
    return _statistics(seen.place, seen.layer.name, seen)[0]


def ends_of(seen: Seen) -> tuple[float, float]:
    """Smallest and largest number of the layer."""
    return statistics_of(seen).ends


def flags_of(statistics: MapStatistics) -> dict[str, Tensor]:
    """Which maps each filter lets through, by the filter's name; each (channel,)."""
    return {
        "all": torch.ones_like(statistics.is_dead),
        "alive": ~statistics.is_dead,
        "dead": statistics.is_dead,
        "on": statistics.is_always_on,
        "saturated": statistics.is_saturated,
    }


def maps_in_view(values: Values, statistics: MapStatistics) -> list[int]:
    """The channels to show, in today's order and filter."""
    kept = flags_of(statistics)[values.show].tolist()
    return [channel for channel in sorted_maps(statistics, values.order) if kept[channel]]


def marks_of(statistics: MapStatistics) -> dict[int, Mark]:
    """The sign on each map that has one, by channel."""
    marks: dict[int, Mark] = {}
    for channel in statistics.is_saturated.nonzero().flatten().tolist():
        marks[channel] = "saturated"
    if cannot_be_negative(statistics):
        for channel in statistics.is_dead.nonzero().flatten().tolist():
            marks[channel] = "dead"
    return marks


def scale_switch() -> None:
    """One scale for the layer, or one for each map."""
    st.toggle(
        "Each map on its own scale",
        key=ADDRESS.key("per_map"),
        help="Otherwise all maps of the layer share one scale, and strong and weak maps can be "
        "told apart.",
    )


def cannot_be_negative(statistics: MapStatistics) -> bool:
    """Whether the layer has no value below zero, as behind a ReLU: then a map can be dead."""
    return statistics.ends[0] >= 0


def sheet_of(maps: Tensor, per_map: bool) -> Mosaic:
    """The maps as one picture, at least as wide as the stage, so that no pixel is stretched."""
    colours = "diverging" if float(maps.min()) < 0 else "sequential"
    sheet = mosaic(maps, colours=colours, per_map=per_map)
    if len(maps) < 2 or sheet.width >= WIDE or sheet.tile.scale >= LARGEST_CELL:
        return sheet
    return mosaic(
        maps, colours=colours, per_map=per_map, columns=sheet.columns, scale=sheet.tile.scale + 1
    )


@kept
def _sheet(place: Place, layer: str, channels: bytes, per_map: bool, _seen: Seen) -> Mosaic:
    chosen = array("H", channels).tolist()
    maps, side = maps_of(_seen), shrinking(_seen.layer, len(chosen))
    if side == 1:
        return sheet_of(maps[chosen], per_map)
    small = [avg_pool2d(maps[channel][None], side, ceil_mode=True) for channel in chosen]
    return sheet_of(torch.cat(small), per_map)


def shrinking(layer: Layer, count: int) -> int:
    """Rows and columns of a map whose mean is one pixel, so that so many fit in one picture."""
    return math.ceil(math.sqrt(count * math.prod(layer.shape[1:]) / MOST_CELLS)) or 1


def map_sheet(
    seen: Seen,
    channels: Sequence[int],
    statistics: MapStatistics,
    *,
    key: str,
    on_select: Callable[[int], None],
    selected: int | None = None,
    per_map: bool = False,
    marks: Mapping[int, Mark] | None = None,
    noun: str = "maps",
    follows: Sequence[str] = (),
    on_rest: Callable[[], None] | None = None,
    is_dragged: bool = False,
    bar: Bar | None = None,
    says: Says | None = None,
) -> None:
    """Some maps of the layer as one picture on one scale; `on_select` is told the channel.

    `marks` are by channel; the others are as in `mosaic_view`.
    """
    shown = _shown(seen, channels, statistics, selected, per_map, marks, noun)
    mosaic_view(
        **shown,
        key=key,
        on_select=lambda index: on_select(channels[index]),
        follows=follows,
        on_rest=on_rest,
        is_dragged=is_dragged,
        bar=bar,
        says=says,
    )


def sheet_data(
    seen: Seen,
    channels: Sequence[int],
    statistics: MapStatistics,
    *,
    key: str,
    ahead: str,
    selected: int,
    per_map: bool,
    bar: Bar,
    says: Says,
) -> dict[str, Any]:
    """What `map_sheet` with a bar tells its component, for a choice that is named `ahead`."""
    shown = _shown(seen, channels, statistics, selected, per_map, None, "maps")
    return mosaic_data(**shown, key=key, live="drag", bar=bar, says=says, ahead=ahead)


def _shown(
    seen: Seen,
    channels: Sequence[int],
    statistics: MapStatistics,
    selected: int | None,
    per_map: bool,
    marks: Mapping[int, Mark] | None,
    noun: str,
) -> dict[str, Any]:
    """The picture of some maps of the layer, and what is said of them."""
    chosen = bytes(array("H", channels))
    sheet = _sheet(seen.place, seen.layer.name, chosen, per_map, seen)
    words = _words(seen.place, seen.layer.name, chosen, seen)
    side = shrinking(seen.layer, len(channels))
    noun += f", each pixel the mean of {side} × {side} cells" if side > 1 else ""
    return {
        "mosaic": sheet,
        "labels": words.labels,
        "alt": f"{len(channels)} feature maps of {seen.layer.name} for “{seen.picture.title}”, "
        f"from {words.low:.3g} to {words.high:.3g}.",
        "selected": channels.index(selected) if selected in channels else None,
        "marks": words.marks if marks is None else _placed(marks, channels),
        "noun": noun,
    }


@dataclass(frozen=True)
class _Words:
    """What is said of some maps: of each, its sign by its place, and where all of them end."""

    labels: list[str]
    marks: dict[int, Mark]
    low: float
    high: float


@kept(is_quick=True)
def _words(place: Place, layer: str, channels: bytes, _seen: Seen) -> _Words:
    chosen = array("H", channels).tolist()
    statistics, labels = _statistics(place, layer, _seen)
    return _Words(
        [labels[channel] for channel in chosen],
        _placed(marks_of(statistics), chosen),
        float(statistics.lowest[chosen].min()),
        float(statistics.highest[chosen].max()),
    )


def _placed(marks: Mapping[int, Mark], channels: Sequence[int]) -> dict[int, Mark]:
    return {i: marks[channel] for i, channel in enumerate(channels) if channel in marks}


def labels_of(statistics: MapStatistics) -> list[str]:
    """What is said of each map when it is pointed at."""
    is_dead = statistics.is_dead.logical_and(torch.tensor(cannot_be_negative(statistics)))
    columns = (
        statistics.strength, statistics.lowest, statistics.highest, is_dead,
        statistics.is_saturated,
    )  # fmt: skip
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        f"map {channel} · mean {mean:.3g} · {low:.3g} to {high:.3g}"
        + " · dead" * dead
        + " · saturated" * saturated
        for channel, (mean, low, high, dead, saturated) in enumerate(rows)
    ]


def numbers_of(seen: Seen) -> str:
    """The strip of numbers of the layer as HTML."""
    return _numbers_html(seen.place, seen.layer.name, seen)


@kept(is_quick=True)
def _numbers_html(place: Place, layer: str, _seen: Seen) -> str:
    return numbers_html(numbers(_seen, statistics_of(_seen)))


def numbers(seen: Seen, statistics: MapStatistics) -> list[Number]:
    """The numbers of the layer."""
    parameters = sum(parameter.numel() for parameter in _parameters(seen))
    box = size_words(seen.layer.shape)
    dead = "Dead maps" if cannot_be_negative(statistics) else "Never above 0"
    lowest, highest = ends_of(seen)
    return [
        Number("Layer", seen.layer.name, seen.layer.title),
        Number("Output", box, "Channels × height × width"),
        Number("Parameters", f"{parameters:,}", "Of this layer or block"),
        Number("Values", f"{nice_limit(lowest)} … {nice_limit(highest)}", "Smallest and largest"),
        Number("Zeros", percent(float(statistics.zeros.mean())), "Share of cells that are 0"),
        Number(dead, str(int(statistics.is_dead.sum())), "Maps without a cell above zero"),
    ]


def _parameters(seen: Seen) -> list[Tensor]:
    try:
        return list(seen.network.model.get_submodule(seen.layer.name).parameters())
    except AttributeError:  # a function, such as the sum of a block
        return []
