"""Why downsample: what the layers behind cost with and without, at an equal receptive field."""

from __future__ import annotations

import streamlit as st

from cnnviz.figures.pooling import cost_table
from cnnviz.pooling.cost import DesignCost, costs
from cnnviz.ui import page
from cnnviz.ui.kept import kept
from cnnviz.ui.page import Number
from cnnviz.ui.pooling.address import ADDRESS, Values
from cnnviz.ui.sliders import Option, Slider, live_sliders

SIDES = (16, 32, 64, 128, 256)
CHANNELS = (8, 16, 32, 64, 128, 256, 512)


def cost_sliders(values: Values) -> None:
    """How large the maps are, how many, and how often they are made smaller: live."""
    live_sliders(
        [
            Slider("levels", "Times smaller", "How often height and width are halved, or the "
                   "kernels are spread instead.", values.levels, min=1, max=4),
            _stops("side", "Map, pixels a side", "Height and width of the maps that come in.",
                   values.side, SIDES),
            _stops("maps", "Channels", "Of every map in the stack.", values.maps, CHANNELS),
        ],
        key="pooling_cost_sliders",
        on_change=_set,
        query=ADDRESS.keep(values),
    )  # fmt: skip


def _stops(name: str, label: str, help: str, value: int, stops: tuple[int, ...]) -> Slider:
    options = tuple(Option(stop, str(stop)) for stop in sorted({*stops, value}))
    return Slider(name, label, help, value, options=options)


def _set(changed: dict[str, int]) -> None:
    ADDRESS.set(**{name: int(value) for name, value in changed.items()})
    ADDRESS.dismiss()


@kept(is_quick=True)
def _costs(channels: int, side: int, levels: int) -> tuple[DesignCost, ...]:
    return tuple(costs(channels, side, levels))


def show(values: Values) -> None:
    """A table of four designs, and what pooling saves in a sentence."""
    try:
        found = {one.design.name: one for one in _costs(values.maps, values.side, values.levels)}
    except ValueError as error:
        page.problem(f"These maps are too small to be halved {values.levels} times: {error}.")
        return
    with page.stage(), st.container(key="pooling_cost"):
        st.markdown(
            f"**{values.levels + 1} convolutions of 3 × 3** on {values.maps} maps of "
            f"{values.side} × {values.side}, and what stands between them"
        )
        st.html(f'<div class="cnnviz scroll" tabindex="0">{cost_table(list(found.values()))}</div>')
    pool, none, spread = found["pool"], found["none"], found["dilation"]
    page.numbers(
        [
            Number("The last convolution", f"{none.last_macs:,}", "Multiply-adds without pooling"),
            Number("… behind the pooling", f"{pool.last_macs:,}", "Multiply-adds with pooling"),
            Number("Ratio", f"{none.last_macs / pool.last_macs:,.3g} ×", "How much is saved there"),
            Number("Sees", f"{none.receptive_field} → {pool.receptive_field} pixels",
                   "Receptive field without and with"),
        ],
        words=f"dilation sees {spread.receptive_field} pixels too, and takes "
        f"{spread.macs / pool.macs:.3g} times the work",
    )  # fmt: skip
