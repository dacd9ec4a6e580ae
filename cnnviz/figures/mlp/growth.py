"""Weights against picture size: dense layers beside a convolution, on logarithmic axes."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from cnnviz.arithmetic import conv_num_params
from cnnviz.counting import counted
from cnnviz.figures.style import AXIS, INPUT, KERNEL, NEUTRAL, REACH, TEXT, figure_layout

SIDES = tuple(sorted({*range(1, 33), *range(32, 101, 4), *range(100, 1001, 50), 28, 32, 224}))
HEIGHT = 400


@dataclass(frozen=True)
class FirstLayer:
    """The first layer on a square picture, connected in both ways.

    Args:
        side: pixels a side.
        channels: numbers to a pixel.
        neurons: of a dense layer, and kernels of a convolution.
        filter_size: of each kernel.
    """

    side: int
    channels: int = 1
    neurons: int = 10
    filter_size: int = 5

    @property
    def per_neuron(self) -> int:
        """Weights of one neuron that is connected to every number."""
        return self.channels * self.side**2

    @property
    def dense(self) -> int:
        """Parameters of the whole dense layer: each neuron has a bias too."""
        return self.neurons * (self.per_neuron + 1)

    @property
    def convolution(self) -> int:
        """Parameters of a convolution with as many kernels: the tutorial's K · (C · F² + 1)."""
        return conv_num_params(self.channels, self.neurons, self.filter_size)


def growth(layer: FirstLayer) -> dict[str, list[int]]:
    """What the chart draws: `side`, and of each the numbers to learn of the dense layer, of one of
    its neurons and of the convolution."""
    layers = [FirstLayer(side, layer.channels, layer.neurons, layer.filter_size) for side in SIDES]
    return {
        "side": list(SIDES),
        "dense": [one.dense for one in layers],
        "neuron": [one.per_neuron for one in layers],
        "convolution": [one.convolution for one in layers],
    }


def growth_chart(layer: FirstLayer) -> go.Figure:
    """Parameters against the side, to be read off by pointing; today's side is marked."""
    numbers = growth(layer)
    size = f"{layer.filter_size} × {layer.filter_size}"
    kernels = f"convolution, {counted(layer.neurons, 'kernel')} of {size}"
    dense = f"dense layer of {counted(layer.neurons, 'neuron')}"
    figure = go.Figure()
    lines = (
        (dense, INPUT, numbers["dense"]),
        ("one neuron of it", NEUTRAL, numbers["neuron"]),
        (kernels, KERNEL, numbers["convolution"]),
    )
    for name, colour, values in lines:
        figure.add_trace(_line(name, colour, values))
    figure.add_trace(_today(layer))
    figure.add_vline(x=layer.side, line={"color": REACH, "width": 2})
    figure.update_layout(**figure_layout(HEIGHT, hovermode="x unified"))
    ticks = (1, 3, 10, 28, 100, 224, 1000)
    figure.update_xaxes(
        type="log", title="side of the picture, pixels", tickvals=ticks, range=[0, 3.3]
    )
    powers = [10**power for power in range(9)]
    figure.update_yaxes(
        type="log",
        title="numbers to learn",
        tickvals=powers,
        ticktext=[f"{power:,}" for power in powers],
    )
    figure.update_xaxes(**AXIS).update_yaxes(**AXIS)
    return figure


def _line(name: str, colour: str, values: list[int]) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=SIDES,
        y=values,
        mode="lines",
        line={"color": colour, "width": 3},
        hovertemplate="%{y:,}",
    )


def _today(layer: FirstLayer) -> go.Scatter:
    return go.Scatter(
        x=[layer.side] * 3,
        y=[layer.dense, layer.per_neuron, layer.convolution],
        mode="markers+text",
        text=[f"{layer.dense:,}", f"{layer.per_neuron:,}", f"{layer.convolution:,}"],
        textposition=_beside_the_lines(layer),
        marker={"color": [INPUT, NEUTRAL, KERNEL], "size": 9},
        textfont=TEXT,
        showlegend=False,
        hoverinfo="skip",
    )


def _beside_the_lines(layer: FirstLayer) -> list[str]:
    """Where the three numbers stand so that no line crosses them: the dense ones rise."""
    above = "top left" if layer.side > 4 else "top right"  # at the very left it would be cut
    is_near = layer.convolution < layer.per_neuron < 8 * layer.convolution
    is_below = layer.per_neuron < layer.convolution
    neuron = above if is_near else "bottom right"
    return [above, neuron, "top right" if is_below else "bottom right"]
