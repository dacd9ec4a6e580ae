"""Two or three networks of the zoo, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from cnnviz.counting import percent, size_words
from cnnviz.figures.pictures import nice_limit
from cnnviz.figures.zoo.compare import MEASURES, compare_chart, layer_values, weighted_layers
from cnnviz.summary import Row, Summary, summarize
from cnnviz.ui import page
from cnnviz.ui.kept import kept
from cnnviz.ui.page import Number
from cnnviz.ui.taking.offers import offer_numbers, offer_table
from cnnviz.ui.zoo.address import ADDRESS, Values
from cnnviz.ui.zoo.controls import TITLES
from cnnviz.zoo import network
from cnnviz.zoo.depth import SIDE
from cnnviz.zoo.on_meta import build_on_meta


@kept(spinner="Reading the network …")
def summary_of(name: str) -> Summary:
    """The network layer by layer, from torch's meta device; shared, only to be read."""
    return summarize(build_on_meta(name, network(name).first.name), (1, 3, SIDE, SIDE))


def compare(values: Values) -> None:
    """The chart, the numbers of each network, and their layers side by side."""
    names = values.compare
    if not names:
        page.problem("Choose two or three networks to compare.")
        return
    summaries = {TITLES[name]: summary_of(name) for name in names}
    offer_numbers("the networks’ layers", ADDRESS, lambda: _numbers_of(names))
    for name in names:
        offer_table(f"layers of {TITLES[name]}", ADDRESS, partial(_rows_of, name), place=name)
    with page.stage():
        st.plotly_chart(
            compare_chart(summaries),
            key="zoo_compare_chart",
            config={"displayModeBar": False},
            alt=_alt(summaries),
        )
    for title, summary in summaries.items():
        page.numbers(_strip(title, summary))
    _tables(summaries)


def _alt(summaries: Mapping[str, Summary]) -> str:
    told = (
        f"{title}: {len(weighted_layers(summary))} layers that multiply, {summary.macs:,} "
        f"multiply-adds, {summary.num_params:,} parameters"
        for title, summary in summaries.items()
    )
    return "; ".join(told) + "."


def _strip(title: str, summary: Summary) -> list[Number]:
    layers = weighted_layers(summary)
    heaviest = max(layers, key=lambda row: row.macs)
    convolutions = sum(row.type == "Conv2d" for row in layers)
    return [
        Number(
            title,
            f"{convolutions} conv + {len(layers) - convolutions} linear",
            "Layers that multiply",
        ),
        Number("Parameters", f"{summary.num_params:,}", "Numbers that are learned"),
        Number("Multiply-adds", f"{summary.macs:,}", f"For one picture of {SIDE} × {SIDE}"),
        Number(
            "Activations",
            f"{nice_limit(summary.activation_bytes / 2**20)} MB",
            "Memory for all results of one picture, when all are kept",
        ),
        Number(
            "Heaviest layer",
            f"{heaviest.name}, {percent(heaviest.macs / summary.macs)}",
            "The layer with most multiply-adds, and its share",
        ),
    ]


def _tables(summaries: Mapping[str, Summary]) -> None:
    place = st.expander(
        "Layers as tables", icon=":material/table:", key="zoo_layers", on_change="rerun"
    )
    if not place.open:
        return
    import pandas as pd  # 60 MB, which a server without a table does without

    with place:
        for column, (title, summary) in zip(
            st.columns(len(summaries)), summaries.items(), strict=True
        ):
            with column:
                st.markdown(f"**{title}**")
                st.dataframe(
                    pd.DataFrame([_line(row) for row in weighted_layers(summary)]),
                    hide_index=True,
                    alt=f"Layers of {title}",
                )


def _rows_of(name: str) -> list[list[Any]]:
    """A table's heads, and a row for each layer that multiplies."""
    lines = [_line(row) for row in weighted_layers(summary_of(name))]
    return [list(lines[0]), *(list(line.values()) for line in lines)]


def _numbers_of(names: Sequence[str]) -> dict[str, ArrayLike]:
    """What the chart draws of each network: a number for each of its layers; NaN for none."""
    summaries = {name: summary_of(name) for name in names}
    return {
        f"{name}: {measure}": np.asarray(layer_values(summary, measure), float)
        for name, summary in summaries.items()
        for measure in MEASURES
    }


def _line(row: Row) -> dict[str, Any]:
    return {
        "layer": row.name,
        "kind": row.type,
        "output": size_words(row.output_shape[1:]),
        "parameters": row.num_params,
        "multiply-adds": row.macs,
        "sees": str(row.receptive_field or ""),
    }
