"""The chosen map: enlarged, over the picture, what it is made of, and its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from cnnviz.contributions import Contributions, contributions
from cnnviz.figures.histogram import histogram_html
from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.pictures import Encoded, encode_photo, symmetric_limit
from cnnviz.figures.pull import pull_picture
from cnnviz.receptive import Extents, core_box, effective_receptive_field, extents
from cnnviz.ui.compute import computing
from cnnviz.ui.feature_map_address import ADDRESS, WHOLE
from cnnviz.ui.feature_map_lens import Lens, Pane, Pull, lens_view
from cnnviz.ui.feature_map_seen import (
    Seen,
    chosen_cell,
    chosen_map,
    network_view,
    pass_of,
)
from cnnviz.ui.mosaic import mosaic_view

TILE_PX, WIDE_TILE_PX = 112, 150  # of a map in a row, of one among few
GAP = 8  # pixels between two of these
COLOURS = ("red", "green", "blue")
MOST_SOURCES = 6  # of the maps that a map is made of


@st.cache_resource(max_entries=256, show_spinner=False)
def _extents(
    key: str, shape: tuple[int, ...], layer: str, channel: int, _seen: Seen
) -> tuple[Extents, Extents]:
    with computing():
        return extents(pass_of(_seen), layer, channel)


@st.cache_resource(max_entries=32, show_spinner=False)
def _photo(place: tuple[str, str, int | None], _seen: Seen) -> Encoded:
    return encode_photo(network_view(_seen))


def lens_of(values: Mapping[str, Any], seen: Seen) -> Lens:
    """The chosen map on the scale of its layer (or its own, where that is asked for)."""
    maps = seen.maps
    channel = chosen_map(values, seen)
    one = maps[channel]
    limit = symmetric_limit(one if values["per_map"] else maps).value
    return Lens(
        values=one,
        limit=limit,
        is_signed=float(maps.min()) < 0,
        sees=_extents(seen.key, seen.shape, seen.layer.name, channel, seen),
        photo=_photo(seen.place, seen),
        photo_size=(seen.shape[-2], seen.shape[-1]),
        photo_alt=seen.picture.alt,
        cell=chosen_cell(values, one),
        title=f"Map {channel}",
        scale="its own scale" if values["per_map"] else "the layer's scale",
    )


def show_lens(
    values: Mapping[str, Any], seen: Seen, *panes: Pane, key: str, live: str = ""
) -> Lens:
    """The chosen map in some panes; a click, the arrow keys or a drag choose a cell.

    `live` is the key of a fragment: it alone follows the cell while the hand moves, and the whole
    page when it rests.
    """

    def choose(cell: tuple[int, int]) -> None:
        ADDRESS.set(cell=cell)
        if live:
            st.rerun(live)

    lens = lens_of(values, seen)
    lens_view(
        lens,
        panes,
        key=key,
        opacity=values["opacity"],
        pull=_pull(values, seen, lens) if "pull" in panes else None,
        on_cell=choose,
        on_rest=(lambda: st.rerun(WHOLE)) if live else None,
        on_opacity=lambda opacity: ADDRESS.set(opacity=opacity),
    )
    return lens


def panes_of(seen: Seen) -> tuple[Pane, ...]:
    """What there is to see of one map: where it has one cell only, what that cell sees."""
    return ("map", "over", "pull") if seen.maps[0].numel() > 1 else ("over", "pull")


@st.cache_resource(max_entries=64, show_spinner=False)
def _field(
    place: tuple[str, str, int | None], layer: str, cell: tuple[int, int, int], _seen: Seen
) -> Tensor:
    with computing():
        return effective_receptive_field(
            _seen.network.model, _seen.batch, layer, *cell, played=pass_of(_seen)
        )


def _pull(values: Mapping[str, Any], seen: Seen, lens: Lens) -> Pull | None:
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
        alt=f"The picture, lit where its pixels move the cell {lens.cell}: 90 % of the influence "
        f"is in {core.height} × {core.width} pixels from row {core.top} and column {core.left}.",
    )


def number_fields(values: Mapping[str, Any], seen: Seen, with_cell: bool = True) -> None:
    """The map, and the cell, as numbers to type."""
    count, height, width = seen.maps.shape
    channel = chosen_map(values, seen)
    st.session_state["map_typed"] = channel
    names = ["map", "row", "column"] if with_cell and height * width > 1 else ["map"]
    columns = st.columns(len(names), gap="small")
    columns[0].number_input(
        "Map", 0, count - 1, key="map_typed", on_change=_typed_map, help=f"0 to {count - 1}"
    )
    if len(names) == 1:
        return
    row, column = chosen_cell(values, seen.maps[channel])
    st.session_state["cell_row"], st.session_state["cell_column"] = row, column
    columns[1].number_input("Row", 0, height - 1, key="cell_row", on_change=_typed_cell)
    columns[2].number_input("Column", 0, width - 1, key="cell_column", on_change=_typed_cell)


def _typed_map() -> None:
    typed = st.session_state["map_typed"]
    ADDRESS.set(map=-1 if typed is None else typed, cell=(-1, -1), read=-1)


def _typed_cell() -> None:
    row, column = st.session_state["cell_row"], st.session_state["cell_column"]
    ADDRESS.set(cell=(-1, -1) if row is None or column is None else (row, column))


def made_of(values: Mapping[str, Any], seen: Seen) -> None:
    """The kernel and the maps that the chosen map is made of, the largest share first."""
    channel = chosen_map(values, seen)
    try:
        parts = contributions(
            seen.network.model, seen.batch, seen.layer.name, channel, pass_of(seen)
        )
    except ValueError as error:
        st.caption(f"Not made of other maps: {error}.")
        return
    order = parts.shares.argsort(descending=True, stable=True)[:MOST_SOURCES].tolist()
    st.markdown(_made_of_words(parts, order))
    if parts.inputs[0].numel() == 1 and parts.kernels is not None:
        st.caption(", ".join(_source_name(parts, i) for i in order) + ": numbers, not maps.")
        return
    if parts.kernels is not None and parts.kernels[0].numel() > 1:
        _kernels(parts, order, _scale(parts, len(order)) * parts.inputs.shape[-1])
    _sources(seen, parts, order)


def _made_of_words(parts: Contributions, order: list[int]) -> str:
    share = float(parts.shares[order].sum())
    count = len(parts.channels)
    few = f"the {len(order)} of {count} maps it reads that weigh most ({share:.0%} of it)"
    return f"**Made of** {few if count > len(order) else f'{count} maps'}, in {parts.layer}"


def _source_name(parts: Contributions, index: int) -> str:
    """A map that is read, with its share: "map 12 · 8 %", "main path · 70 %"."""
    source, channel = parts.sources[index], parts.channels[index]
    block = parts.layer.rpartition(".")[0] + "."
    if parts.kernels is None:
        name = source.removeprefix(block).split(".")[0].replace("_", " ")
        name = name if source.startswith(block) else "shortcut path"
    elif source == "input" and len(parts.channels) == len(COLOURS):
        name = COLOURS[channel]
    else:
        name = f"map {channel}"
    return f"{name} · {float(parts.shares[index]):.0%}"


def _scale(parts: Contributions, count: int) -> int:
    """Pixels per cell of the maps that a map is made of."""
    return max(1, round((TILE_PX if count > 4 else WIDE_TILE_PX) / parts.inputs.shape[-1]))


def _kernels(parts: Contributions, order: list[int], width: int) -> None:
    assert parts.kernels is not None
    kernels = parts.kernels[order]
    mosaic_view(
        mosaic(kernels, columns=len(order), gap=GAP, scale=max(2, width // kernels.shape[-1])),
        [f"kernel for {_source_name(parts, i)}" for i in order],
        key="feature_maps_kernels",
        alt=f"The kernel, as it lies on {len(order)} of the maps it reads.",
        noun="kernel slices",
    )


def _sources(seen: Seen, parts: Contributions, order: list[int]) -> None:
    maps = parts.inputs[order]
    names = {layer.name for layer in seen.layers}

    def go(index: int) -> None:
        source = _layer_named(parts.sources[order[index]], seen)
        if source in names:
            ADDRESS.set(layer=source, map=parts.channels[order[index]], cell=(-1, -1), read=-1)

    mosaic_view(
        mosaic(
            maps,
            columns=len(order),
            gap=GAP,
            scale=_scale(parts, len(order)),
            colours="diverging" if float(maps.min()) < 0 else "sequential",
        ),
        [f"{_source_name(parts, i)}" for i in order],
        key="feature_maps_sources",
        alt=f"The {len(order)} maps that the map is made of, largest share first.",
        captions=[_source_name(parts, i) for i in order],
        on_select=go,
    )


def _layer_named(name: str, seen: Seen) -> str:
    """The layer as the page calls it: the end of a block goes by the block's name."""
    if name in {layer.name for layer in seen.layers}:
        return name
    block = name.rpartition(".")[0]
    return block if block in {layer.name for layer in seen.layers} else ""


def histogram(values: Mapping[str, Any], seen: Seen) -> None:
    """How often each value occurs in the map."""
    maps = seen.maps
    channel = chosen_map(values, seen)
    one = maps[channel]
    st.markdown("**Its values**")
    st.html(histogram_html(one, float(maps.min()), float(maps.max()), f"map {channel}"))
    with torch.no_grad():
        zeros = float((one == 0).float().mean())
    st.caption(
        f"{one.numel():,} cells, {zeros:.0%} of them exactly 0, mean {float(one.mean()):.3g}; the "
        "axis is that of the whole layer."
    )
