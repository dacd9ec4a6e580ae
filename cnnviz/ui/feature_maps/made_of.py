"""What the chosen map is made of: the kernel and the maps that it lies on, with their share."""

from __future__ import annotations

import streamlit as st

from cnnviz.counting import counted, percent
from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.shown import shown
from cnnviz.probes.contributions import Contributions, contributions
from cnnviz.ui.feature_maps.address import ADDRESS, Values
from cnnviz.ui.feature_maps.seen import Seen, chosen_map, pass_of
from cnnviz.ui.mosaic_view import mosaic_view

TILE_PX, WIDE_TILE_PX = 112, 150  # of a map in a row, of one among few
GAP = 8  # pixels between two of these
COLOURS = ("red", "green", "blue")
MOST_SOURCES = 6  # of the maps that a map is made of


def made_of(values: Values, seen: Seen) -> None:
    """The kernel and the maps that the chosen map is made of, the largest share first."""
    channel = chosen_map(values, seen)
    try:
        with pass_of(seen) as played:
            parts = contributions(seen.network.model, seen.batch, seen.layer.name, channel, played)
    except ValueError as error:
        st.caption(shown(f"Not made of other maps: {error}."))
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
    few = f"the {len(order)} of {count} maps it reads that weigh most ({percent(share)} of it)"
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
    return f"{name} · {percent(float(parts.shares[index]))}"


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
    names = [_source_name(parts, i) for i in order]

    def go(index: int) -> None:
        if source := _layer_named(parts.sources[order[index]], seen):
            ADDRESS.set(layer=source, map=parts.channels[order[index]], cell=(-1, -1), read=-1)

    mosaic_view(
        mosaic(
            maps,
            columns=len(order),
            gap=GAP,
            scale=_scale(parts, len(order)),
            colours="diverging" if float(maps.min()) < 0 else "sequential",
        ),
        names,
        key="feature_maps_sources",
        alt=f"The {counted(len(order), 'map')} that the map is made of, largest share first.",
        captions=names,
        on_select=go,
    )


def _layer_named(name: str, seen: Seen) -> str:
    """The layer as the page calls it: the end of a block goes by the block's name; "" for none."""
    known = {layer.name for layer in seen.layers}
    return next((one for one in (name, name.rpartition(".")[0]) if one in known), "")
