"""All maps of a layer: sorted, filtered, and one of them chosen for what stands below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnnviz.probes.maps import MapStatistics, sorted_maps
from cnnviz.ui.feature_maps.address import ADDRESS, FILTERS, ORDERS, PEEK, Values, run_what_follows
from cnnviz.ui.feature_maps.map_sheet import (
    cannot_be_negative,
    flags_of,
    limits_of,
    map_sheet,
    maps_in_view,
    sheet_data,
    statistics_of,
)
from cnnviz.ui.feature_maps.seen import Place, Seen, chosen_map
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.kept import kept
from cnnviz.ui.mosaic_view import Bar, Group, Order, Says

MOSAIC = "feature_maps_mosaic"  # key of the component
OTHER_MAP = {"cell": (-1, -1), "read": -1}  # what a choice leaves of the map before
HELP = {
    "all": "",
    "alive": "Some cell is above zero on this picture.",
    "dead": meaning("dead_map"),
    "on": "Every cell is above zero, so a ReLU cuts nothing.",
    "saturated": meaning("saturated_map"),
}


def all_maps(values: Values, seen: Seen, statistics: MapStatistics) -> None:
    """The layer's maps in today's order and filter; a click or a drag chooses one.

    The map below follows at once, the rest of the page when the hand rests.
    """
    shown = _in_view(seen, values.show, statistics)
    if not shown.channels:
        st.info(f"No map of {seen.layer.name} is {FILTERS[values.show].lower()} here.")
        st.button("Show all maps", on_click=lambda: ADDRESS.set(show="all"))
        return
    map_sheet(
        seen,
        shown.channels,
        statistics,
        key=MOSAIC,
        selected=chosen_map(values, seen),
        per_map=values.per_map,
        on_select=lambda channel: ADDRESS.set(map=channel, **OTHER_MAP),
        follows=[PEEK],
        on_rest=run_what_follows,
        is_dragged=True,
        bar=_bar(values, seen, statistics, shown),
        says=_says(shown),
    )


def all_maps_ahead(values: Values, seen: Seen) -> dict[str, Any]:
    """What the component of all maps is told of a layer that has not been chosen yet."""
    statistics = statistics_of(seen)
    shown = _in_view(seen, values.show, statistics)
    return sheet_data(
        seen,
        shown.channels,
        statistics,
        key=MOSAIC,
        ahead=seen.layer.name,
        selected=chosen_map(values, seen),
        per_map=values.per_map,
        bar=_bar(values, seen, statistics, shown),
        says=_says(shown),
    )


@dataclass(frozen=True)
class _InView:
    """The maps that a filter lets through, in their own order.

    Attributes:
        channels: their numbers.
        texts: what an address says for each.
        sequences: which of them, by its place, stands at each place, by the name of the order.
        counts: how many maps of the layer each filter lets through.
    """

    channels: list[int]
    texts: list[str]
    sequences: dict[str, list[int] | None]
    counts: dict[str, int]


def _in_view(seen: Seen, show: str, statistics: MapStatistics) -> _InView:
    return _let_through(seen.place, seen.layer.name, show, statistics)


@kept(is_quick=True)
def _let_through(place: Place, layer: str, show: str, _statistics: MapStatistics) -> _InView:
    channels = maps_in_view(Values(show=show), _statistics)
    at = {channel: index for index, channel in enumerate(channels)}
    return _InView(
        channels,
        [str(channel) for channel in channels],
        {name: _sequence(_statistics, name, at) for name in ORDERS},
        {name: int(flags.sum()) for name, flags in flags_of(_statistics).items()},
    )


def _says(shown: _InView) -> Says:
    return Says("map", shown.texts, ADDRESS.said(**OTHER_MAP))


def _bar(values: Values, seen: Seen, statistics: MapStatistics, shown: _InView) -> Bar:
    """Sorting, and filtering with the number of maps in each group."""
    counts = shown.counts
    return Bar(
        [Order(name, label, shown.sequences[name]) for name, label in ORDERS.items()],
        values.order,
        [
            Group(name, _filter_name(name, counts[name], statistics), counts[name], HELP[name])
            for name in _filters(values, seen)
        ],
        values.show,
        on_order=lambda name: ADDRESS.set(order=name),
        on_group=lambda name: ADDRESS.set(show=name),
    )


def _sequence(statistics: MapStatistics, order: str, at: Mapping[int, int]) -> list[int] | None:
    """Which of the maps in view, by its place `at` which it comes, stands at each place."""
    if order == "channel":
        return None
    return [at[channel] for channel in sorted_maps(statistics, order) if channel in at]


def _filter_name(name: str, count: int, statistics: MapStatistics) -> str:
    if name == "all":
        return FILTERS[name]
    before = {"alive": "Above 0 somewhere", "dead": "Never above 0"}
    words = FILTERS if cannot_be_negative(statistics) else {**FILTERS, **before}
    return f"{words[name]} {count}"


def _filters(values: Values, seen: Seen) -> list[str]:
    """The filters that mean something here, and the one that is chosen."""
    can_saturate = limits_of(seen.layer) is not None
    offered = ["all", "alive", "dead", "saturated" if can_saturate else "on"]
    return [name for name in FILTERS if name in offered or name == values.show]
