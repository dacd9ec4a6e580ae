"""One neuron, one layer of them, and three layers, as torch computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.models.mlp import ACTIVATIONS

SIZES = {"neuron": (3, 1), "layer": (3, 4), "network": (3, 4, 4, 3)}  # n_0, n_1, …


@dataclass(frozen=True)
class LayerNumbers:
    """What one fully connected layer did: y = φ(W x + b).

    Args:
        weight: W (n_j, n_{j−1}).
        bias: b (n_j).
        x: what came in, (n_{j−1}).
        z: W x + b, (n_j).
        y: φ(z), (n_j).
        activation: the name of φ.
    """

    weight: Tensor
    bias: Tensor
    x: Tensor
    z: Tensor
    y: Tensor
    activation: str


@dataclass(frozen=True)
class Outcome:
    """How the last layer's numbers are judged.

    Args:
        answer: softmax of the scores, or the numbers as they are.
        target: index of the right class, or the right number.
        loss: −ln of the right class's probability, or the squared error.
    """

    answer: Tensor
    target: float
    loss: float


def layers_of(
    sizes: Sequence[int], x: Sequence[float], weights: Sequence[float], bias: float,
    activation: str, seed: int,
) -> list[LayerNumbers]:  # fmt: skip
    """The numbers of every layer, from `nn.Linear` and the activation of torch.

    The first neuron has the given weights and bias; all others are drawn by the seed, with one
    digit after the point so that they can be read. The last of several layers has no activation.

    Args:
        sizes: n_0, n_1, …: numbers that come in, then neurons of each layer.
        x: the input, n_0 numbers.
        weights: of the first neuron, n_0 numbers.
        bias: of the first neuron.
        activation: one of `cnnviz.models.mlp.ACTIVATIONS`.
        seed: of the other neurons.

    Raises:
        ValueError: x or weights are not n_0 numbers.
    """
    if not len(x) == len(weights) == sizes[0]:
        raise ValueError(f"a neuron of {sizes[0]} inputs needs as many numbers and weights")
    generator = torch.Generator().manual_seed(seed)
    found: list[LayerNumbers] = []
    values = torch.tensor(x, dtype=torch.float64)
    for index in range(1, len(sizes)):
        linear = _drawn(sizes[index - 1], sizes[index], generator)
        if index == 1:
            linear.weight.data[0] = torch.tensor(weights, dtype=torch.float64)
            linear.bias.data[0] = bias
        is_last_of_many = 1 < index == len(sizes) - 1
        name = "identity" if is_last_of_many else activation
        with torch.inference_mode():
            z = linear(values)
            y = ACTIVATIONS[name]()(z)
        found.append(LayerNumbers(linear.weight.data, linear.bias.data, values, z, y, name))
        values = y
    return found


def _drawn(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """Weights from −1 to 1 and biases from −0.5 to 0.5, with one digit after the point."""
    linear = nn.Linear(inputs, outputs, dtype=torch.float64).requires_grad_(False)
    for parameter, limit in ((linear.weight, 10), (linear.bias, 5)):
        whole = torch.randint(-limit, limit + 1, parameter.shape, generator=generator)
        parameter.copy_(whole.double() / 10)
    return linear


def classified(scores: Tensor, target: int) -> Outcome:
    """Softmax and cross-entropy of class scores (classes), for one sample."""
    loss = F.cross_entropy(scores.unsqueeze(0), torch.tensor([target]))
    return Outcome(scores.softmax(dim=0), target, float(loss))


def regressed(number: Tensor, target: float) -> Outcome:
    """The number (1) as it is and its squared error, for one sample."""
    loss = F.mse_loss(number, torch.full_like(number, target), reduction="sum")
    return Outcome(number, target, float(loss))


def num_params(layers: Sequence[LayerNumbers]) -> int:
    """Weights and biases of all layers."""
    return sum(layer.weight.numel() + layer.bias.numel() for layer in layers)


def as_one_layer(layers: Sequence[LayerNumbers]) -> tuple[Tensor, Tensor]:
    """Weight (last outputs, first inputs) and bias of the one layer that all are without φ.

    W_k (… (W_1 x + b_1) …) + b_k is M x + c, with M the product of the matrices.
    """
    weight, bias = layers[0].weight, layers[0].bias
    for layer in layers[1:]:
        weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
    return weight, bias
