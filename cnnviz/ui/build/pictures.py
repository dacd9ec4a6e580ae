"""The pictures of a network as files for a paper or a slide."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cnnviz.figures.layer_table import table_svg
from cnnviz.figures.volumes import Volume, volumes_svg
from cnnviz.ui.build.downloads import Picture, picture_downloads
from cnnviz.ui.build.network import NetworkView
from cnnviz.ui.build.table_text import table_csv, table_latex, table_markdown


def save_tables(name: str, table: NetworkView) -> None:
    """Buttons that save the table as text: for a spreadsheet, a README, a paper."""
    with st.container(horizontal=True):
        st.download_button("CSV", lambda: table_csv(table.rows), f"{name}.csv", "text/csv")
        st.download_button(
            "Markdown", lambda: table_markdown(table.rows), f"{name}.md", "text/markdown"
        )
        st.download_button("LaTeX", lambda: table_latex(table.rows), f"{name}.tex", "text/x-tex")


def save_pictures(name: str, volumes: Sequence[Volume], table: NetworkView) -> None:
    """Buttons that save the volumes, the table, and the graph that stands on the page.

    Args:
        name: what the files' names begin with.
        volumes: of the network.
        table: its rows and their totals.
    """
    params, macs = f"{table.total_params:,}", f"{table.total_macs:,}"
    drawn = volumes_svg(volumes, standalone=True)
    picture_downloads(
        [
            Picture("Volumes", f"{name}-volumes", svg=drawn),
            Picture("Table with bars", f"{name}-table", svg=table_svg(table.rows, params, macs)),
            Picture("Graph", f"{name}-graph", selector=".st-key-build_graph >>> .room svg"),
        ],
        key="build_pictures",
    )
