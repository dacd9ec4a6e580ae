"""Networks side by side, layer by layer: how large the maps are, and where the cost is."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cnnviz.counting import size_words
from cnnviz.figures.style import AXIS, INPUT, OUTPUT, WARNING, figure_layout
from cnnviz.summary import Row, Summary

LOOKS = ((INPUT, "solid", "circle"), (WARNING, "dash", "square"), (OUTPUT, "dot", "diamond"))
HEIGHT = 560
SIZES = (1, 2, 4, 7, 14, 28, 56, 112, 224, 448)  # rows of maps, halved from 224 down
HEIGHTS, MACS, PARAMS = "rows of its maps", "multiply-adds so far", "parameters so far"
MEASURES = (HEIGHTS, MACS, PARAMS)


def weighted_layers(summary: Summary) -> list[Row]:
    """The layers that multiply: convolutions and linear layers, in the order of their calls."""
    return [row for row in summary.rows if row.macs > 0]


def is_map(row: Row) -> bool:
    """Whether a layer's result has rows and columns that it did not lose in a global pooling.

    A gate (squeeze and excitation) lies beside the maps, with a single number for each.
    """
    return row.extents is not None and not any(extent.is_whole for extent in row.extents)


def layer_values(summary: Summary, measure: str) -> list[int | None]:
    """One of `MEASURES` at each of the weighted layers; None for the rows of what is no map.

    What is summed up takes in the layers between (batch norm has parameters too), so the last
    value is the network's.
    """
    if measure == HEIGHTS:
        layers = weighted_layers(summary)
        return [row.output_shape[2] if is_map(row) else None for row in layers]
    totals: list[int | None] = []
    total = 0
    for row in summary.rows:
        if row.macs > 0:
            totals.append(total)
        total += row.macs if measure == MACS else row.num_params
    return [*totals[1:], total] if totals else []


def compare_chart(summaries: Mapping[str, Summary]) -> go.Figure:
    """Three lines a network, over the number of its convolution or linear layer.

    Args:
        summaries: title of the network -> its summary; three at most have looks of their own.
    """
    figure = make_subplots(rows=len(MEASURES), cols=1, shared_xaxes=True, vertical_spacing=0.06)
    for (title, summary), look in zip(summaries.items(), LOOKS, strict=False):
        for place, measure in enumerate(MEASURES, start=1):
            figure.add_trace(_line(title, summary, measure, look), row=place, col=1)
    for place, measure in enumerate(MEASURES, start=1):
        figure.update_yaxes(title=measure, row=place, col=1)
    figure.update_yaxes(type="log", tickvals=SIZES, row=1 + MEASURES.index(HEIGHTS), col=1)
    figure.update_xaxes(title="convolution or linear layer, by number", row=len(MEASURES), col=1)
    figure.update_layout(**figure_layout(HEIGHT))
    figure.update_xaxes(**AXIS).update_yaxes(**AXIS)
    return figure


def _line(title: str, summary: Summary, measure: str, look: tuple[str, str, str]) -> go.Scatter:
    colour, dash, symbol = look
    layers, values = weighted_layers(summary), layer_values(summary, measure)
    return go.Scatter(
        name=title,
        legendgroup=title,
        showlegend=measure == MEASURES[0],
        x=list(range(1, len(layers) + 1)),
        y=values,
        mode="lines+markers",
        connectgaps=measure == HEIGHTS,  # past the gates
        line={"color": colour, "dash": dash, "width": 2, "shape": "hvh"},
        marker={"symbol": symbol, "size": 4},
        text=[_hover(row) for row in layers],
        hovertemplate=f"<b>{title}</b>, layer %{{x}}: %{{text}}<br>%{{y:,}} {measure}"
        "<extra></extra>",
    )


def _hover(row: Row) -> str:
    shape = size_words(row.output_shape[1:])
    return (
        f"{row.name}<br>{row.kind}<br>gives {shape}"
        f"<br>itself {row.macs:,} multiply-adds, {row.num_params:,} parameters"
    )
