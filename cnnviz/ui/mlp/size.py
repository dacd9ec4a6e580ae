"""View 3: what a dense first layer costs on larger and larger pictures."""

from __future__ import annotations

import streamlit as st

from cnnviz.figures.formulas import formula, term
from cnnviz.figures.mlp.growth import FirstLayer, growth, growth_chart
from cnnviz.ui import page
from cnnviz.ui.mlp.address import ADDRESS, LARGEST_SIDE, Values
from cnnviz.ui.mlp.controls import slider, sliders
from cnnviz.ui.page import Number
from cnnviz.ui.taking.offers import offer_numbers


def main_controls(values: Values) -> None:
    """The side of the picture, live."""
    help = "Height and width of the picture, in pixels."
    sliders("side", [slider(values, "side", "Side of the picture", help, 1, LARGEST_SIDE)])


def more_controls(values: Values) -> None:
    """Channels, neurons or kernels, and the size of a kernel."""
    sliders(
        "layer",
        [
            slider(values, "channels", "Channels", "Numbers to a pixel: 1 grey, 3 colour.", 1, 3),
            slider(values, "neurons", "Neurons, or kernels", "Of the first layer.", 1, 100),
            slider(values, "filter_size", "Kernel size", "Of the convolution: how many pixels a "
                   "kernel reads along an axis.", 1, 15),
        ],
    )  # fmt: skip


def layer_of(values: Values) -> FirstLayer:
    """Today's first layer."""
    return FirstLayer(values.side, values.channels, values.neurons, values.filter_size)


def show(values: Values, chosen: None = None) -> None:
    """The chart, and today's numbers written out."""
    layer = layer_of(values)
    offer_numbers("weights by the side of the picture", ADDRESS, lambda: growth(layer))
    with page.stage():
        st.plotly_chart(
            growth_chart(layer), key="mlp_growth", config={"displayModeBar": False}, alt=_alt(layer)
        )
    side, channels = term(f"{layer.side:,}²", "side"), term(layer.channels, "channels")
    neurons = term(f"{layer.neurons:,}", "neurons")
    kernels = term(f"{layer.neurons:,}", "kernels")
    kernel = term(f"{layer.filter_size}²", "kernel size")
    ratio = layer.dense / layer.convolution
    strip = [
        Number("One neuron", f"{layer.per_neuron:,}", "Weights of one neuron of a dense layer"),
        Number("Dense layer", f"{layer.dense:,}", "Weights and biases of all its neurons"),
        Number("Convolution", f"{layer.convolution:,}", "Parameters, for a picture of any size"),
        Number("Dense ÷ convolution", f"{ratio:,.1f}", "How many times as many numbers"),
    ]
    page.numbers(
        strip,
        [
            formula("one neuron", f"{side}·{channels}", layer.per_neuron),
            formula("dense", f"{neurons}·({side}·{channels} + {term(1, 'bias')})", layer.dense),
            formula(
                "convolution", f"{kernels}·({channels}·{kernel} + {term(1, 'bias')})",
                layer.convolution,
            ),
        ],
        _growth(layer),
    )  # fmt: skip


def _growth(layer: FirstLayer) -> str:
    """What a picture of twice the side would take: quadratic, told with today's numbers."""
    twice = FirstLayer(2 * layer.side, layer.channels, layer.neurons, layer.filter_size)
    return (
        f"twice the side: {twice.per_neuron / layer.per_neuron:g} times the weights of a neuron "
        f"({twice.per_neuron:,}); the convolution keeps its {layer.convolution:,}"
    )


def _alt(layer: FirstLayer) -> str:
    return (
        f"Parameters against the side of the picture, both logarithmic. At {layer.side} pixels a "
        f"side a dense layer has {layer.dense:,}, one neuron {layer.per_neuron:,}, the "
        f"convolution {layer.convolution:,} as at any side."
    )
