"""The channels of the convolution page side by side: every slice, every own result, every sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.convolution.channels import ChannelSums
from cnnviz.convolution.settings import ConvSettings
from cnnviz.counting import counted
from cnnviz.ui.components import register
from cnnviz.ui.sent import sent_cell, sent_index, word

Held = tuple[int, int, int]  # kernel, row and column of its map

_mount = register("channels")


def channels_view(
    sums: ChannelSums, asked: ConvSettings, *, key: str, held: Held, on_hold: Callable[[Held], None]
) -> None:
    """Show the channels and their sums; `on_hold` is told the place that a visitor chose.

    Args:
        sums: what is drawn.
        asked: the layer that it stands for.
        key: of the component.
        held: what is lit while nothing is pointed at; the nearest there is, where it is not.
        on_hold: called before the run that a click or Enter causes.
    """
    count, *size = sums.maps.shape

    def told() -> None:
        place = word(key, "held", lambda value: sent_held(value, count, size))
        if place is not None:
            on_hold(place)

    _mount(
        data=sums.to_json()
        | {"note": _note(sums.settings, asked), "held": {"kernel": held[0], "place": held[1:]}},
        key=key,
        on_held_change=told,
        height="content",
    )


def sent_held(value: Any, count: int, size: list[int]) -> Held | None:
    """Kernel, row and column that a browser sent; None for anything else."""
    if not isinstance(value, list) or len(value) != 3:
        return None
    kernel, place = sent_index(value[0], count), sent_cell(value[1:], size)
    return None if kernel is None or place is None else (kernel, *place)


def _note(drawn: ConvSettings, asked: ConvSettings) -> str:
    """What of the layer is drawn, where that is not all of it."""
    if (drawn.in_channels, drawn.out_channels) == (asked.in_channels, asked.out_channels):
        return ""
    return (
        f"Drawn with {counted(drawn.in_channels, 'channel')} in and {drawn.out_channels} out, of "
        f"{asked.in_channels:,} and {asked.out_channels:,}."
    )


MOST_SLICES = 200  # that are drawn one by one


def why_sums(layer: ConvSettings) -> None:
    """Why K kernels give K maps, with the slices of this layer counted; of 3 and 16 where it has
    one channel or too many.
    """
    depth, count = layer.in_channels // layer.groups, layer.out_channels
    if depth < 2 or depth * count > MOST_SLICES or count < 2:
        depth, count = 3, 16
    columns = "".join(
        f"<span>{'<i></i>' * depth}<em>↓</em><i class='map'></i></span>" for _ in range(count)
    )
    slices = f"{depth * count} slices"
    maps = counted(count, "map")
    st.html(
        '<div class="cnnviz why_sums"><div>'
        f"<p><b>Why do {depth} in and {count} out make {maps}, not {depth * count}?</b></p>"
        f"<p>{count} · {depth} = <b class='k'>{slices}</b> and as many results of "
        f"their own. The {depth} of a kernel are <b>added, place by place</b>: "
        "<b class='out'>one map a kernel</b>.</p></div>"
        f'<div class="slices" role="img" aria-label="{slices} become {maps}.">'
        f'<div><b class="k">{depth * count}</b><b class="out">{count}</b></div>'
        f"{columns}</div></div>"
    )
