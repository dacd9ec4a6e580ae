"""Layers of neurons as matrices and vectors that light one another."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from cnnviz.counting import counted
from cnnviz.figures.mlp.sheets import Cell, Part, Sheet, Sheets, Sign, decimal, factor, signed_fill
from cnnviz.perceptron.layers import LayerNumbers, Outcome

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
PHI = {
    "relu": "max(0, z)",
    "tanh": "tanh(z)",
    "sigmoid": "1 / (1 + e⁻ᶻ)",
    "gelu": "z · Φ(z)",
    "identity": "z",
}


def subscript(number: int) -> str:
    """A whole number in small letters below the line."""
    return str(number).translate(SUBSCRIPTS)


def neuron_sheets(layers: Sequence[LayerNumbers], outcome: Outcome | None, names: str) -> Sheets:
    """A line for each layer: W · x + b = z, φ(z) = y; pointing at an output lights what it reads.

    Args:
        layers: from the first.
        outcome: what is made of the last layer's numbers, if anything.
        names: of the answer beside the last layer: "p" for probabilities; "" where it has none.
    """
    limit = max(float(layer.weight.abs().max()) for layer in layers) or 1.0
    lines: list[list[Part]] = []
    words: dict[str, str] = {}
    for index, layer in enumerate(layers, start=1):
        lines.append(_line(index, layer, limit))
        words |= _words(index, layer)
    if outcome is not None and names:
        target = int(outcome.target)
        lines[-1] += [Sign("softmax →"), _answer(outcome.answer, target, names)]
        words |= _answer_words(layers[-1].y, outcome.answer, names)
    return Sheets(lines, words, start=f"{len(layers)}r0")


def _line(index: int, layer: LayerNumbers, limit: float) -> list[Part]:
    j, before = subscript(index), subscript(index - 1)
    rows = range(len(layer.bias))
    outputs, inputs = layer.weight.shape
    x_name = "x" if index == 1 else f"y{before}"
    phi = "" if layer.activation == "identity" else f"φ = {layer.activation}"
    return [
        Sheet(
            f"W{j}",
            f"({outputs}, {inputs})",
            _weights(index, layer.weight, limit),
            inputs,
            f"The weights of layer {index}: {counted(outputs, 'row')} of {inputs}.",
            size=46,
        ),
        Sign("·"),
        _vector(x_name, layer.x, [_input(index, i, outputs) for i in range(inputs)], "in"),
        Sign("+"),
        _vector(f"b{j}", layer.bias, [_row(index, row) for row in rows], "plain"),
        Sign("="),
        _vector(f"z{j}", layer.z, [_row(index, row) for row in rows], "plain"),
        Sign(f"{phi} →" if phi else "identity →"),
        _vector(f"y{j}", layer.y, [_made(index, row) for row in rows], "out"),
    ]


def _row(index: int, row: int) -> tuple[str, tuple[str, ...]]:
    return f"{index}r{row}", (f"{index}r{row}",)


def _made(index: int, row: int) -> tuple[str, tuple[str, ...]]:
    """An output is lit with its own row, and as an input of the next layer."""
    return f"{index}r{row}", (f"{index}r{row}", f"{index + 1}c{row}")


def _input(index: int, column: int, outputs: int) -> tuple[str, tuple[str, ...]]:
    """An input is read by every row of its layer."""
    reads = tuple(f"{index}r{row}" for row in range(outputs))
    return f"{index}c{column}", (f"{index}c{column}", *reads)


def _weights(index: int, weight: Tensor, limit: float) -> list[Cell]:
    return [
        Cell(decimal(value), "k", signed_fill(value, limit), f"{index}r{row}",
             (f"{index}r{row}", f"{index}c{column}"))
        for row, values in enumerate(weight.tolist())
        for column, value in enumerate(values)
    ]  # fmt: skip


def _vector(
    title: str, values: Tensor, places: Sequence[tuple[str, tuple[str, ...]]], role: str
) -> Sheet:
    cells = [
        Cell(decimal(value), "in" if role == "in" else "out" if role == "out" else "plain", "", *at)
        for value, at in zip(values.tolist(), places, strict=True)
    ]
    alt = f"{title}: {', '.join(map(decimal, values.tolist()))}."
    return Sheet(title, f"({len(cells)})", cells, 1, alt, size=52)


def _words(index: int, layer: LayerNumbers) -> dict[str, str]:
    j = subscript(index)
    words = {}
    for row, (weights, bias, z, y) in enumerate(
        zip(layer.weight.tolist(), layer.bias.tolist(), layer.z.tolist(), layer.y.tolist(),
            strict=True)
    ):  # fmt: skip
        products = [
            f"{decimal(w)}·{factor(x)}" for w, x in zip(weights, layer.x.tolist(), strict=True)
        ]
        summed = f"{' + '.join(products)} + {factor(bias)} = {decimal(z)}"
        made = "" if layer.activation == "identity" else f", φ({decimal(z)}) = {decimal(y)}"
        words[f"{index}r{row}"] = f"neuron {row + 1} of layer {index}: {summed}{made}"
    for column, x in enumerate(layer.x.tolist()):
        count = len(layer.bias)
        readers = "1 neuron" if count == 1 else f"all {count} neurons"
        name = f"x{subscript(column + 1)}" if index == 1 else f"output {column + 1} of layer"
        name = name if index == 1 else f"{name} {index - 1}"
        words[f"{index}c{column}"] = (
            f"{name} = {decimal(x)} is read by {readers}: column {column + 1} of W{j}"
        )
    return words


def _answer(answer: Tensor, target: int, name: str) -> Sheet:
    cells = [
        Cell(decimal(value), "out", key=f"a{i}", tags=(f"a{i}",), corner="✓" if i == target else "")
        for i, value in enumerate(answer.tolist())
    ]
    alt = f"Probabilities: {', '.join(map(decimal, answer.tolist()))}; class {target + 1} is right."
    return Sheet(name, f"({len(cells)})", cells, 1, alt, size=52)


def _answer_words(scores: Tensor, answer: Tensor, name: str) -> dict[str, str]:
    below = " + ".join(f"e^{decimal(score)}" for score in scores.tolist())
    return {
        f"a{i}": f"{name}{subscript(i + 1)} = e^{decimal(score)} / ({below}) = {decimal(value, 3)}"
        for i, (score, value) in enumerate(zip(scores.tolist(), answer.tolist(), strict=True))
    }
