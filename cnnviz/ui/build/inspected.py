"""A classification network of torchvision, layer by layer, to be looked at."""

from __future__ import annotations

from math import prod
from zlib import crc32

import streamlit as st

from cnnviz.figures.layer_groups import Role
from cnnviz.figures.layer_table import LayerRow
from cnnviz.figures.module_graph import module_dot
from cnnviz.figures.volumes import CAPTION, Volume, volumes_svg
from cnnviz.summary import Row, Summary, summarize
from cnnviz.summary.graph import NetworkGraph, network_graph
from cnnviz.ui import page
from cnnviz.ui.build.network import NetworkView, show_network
from cnnviz.ui.build.pictures import save_pictures
from cnnviz.ui.build.rows import field_text, size_text
from cnnviz.ui.kept import kept
from cnnviz.ui.page import Number

MOST_VOLUMES = 60


def inspect_network(name: str) -> dict[str, str]:
    """A network of torchvision in all pictures and in numbers; returns the scripts of the view."""
    try:
        summary = inspected(name)
    except ValueError as error:
        page.problem(f"{error}.")
        return {}
    left, right = st.columns([3.4, 1.6], gap="small")
    with left:
        show_network(_view(name), key="build_network")
    with right, st.container(key="inspect_graph"):
        with st.container(border=True, key="build_graph"):  # where the table lights its layers
            st.graphviz_chart(_dot(name), alt=f"The graph of {name}, top to bottom, with its skips")
        if words := folded_words(_graph(name)):
            st.caption(words)
    page.numbers(
        [
            Number("Network", name),
            Number("Input", str(tuple(summary.input_shape))),
            Number("Output shape", str(tuple(summary.output_shape))),
            Number("Parameters", f"{summary.num_params:,}"),
            Number("Multiply-adds", f"{summary.macs:,}", "FLOPs are twice as many"),
        ]
    )
    save_pictures(name, _volumes(summary)[:MOST_VOLUMES], _view(name))
    return {"The numbers": _script(name, summary.input_shape)}


@kept(spinner="Reading the network …")
def inspected(name: str) -> Summary:
    """The summary of a torchvision classification network at the size it was trained for.

    Raises:
        ValueError: torchvision has no such network.
    """
    from cnnviz.zoo import network
    from cnnviz.zoo.on_meta import build_on_meta  # here: torchvision takes a second to import

    size = network(name).default.input_size
    return summarize(build_on_meta(name), (1, 3, size, size))


@kept(is_quick=True)
def _view(name: str) -> NetworkView:
    summary = inspected(name)
    volumes = _volumes(summary)
    caption = CAPTION
    if len(volumes) > MOST_VOLUMES:
        caption += f" The first {MOST_VOLUMES} of {len(volumes)} volumes."
    return NetworkView(
        rows=_rows(summary),
        volumes=volumes_svg(volumes[:MOST_VOLUMES], has_style=False),
        caption=caption,
        total_params=summary.num_params,
        total_macs=summary.macs,
    )


@kept(is_quick=True)
def _graph(name: str) -> NetworkGraph:
    return network_graph(inspected(name))


@kept(is_quick=True)
def _dot(name: str) -> str:
    return module_dot(_graph(name), name, prefix=f"n{crc32(name.encode()):x}_")


def folded_words(graph: NetworkGraph) -> str:
    """What the graph does not draw on its own, in a sentence or two; nothing if it draws all."""
    words = ""
    if graph.runs:
        words += "Equal blocks in a row are drawn once; the block's title says how many they are. "
    if graph.num_closed:
        modules = "module is" if graph.num_closed == 1 else "modules are"
        words += f"{graph.num_closed} {modules} drawn as one box, with the number of layers inside."
    return words.strip()


def _rows(summary: Summary) -> list[LayerRow]:
    """A row for each call of a layer."""
    most_params = max(row.num_params for row in summary.rows) or 1
    most_macs = max(row.macs for row in summary.rows) or 1
    rows = [LayerRow("", "Input", shape=size_text(summary.input_shape[1:]), sees="1")]
    for number, row in enumerate(summary.rows, start=1):
        rows.append(
            LayerRow(
                str(number),
                _kind(row),
                row.name,
                shape=size_text(tuple(row.output_shape[1:])),
                params=f"{row.num_params:,}" if row.num_params else "",
                macs=f"{row.macs:,}" if row.macs else "",
                sees=field_text(row.receptive_field),
                params_share=round(row.num_params / most_params, 4),
                macs_share=round(row.macs / most_macs, 4),
            )
        )
    return rows


def _volumes(summary: Summary) -> list[Volume]:
    """A volume for each shape in a row; layers that leave it as it is belong to it."""
    shape = tuple(summary.input_shape[1:])
    volumes = [Volume(("input",), "input", shape, "input")]
    for number, row in enumerate(summary.rows, start=1):
        shape = tuple(row.output_shape[1:])
        before = volumes[-1]
        if before.shape == shape and before.role != "input":
            volumes[-1] = Volume(
                (*before.layers, str(number)), before.label, shape, before.role, before.has_skip
            )
        else:
            role: Role = "output" if len(shape) == 3 and prod(shape[1:]) > 1 else "flat"
            volumes.append(Volume((str(number),), _short(row.name), shape, role))
    return volumes


def _short(name: str) -> str:
    return name if len(name) <= 18 else "…" + name[-17:]


def _kind(row: Row) -> str:
    return row.kind.partition("(")[0]


def _script(name: str, shape: tuple[int, ...]) -> str:
    return (
        "from cnnviz.summary import summarize\n"
        "from cnnviz.zoo.on_meta import build_on_meta\n\n"
        f'model = build_on_meta("{name}")  # torchvision\'s, without memory for the weights\n'
        f"summary = summarize(model, {tuple(shape)})\n"
        "for row in summary.rows:\n"
        "    print(row.name, tuple(row.output_shape), row.num_params, row.macs)\n"
        'print("parameters:", summary.num_params)\n'
        'print("multiply-adds:", summary.macs)\n'
    )
