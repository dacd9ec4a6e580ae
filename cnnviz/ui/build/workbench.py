"""The builder's workbench: what follows every edit at once, and what waits for a rest."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.builder.codec import encode
from cnnviz.builder.export_code import to_python
from cnnviz.builder.shapes import output_shape
from cnnviz.figures.graph import network_dot
from cnnviz.figures.shown import shown
from cnnviz.models.specs import NetworkSpec
from cnnviz.ui import page
from cnnviz.ui.build import state
from cnnviz.ui.build.events import perform
from cnnviz.ui.build.network import show_network
from cnnviz.ui.build.rows import network_table, network_view
from cnnviz.ui.build.run import run
from cnnviz.ui.build.share import open_code, save
from cnnviz.ui.page import Number

WHOLE = "build"  # key of the page's fragment: what an edit leaves for when the hands rest


def edit_network() -> dict[str, str]:
    """The workbench; below it run, save and open. Returns the scripts of the view, by title."""
    for sentence in state.notes():
        st.info(shown(sentence), icon=":material/lightbulb:")
    left, right = st.columns([4.4, 1.2], gap="small")
    workbench(left, st.container())
    spec = state.present()
    with right, st.container(border=True, key="build_graph"):
        st.graphviz_chart(_graph(spec), alt=_graph_words(spec))
    run(spec, state.selected_path(spec))
    save(spec)
    open_code()
    return {"The network": to_python(spec)}


@st.fragment
def workbench(place: DeltaGenerator, below: DeltaGenerator) -> None:
    """Volumes, table, editor and doctor, and the numbers: drawn again with every edit."""
    spec = state.present()
    with place:
        show_network(
            network_view(spec, state.selected_path(spec)),
            key="build_network",
            on_act=perform,
            on_rest=lambda: st.rerun(WHOLE),
        )
    with below:
        page.numbers(_numbers(spec))


@lru_cache(maxsize=64)
def _graph(spec: NetworkSpec) -> str:
    return network_dot(spec, prefix=f"n{crc32(encode(spec).encode()):x}_")


def _graph_words(spec: NetworkSpec) -> str:
    return f"The graph of {spec.name}: its layers from top to bottom, with the shortcuts of blocks"


def _numbers(spec: NetworkSpec) -> list[Number]:
    table, out = network_table(spec), output_shape(spec)
    return [
        Number("Network", spec.name),
        Number("Output shape", str((1, *out)) if out else "none: it does not fit"),
        Number("Parameters", f"{table.total_params:,}", "Weights and biases that are learned"),
        Number(
            "Multiply-adds", f"{table.total_macs:,}", "For one picture; FLOPs are twice as many"
        ),
        Number(
            "Parameters in memory", f"{table.total_params * 4 / 1e6:,.1f} MB", "Four bytes each"
        ),
    ]
