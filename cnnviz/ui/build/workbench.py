"""The builder's workbench: what follows every edit at once, and what waits for a rest."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.builder.export_code import to_python
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import output_shape
from cnnviz.counting import counted
from cnnviz.figures.graph import network_box
from cnnviz.figures.shown import shown
from cnnviz.figures.volumes import volumes_of
from cnnviz.models.specs import NetworkSpec
from cnnviz.ui import page
from cnnviz.ui.build import state
from cnnviz.ui.build.address import ADDRESS, VIEWS, choose_columns
from cnnviz.ui.build.drawings import show_graph, show_sizes, show_volumes
from cnnviz.ui.build.events import perform
from cnnviz.ui.build.folds import fold, unfolded
from cnnviz.ui.build.network import show_network, stage
from cnnviz.ui.build.rows import diagnosis, key_of, network_table, network_view
from cnnviz.ui.build.run import run, ways_on
from cnnviz.ui.build.share import open_code, save
from cnnviz.ui.build.weights import open_weights
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.links import follow
from cnnviz.ui.page import Number

WHOLE = "build"  # key of the page's fragment: what an edit leaves for when the hands rest
EDITED = "edited"  # what the groups of the network are folded under


def edit_network() -> dict[str, str]:
    """The workbench; below it save and open. Returns the scripts of the view, by title."""
    state.rest()
    _check(state.present())
    for sentence in state.notes():
        st.info(shown(sentence), icon=":material/lightbulb:")
    left, right = stage()
    with right:
        page.view_bar(ADDRESS, VIEWS)
    workbench(left, right.container(), st.container())
    spec = state.present()
    ways_on(spec, state.selected_path(spec))
    save(spec)
    open_code()
    open_weights(spec)
    return {"The network": to_python(spec)}


def _check(spec: NetworkSpec) -> None:
    """Say which layer the address asks for and the network does not have."""
    is_there = state.selected_path(spec) is not None
    ADDRESS.only(layer=None if is_there else counted(len(spec.layers), "layer"))


@st.fragment
def workbench(left: DeltaGenerator, right: DeltaGenerator, below: DeltaGenerator) -> None:
    """Table, editor and doctor, the view beside them, and the numbers: drawn with every edit."""
    spec = state.present()
    path = state.selected_path(spec)
    box = network_box(spec, key_of(spec))
    folds = unfolded(box, EDITED)
    table = network_view(spec, path)
    with left:
        show_network(
            table,
            key="build_network",
            name=EDITED,
            folds=folds,
            on_folds=lambda keys: fold(box, EDITED, keys),
            columns=ADDRESS.values().columns,
            on_columns=choose_columns,
            on_act=_edit,
            on_rest=lambda: run_again(WHOLE),
        )
    selected = number_of(path or ())
    with right:
        view = ADDRESS.values().view
        if view == "graph":
            show_graph(box, folds, name=EDITED, selected=selected, is_edited=True)
        elif view == "volumes":
            show_volumes(volumes_of(spec), name=spec.name, selected=selected, is_edited=True)
        elif view == "sizes":
            show_sizes(spec, diagnosis(spec), selected=selected)
        if view in ("volumes", "run"):
            is_resting = not state.is_edited_just_now()
            run(spec, path, table.rows, is_resting=is_resting, has_cards=view == "run")
            follow(ADDRESS, key="run_link")
    with below:
        page.numbers(_numbers(spec))


def _edit(event: dict[str, Any]) -> None:
    state.note_edit()
    perform(event)


def _numbers(spec: NetworkSpec) -> list[Number]:
    table, out = network_table(spec), output_shape(spec)
    return [
        Number("Network", spec.name),
        Number("Output shape", str((1, *out)) if out else "none: it does not fit"),
        Number("Parameters", f"{table.total_params:,}", meaning("parameters")),
        Number("Multiply-adds", f"{table.total_macs:,}", meaning("multiply_adds")),
        Number(
            "Parameters in memory", f"{table.total_params * 4 / 1e6:,.1f} MB", "Four bytes each"
        ),
    ]
