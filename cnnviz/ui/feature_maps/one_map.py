"""The chosen map: enlarged, over the picture, what it is made of, and its values."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from cnnviz.counting import percent, place_words
from cnnviz.figures.histogram import histogram_html
from cnnviz.figures.pictures import Encoded, encode_photo, symmetric_limit
from cnnviz.figures.pull import pull_picture
from cnnviz.probes.receptive import Extents, core_box, effective_receptive_field, extents
from cnnviz.probes.tape import Kind
from cnnviz.ui.feature_maps.address import ADDRESS, WHOLE, Values
from cnnviz.ui.feature_maps.lens import Drawn, Lens, Pane, Pull, drawn, lens_view
from cnnviz.ui.feature_maps.map_sheet import ends_of
from cnnviz.ui.feature_maps.seen import (
    Place,
    Seen,
    chosen_cell,
    chosen_map,
    is_pass_large,
    maps_of,
    network_view,
    shapes_of,
)
from cnnviz.ui.fields import Field, fields
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept


@kept
def _extents(
    key: str, shape: tuple[int, ...], layer: str, channel: int, _seen: Seen
) -> tuple[Extents, Extents]:
    return extents(shapes_of(_seen), layer, channel)


@kept(is_quick=True)
def _differ_in_what_they_see(key: str, _seen: Seen) -> bool:
    """Whether maps of one layer may have come different ways, as those of a concatenation."""
    return any(
        layer.kind in (Kind.CONCAT, Kind.MOVE, Kind.OTHER) or "groups=" in layer.title
        for layer in _seen.layers
    )


@kept(is_quick=True)
def _drawn(place: Place, layer: str, channel: int, per_map: bool, _seen: Seen) -> Drawn:
    one, ends = maps_of(_seen)[channel], ends_of(_seen)
    return drawn(one, symmetric_limit(one if per_map else ends).value, is_signed=ends[0] < 0)


@kept(is_quick=True)
def _photo(place: Place, _seen: Seen) -> Encoded:
    return encode_photo(network_view(_seen))


def lens_of(values: Values, seen: Seen) -> Lens:
    """The chosen map on the scale of its layer (or its own, where that is asked for)."""
    channel = chosen_map(values, seen)
    way = channel if _differ_in_what_they_see(seen.key, seen) else 0
    return Lens(
        drawn=_drawn(seen.place, seen.layer.name, channel, values.per_map, seen),
        sees=_extents(seen.key, seen.shape, seen.layer.name, way, seen),
        photo=_photo(seen.place, seen),
        photo_size=(seen.shape[-2], seen.shape[-1]),
        photo_alt=seen.picture.alt,
        cell=chosen_cell(values, maps_of(seen)[channel]),
        title=f"Map {channel}",
        layer=seen.layer.name,
        scale="its own scale" if values.per_map else "the layer's scale",
    )


def show_lens(values: Values, seen: Seen, *panes: Pane, key: str, live: str = "") -> Lens:
    """The chosen map in some panes; a click, the arrow keys or a drag choose a cell.

    `live` is the key of a fragment: it alone follows the cell while the hand moves, and the whole
    page when it rests.
    """

    def choose(cell: tuple[int, int]) -> None:
        ADDRESS.set(cell=cell)
        if live:
            run_again(live)

    lens = lens_of(values, seen)
    lens_view(
        lens,
        panes,
        key=key,
        opacity=values.opacity,
        pull=_pull(values, seen, lens) if "pull" in panes else None,
        on_cell=choose,
        on_rest=(lambda: run_again(WHOLE)) if live else None,
        on_opacity=lambda opacity: ADDRESS.set(opacity=opacity),
    )
    return lens


def panes_of(seen: Seen) -> tuple[Pane, ...]:
    """What there is to see of one map: where it has one cell only, what that cell sees.

    What moves a cell is a gradient, and takes as much again: that of a large network is left out.
    """
    if seen.layer.is_spatial:
        return ("map", "over") if is_pass_large(seen) else ("map", "over", "pull")
    return ("over",) if is_pass_large(seen) else ("over", "pull")


@kept
def _field(place: Place, layer: str, cell: tuple[int, int, int], _seen: Seen) -> Tensor:
    return effective_receptive_field(
        _seen.network.model, _seen.batch, layer, *cell, played=shapes_of(_seen)
    )


def _pull(values: Values, seen: Seen, lens: Lens) -> Pull | None:
    """How much each pixel moves the chosen cell; None if nothing does."""
    channel = chosen_map(values, seen)
    field = _field(seen.place, seen.layer.name, (channel, *lens.cell), seen)
    core = core_box(field)
    if not core.area:
        return None
    return Pull(
        pull_picture(network_view(seen), field),
        core,
        title=f"what moves the cell: 90 % in {core.height} × {core.width}",
        alt=f"The picture, lit where its pixels move the cell in {place_words(*lens.cell)}: "
        f"90 % of the influence is in {core.height} × {core.width} pixels from "
        f"{place_words(core.top, core.left)}.",
    )


def number_fields(values: Values, seen: Seen, with_cell: bool = True) -> None:
    """The map, and the cell, as numbers to type."""
    count, height, width = maps_of(seen).shape
    channel = chosen_map(values, seen)
    shown = [Field("map", "Map", channel, 0, count - 1, help=f"0 to {count - 1}")]
    if with_cell and height * width > 1:
        row, column = chosen_cell(values, maps_of(seen)[channel])
        shown += [
            Field("row", "Row", row + 1, 1, height, help=f"1 to {height}"),
            Field("column", "Column", column + 1, 1, width, help=f"1 to {width}"),
        ]

    def typed(numbers: dict[str, int]) -> None:
        if "map" in numbers:
            ADDRESS.set(map=numbers["map"], cell=(-1, -1), read=-1)
            return
        now = chosen_cell(ADDRESS.values(), maps_of(seen)[channel])
        row, column = (
            numbers.get(name, at + 1) - 1 for name, at in zip(("row", "column"), now, strict=True)
        )
        ADDRESS.set(cell=(row, column))

    fields(shown, key="feature_maps_numbers", on_typed=typed)


def histogram(values: Values, seen: Seen) -> None:
    """How often each value occurs in the map."""
    channel = chosen_map(values, seen)
    one = maps_of(seen)[channel]
    st.markdown("**Its values**")
    st.html(histogram_html(one, *ends_of(seen), f"map {channel}"))
    with torch.no_grad():
        zeros = float((one == 0).float().mean())
    st.caption(
        f"{one.numel():,} cells, {percent(zeros)} of them exactly 0, mean {float(one.mean()):.3g}; "
        "the axis is that of the whole layer."
    )
