"""View 1: one neuron, one layer, many layers, and how their answer is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from torch import Tensor

from cnnviz.counting import size_words
from cnnviz.figures.formulas import term
from cnnviz.figures.mlp.neuron_sheets import PHI, neuron_sheets, subscript
from cnnviz.figures.mlp.sheets import decimal, factor, told
from cnnviz.perceptron.layers import (
    SIZES,
    LayerNumbers,
    Outcome,
    as_one_layer,
    classified,
    layers_of,
    num_params,
    regressed,
)
from cnnviz.ui import page
from cnnviz.ui.choices import seed, segments
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.kept import kept
from cnnviz.ui.mlp.address import (
    ADDRESS,
    PARTS,
    TASKS,
    Values,
)
from cnnviz.ui.mlp.controls import (
    choose_activation,
    slider,
    sliders_looked_ahead_of,
)
from cnnviz.ui.mlp.sheets import show_told
from cnnviz.ui.page import Number
from cnnviz.ui.sliders import Slider
from cnnviz.ui.taking.offers import arrays_of, offer_numbers

SHEETS, NUMBERS = "mlp_neurons", "mlp_neuron_numbers"  # keys of the components


def main_controls(values: Values) -> None:
    """The first neuron: what comes in, its weights, its bias."""
    inputs = [
        slider(values, f"x{i}", f"Input x{subscript(i)}", "A number that comes in.", -3, 3, 0.1)
        for i in (1, 2, 3)
    ]
    sliders_looked_ahead_of(values, "inputs", inputs, partial(_at_stop, values))


def more_controls(values: Values) -> None:
    """Weights and bias of the first neuron, φ, and what the network is for."""
    segments(
        ADDRESS,
        "part",
        "Part",
        PARTS,
        "A neuron is a row of a layer's matrix; an MLP puts layers behind one another.",
    )
    choose_activation()
    weights = [
        slider(values, f"w{i}", f"Weight w{subscript(i)}", "What the first neuron multiplies "
               f"x{subscript(i)} by.", -3, 3, 0.1)
        for i in (1, 2, 3)
    ]  # fmt: skip
    bias = slider(values, "bias", "Bias b", "Added to the sum, whatever comes in.", -3, 3, 0.1)
    sliders_looked_ahead_of(values, "weights", [*weights, bias], partial(_at_stop, values))
    if values.part == "network":
        _task_controls(values)
    if values.part != "neuron":
        seed(ADDRESS, "The weights of the other neurons are drawn by it.")


def _task_controls(values: Values) -> None:
    segments(ADDRESS, "task", "For", TASKS, "Telling classes apart, or guessing a number.")
    if values.task == "classification":
        st.segmented_control(
            "Right class",
            [1, 2, 3],
            key=ADDRESS.key("target"),
            required=True,
            help="The class of this sample: the loss looks at its probability.",
        )
    else:
        wanted = "The number that the network should give for this sample."
        number = slider(values, "wanted", "Right number", wanted, -3, 3, 0.1)
        sliders_looked_ahead_of(values, "wanted", [number], partial(_at_stop, values))


def _at_stop(values: Values, slider: Slider, stop: float) -> Mapping[str, Any]:
    """What the page shows with a slider at a stop."""
    return _told(replace(values, **{slider.name: stop}))


def network_layers(values: Values) -> list[LayerNumbers]:
    """Today's layers with their numbers."""
    sizes = SIZES[values.part]
    if values.part == "network" and values.task == "regression":
        sizes = (*sizes[:-1], 1)
    x, weights = ([getattr(values, f"{name}{i}") for i in (1, 2, 3)] for name in "xw")
    return layers_of(sizes, x, weights, values.bias, values.activation, values.seed)


def outcome_of(values: Values, answer: Tensor) -> Outcome | None:
    """How the last layer's numbers are judged; None for a neuron or a layer."""
    if values.part != "network":
        return None
    if values.task == "regression":
        return regressed(answer, values.wanted)
    return classified(answer, values.target - 1)


def show(values: Values, chosen: None = None) -> None:
    """The sheets, and the numbers below."""
    offer_numbers(
        "neurons, layer by layer", ADDRESS, lambda: _layer_numbers(network_layers(values))
    )
    shown = _told(values)
    with page.stage():
        show_told(shown[SHEETS], key=SHEETS)
    page.live_numbers(shown[NUMBERS]["html"], key=NUMBERS)


@kept(is_quick=True)  # a class follows its teacher: the same numbers come again and again
def _told(values: Values) -> Mapping[str, Any]:
    """What the components are told, by their keys."""
    layers = network_layers(values)
    outcome = outcome_of(values, layers[-1].y)
    is_classes = outcome is not None and values.task == "classification"
    sheets = neuron_sheets(layers, outcome, "p" if is_classes else "")
    return {SHEETS: told(sheets), NUMBERS: {"html": _numbers_html(values, layers, outcome)}}


def _numbers_html(values: Values, layers: list[LayerNumbers], outcome: Outcome | None) -> str:
    strip = [
        *(
            Number(
                f"W{subscript(j)}",
                f"({len(layer.bias)}, {len(layer.x)})",
                "neurons of this layer, numbers of the layer before",
            )
            for j, layer in enumerate(layers, 1)
        ),
        Number("Numbers to learn", f"{num_params(layers):,}", "Weights and biases of all layers"),
        Number("φ", f"{values.activation}: {PHI[values.activation]}", "The activation"),
    ]
    if outcome is not None:
        strip.append(Number("Loss", decimal(outcome.loss, 3), meaning("loss")))
    formulas = [
        _sum(layers[0]),
        *_composed(layers),
        *_one_matrix(values, layers),
        *_judged(values, layers[-1].y, outcome),
    ]
    return page.numbers_html(strip, formulas)


def _layer_numbers(layers: list[LayerNumbers]) -> dict[str, Any]:
    return {
        f"layer{j}_{name}": array
        for j, layer in enumerate(layers, 1)
        for name, array in arrays_of(layer).items()
    }


def _line(left: str, right: str, result: str) -> str:
    return f'<span class="formula">{left} = {right} = <b>{result}</b></span>'


def _sum(layer: LayerNumbers) -> str:
    """The first neuron's sum, written out."""
    products = " + ".join(
        f"{term(decimal(w), f'w{subscript(i)}')}·{term(factor(x), f'x{subscript(i)}')}"
        for i, (w, x) in enumerate(zip(layer.weight[0].tolist(), layer.x.tolist(), strict=True), 1)
    )
    bias = term(factor(float(layer.bias[0])), "bias")
    y = decimal(float(layer.y[0]), 3)
    return _line(f"y = φ({products} + {bias})", f"φ({decimal(float(layer.z[0]), 3)})", y)


def _composed(layers: list[LayerNumbers]) -> list[str]:
    """The whole network as one function of x, each matrix with its size; nothing for a neuron."""
    if len(layers) == 1 and len(layers[0].bias) == 1:
        return []
    inside = "x"
    for j, layer in enumerate(layers, 1):
        size = size_words(layer.weight.shape)
        inside = f"{term(f'W{subscript(j)}', size)} {inside} + b{subscript(j)}"
        if layer.activation != "identity":
            inside = f"φ({inside})"
        elif j < len(layers):
            inside = f"({inside})"
    return [_line(f"y{subscript(len(layers))}", inside, _numbers(layers[-1].y))]


def _one_matrix(values: Values, layers: list[LayerNumbers]) -> list[str]:
    """Layers without φ written as the one layer that they are."""
    if len(layers) == 1 or values.activation != "identity":
        return []
    weight, bias = as_one_layer(layers)
    answer = weight @ layers[0].x + bias
    left = "·".join(f"W{subscript(j)}" for j in range(len(layers), 0, -1))
    return [
        f'<span class="formula">without φ {left} is one matrix, {_rows(weight)}: times x, with the '
        f"bias {_numbers(bias)}, it gives <b>{_numbers(answer)}</b> as all {len(layers)} layers do"
        "</span>"
    ]


def _rows(matrix: Tensor) -> str:
    return "(" + "; ".join(_numbers(row, "") for row in matrix) + ")"


def _numbers(vector: Tensor, around: str = "()") -> str:
    return f"{around[:1]}{', '.join(decimal(float(one)) for one in vector)}{around[1:]}"


def _judged(values: Values, answer: Tensor, outcome: Outcome | None) -> list[str]:
    """Softmax and cross-entropy, or identity and squared error, with their numbers."""
    if outcome is None:
        return []
    loss = decimal(outcome.loss, 3)
    if values.task == "regression":
        right = (
            f"({term(decimal(values.wanted), 'right')} − {term(factor(float(answer[0])), 'ŷ')})²"
        )
        return [_line("loss", right, loss)]
    index = int(outcome.target)
    scores = [float(score) for score in answer]
    below = " + ".join(f"e<sup>{decimal(score)}</sup>" for score in scores)
    share = decimal(float(outcome.answer[index]), 3)
    name = f"p{subscript(index + 1)}"
    return [
        _line(name, f"e<sup>{decimal(scores[index])}</sup> / ({below})", share),
        _line("loss", f"−ln {term(share, name)}", loss),
    ]
