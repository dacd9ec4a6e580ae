"""The pictures of a network as files for a paper or a slide."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.figures.layer_table import table_svg
from cnnviz.figures.volumes import Volume, volumes_svg
from cnnviz.ui.build.downloads import Picture, picture_downloads
from cnnviz.ui.build.network import NetworkView


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
