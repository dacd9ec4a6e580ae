"""Networks side by side, layer by layer: how large the maps are, and where the cost is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cnnviz.figures.style import INPUT, OUTPUT, WARNING, figure_layout
from cnnviz.summary import Row, Summary

LOOKS = ((INPUT, "solid", "circle"), (WARNING, "dash", "square"), (OUTPUT, "dot", "diamond"))
HEIGHT = 560


@dataclass(frozen=True)
class Measure:
    """What is drawn of each layer: a title for its axis, and how it is read off a row."""

    title: str
    is_log: bool

    def of(self, row: Row) -> int | None:
        """The row's value; None where it has none (maps behind a flatten)."""
        if self is HEIGHTS:
            return row.output_shape[2] if len(row.output_shape) == 4 else None
        return row.macs if self is MACS else row.num_params


HEIGHTS = Measure("rows of its maps", is_log=True)
MACS = Measure("multiply-adds", is_log=False)
PARAMS = Measure("parameters", is_log=False)
MEASURES = (HEIGHTS, MACS, PARAMS)


def weighted_layers(summary: Summary) -> list[Row]:
    """The layers that multiply: convolutions and linear layers, in the order of their calls."""
    return [row for row in summary.rows if row.macs > 0]


def compare_chart(summaries: Mapping[str, Summary]) -> go.Figure:
    """Three lines a network, over the number of its convolution or linear layer.

    Args:
        summaries: title of the network -> its summary; three at most have looks of their own.
    """
    figure = make_subplots(rows=len(MEASURES), cols=1, shared_xaxes=True, vertical_spacing=0.06)
    for (title, summary), look in zip(summaries.items(), LOOKS, strict=False):
        layers = weighted_layers(summary)
        for place, measure in enumerate(MEASURES, start=1):
            figure.add_trace(_line(title, layers, measure, look, place == 1), row=place, col=1)
    for place, measure in enumerate(MEASURES, start=1):
        figure.update_yaxes(
            title=measure.title, type="log" if measure.is_log else "linear", row=place, col=1
        )
    figure.update_xaxes(title="convolution or linear layer, by number", row=len(MEASURES), col=1)
    figure.update_layout(**figure_layout(HEIGHT))
    return figure


def _line(
    title: str,
    layers: Sequence[Row],
    measure: Measure,
    look: tuple[str, str, str],
    has_legend: bool,
) -> go.Scatter:
    colour, dash, symbol = look
    return go.Scatter(
        name=title,
        legendgroup=title,
        showlegend=has_legend,
        x=list(range(1, len(layers) + 1)),
        y=[measure.of(row) for row in layers],
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 1.6, "shape": "hvh"},
        marker={"symbol": symbol, "size": 5},
        text=[f"{row.name}<br>{row.kind}<br>{row.output_shape}" for row in layers],
        hovertemplate=f"<b>{title}</b> %{{x}}: %{{text}}<br>%{{y:,}} {measure.title}"
        "<extra></extra>",
    )
