"""The pictures of the feature maps page: the strip of layers, the mosaic, and the chosen map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
import torch
from PIL import Image, ImageOps
from torch import Tensor

from cnnviz.activations import Layer
from cnnviz.figures.boxes import boxed
from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.pictures import nice_limit
from cnnviz.images import fit
from cnnviz.maps import MapStatistics, map_statistics, sorted_maps
from cnnviz.receptive import receptive_box
from cnnviz.ui.compute import computing
from cnnviz.ui.feature_map_controls import (
    ADDRESS,
    FILTERS,
    ORDERS,
    Seen,
    activation_of,
    block_of,
    main_layers,
)
from cnnviz.ui.mosaic import mosaic_view
from cnnviz.ui.page import Number

CELLS = 32 * 32  # a map of more cells is pointed at through sliders


def strip(seen: Seen) -> None:
    """The network as a strip of layers; a block opens into the layers inside it."""
    shown = main_layers(seen.layers)
    block = block_of(seen.layer, seen.layers) or seen.layer
    by_name = {layer.name: layer for layer in shown}

    def chosen() -> None:
        name = st.session_state["layer_strip"]
        if name is not None:
            ADDRESS.set(layer=name, map=0, cell=(-1, -1))

    st.session_state["layer_strip"] = block.name
    st.pills(
        "Layer",
        list(by_name),
        key="layer_strip",
        format_func=lambda name: f"{name} · {_shape(by_name[name])}",
        on_change=chosen,
        label_visibility="collapsed",
        wrap=True,
    )
    _inside(seen, block)


def _inside(seen: Seen, block: Layer) -> None:
    parts = [layer for layer in seen.layers if block_of(layer, seen.layers) == block]
    if len(parts) < 2:
        return

    def chosen() -> None:
        ADDRESS.set(layer=st.session_state["layer_inside"], map=0, cell=(-1, -1))

    st.session_state["layer_inside"] = seen.layer.name
    st.selectbox(
        f"Inside {block.name}",
        [layer.name for layer in parts],
        key="layer_inside",
        format_func=lambda name: next(f"{p.name} · {p.title}" for p in parts if p.name == name),
        on_change=chosen,
    )


def _shape(layer: Layer) -> str:
    if len(layer.shape) == 1:
        return f"{layer.shape[0]}"
    channels, height, width = layer.shape
    return f"{channels} · {height}²" if height == width else f"{channels} · {height}×{width}"


def as_maps(values: Tensor) -> Tensor:
    """The activation as maps (K, height, width); features are maps of one cell."""
    return values if values.ndim == 3 else values[:, None, None]


def maps_in_view(values: Mapping[str, Any], statistics: MapStatistics) -> list[int]:
    """The channels to show, in today's order and filter."""
    order = sorted_maps(statistics, values["order"])
    if values["show"] == "all":
        return order
    is_dead = statistics.is_dead.tolist()
    return [channel for channel in order if is_dead[channel] == (values["show"] == "dead")]


def order_bar(statistics: MapStatistics) -> None:
    """Sorting and filtering of the mosaic, with the number of dead maps."""
    dead = int(statistics.is_dead.sum())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Order",
            list(ORDERS),
            key="order",
            format_func=ORDERS.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
        st.segmented_control(
            "Show",
            list(FILTERS),
            key="show",
            format_func=lambda name: f"Dead ({dead})" if name == "dead" else FILTERS[name],
            required=True,
            label_visibility="collapsed",
            help="A dead map has no cell above zero on this picture.",
        )
        st.toggle("Each on its own scale", key="per_map", help="Otherwise one scale for all maps.")


def all_maps(values: Mapping[str, Any], seen: Seen, statistics: MapStatistics) -> None:
    """The layer's maps as one picture on one scale; a click chooses a map."""
    channels = maps_in_view(values, statistics)
    if not channels:
        st.info(f"No map of {seen.layer.name} is {values['show']} on this picture.")
        return
    maps = as_maps(activation_of(seen))[channels]
    chosen = channels.index(values["map"]) if values["map"] in channels else None
    mosaic_view(
        mosaic(maps, colours="diverging" if float(maps.min()) < 0 else "sequential",
               per_map=values["per_map"]),
        [_label(channel, statistics) for channel in channels],
        key="feature_maps_mosaic",
        alt=f"{len(channels)} feature maps of {seen.layer.name} for “{seen.picture.title}”, "
        f"from {float(maps.min()):.3g} to {float(maps.max()):.3g}.",
        selected=chosen,
        on_select=lambda index: ADDRESS.set(map=channels[index], cell=(-1, -1)),
    )  # fmt: skip


def _label(channel: int, statistics: MapStatistics) -> str:
    dead = " · dead" if statistics.is_dead[channel] else ""
    return (
        f"map {channel} · mean {statistics.strength[channel]:.3g} · "
        f"{statistics.lowest[channel]:.3g} to {statistics.highest[channel]:.3g}{dead}"
    )


def one_map(values: Mapping[str, Any], seen: Seen) -> None:
    """The chosen map enlarged, cell by cell, and what the chosen cell can see of the picture."""
    maps = as_maps(activation_of(seen))
    channel = min(values["map"], len(maps) - 1)
    height, width = maps.shape[1:]
    row, column = _cell(values, maps[channel])
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        st.markdown(f"**Map {channel}** of {seen.layer.name}, cell ({row}, {column})")
        if height * width <= CELLS:
            _cells(maps[channel], row, column)
        else:
            _cell_sliders(height, width, row, column)
    with right:
        _where_it_looked(seen, channel, row, column, float(maps[channel, row, column]))


def _cell(values: Mapping[str, Any], one: Tensor) -> tuple[int, int]:
    """The chosen cell, or the strongest one."""
    row, column = values["cell"]
    if 0 <= row < one.shape[0] and 0 <= column < one.shape[1]:
        return row, column
    return divmod(int(one.abs().argmax()), one.shape[1])


def _cells(one: Tensor, row: int, column: int) -> None:
    height, width = one.shape
    cells = one.reshape(-1, 1, 1)
    scale = max(4, min(44, 300 // max(height, width)))
    colours = "diverging" if float(one.min()) < 0 else "sequential"
    mosaic_view(
        mosaic(cells, columns=width, gap=1, scale=scale, colours=colours),
        [f"({i // width}, {i % width}) = {value:.4g}" for i, value in enumerate(cells.flatten())],
        key="feature_maps_cells",
        alt=f"The map's {height} × {width} cells.",
        selected=row * width + column,
        noun="cells",
        on_select=lambda index: ADDRESS.set(cell=divmod(index, width)),
    )


def _cell_sliders(height: int, width: int, row: int, column: int) -> None:
    def moved() -> None:
        ADDRESS.set(cell=(st.session_state["cell_row"], st.session_state["cell_column"]))

    st.session_state["cell_row"], st.session_state["cell_column"] = row, column
    st.slider("Row", 0, height - 1, key="cell_row", on_change=moved)
    st.slider("Column", 0, width - 1, key="cell_column", on_change=moved)


def _where_it_looked(seen: Seen, channel: int, row: int, column: int, value: float) -> None:
    with computing():
        box = receptive_box(seen.network.model, seen.batch, seen.layer.name, channel, row, column)
    picture = boxed(network_view(seen), (box.left, box.top, box.right, box.bottom))
    share = box.area / (seen.batch.shape[-1] * seen.batch.shape[-2])
    st.image(
        picture.data,
        alt=f"The picture with the {box.height} × {box.width} pixels that the cell can see.",
        width=240,
    )
    st.caption(
        f"The cell's value is **{nice_limit(value)}**. It can see {box.height} × {box.width} "
        f"pixels of the input, {share:.0%} of it, from row {box.top} and column {box.left}."
    )


def network_view(seen: Seen) -> Image.Image:
    """The picture as it enters the network, pixel for pixel, in colours for the eye."""
    side = seen.batch.shape[-1]
    size = seen.size or seen.network.transform.size
    picture = fit(seen.network.transform.crop(seen.picture.image), size)
    if seen.batch.shape[1] == 1:
        picture = picture.convert("L").convert("RGB")
    return ImageOps.expand(picture, (side - size) // 2) if side > size else picture


def numbers(seen: Seen, statistics: MapStatistics) -> list[Number]:
    """The numbers of the view."""
    with torch.inference_mode():
        parameters = sum(p.numel() for p in _parameters(seen))
    return [
        Number("Layer", seen.layer.title, "As torch prints it"),
        Number("Output", " × ".join(map(str, seen.layer.shape)), "Channels × height × width"),
        Number("Parameters", f"{parameters:,}", "Of this layer or block"),
        Number("Dead maps", str(int(statistics.is_dead.sum())), "No cell above zero here"),
        Number("Zeros", f"{float(statistics.zeros.mean()):.0%}", "Share of cells that are 0"),
    ]


def _parameters(seen: Seen) -> list[Tensor]:
    try:
        return list(seen.network.model.get_submodule(seen.layer.name).parameters())
    except AttributeError:  # a function, such as the sum of a block
        return []


def statistics_of(seen: Seen) -> MapStatistics:
    """Statistics of every map of the layer."""
    return map_statistics(activation_of(seen))
