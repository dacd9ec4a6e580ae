"""A neuron, a layer and three layers against sums written out."""

from __future__ import annotations

from math import erf, exp, log, sqrt, tanh

import pytest
import torch

from cnnviz.perceptron.layers import (
    SIZES,
    as_one_layer,
    classified,
    layers_of,
    num_params,
    regressed,
)

PHI = {
    "relu": lambda z: max(0.0, z),
    "tanh": tanh,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "gelu": lambda z: z * (1 + erf(z / sqrt(2))) / 2,
    "identity": lambda z: z,
}


@pytest.mark.parametrize("name", PHI)
def test_one_neuron_is_its_sum_and_its_activation(name):
    (layer,) = layers_of((3, 1), [1.5, -0.5, 2], [0.8, -1.2, 0.4], -0.5, name, 0)
    z = 0.8 * 1.5 + 1.2 * 0.5 + 0.4 * 2 - 0.5
    assert float(layer.z) == pytest.approx(z)
    assert float(layer.y) == pytest.approx(PHI[name](z))


def test_layers_have_the_tutorials_shapes_and_feed_one_another():
    layers = layers_of(SIZES["network"], [1, 2, 3], [1, 1, 1], 0, "relu", 7)
    assert [tuple(layer.weight.shape) for layer in layers] == [(4, 3), (4, 4), (3, 4)]
    assert num_params(layers) == 16 + 20 + 15
    y = torch.tensor([1.0, 2, 3], dtype=torch.float64)
    for layer in layers:
        z = layer.weight @ y + layer.bias
        y = z if layer is layers[-1] else z.clamp(min=0)
        torch.testing.assert_close(layer.z, z)
        torch.testing.assert_close(layer.y, y)


def test_without_an_activation_three_layers_are_one_matrix():
    layers = layers_of(SIZES["network"], [1, 2, 3], [1, -1, 0.5], 0.3, "identity", 3)
    product = layers[2].weight @ layers[1].weight @ layers[0].weight
    base = layers_of(SIZES["network"], [0, 0, 0], [1, -1, 0.5], 0.3, "identity", 3)[-1].y
    torch.testing.assert_close(layers[-1].y, product @ layers[0].x + base)
    torch.testing.assert_close(as_one_layer(layers), (product, base))


def test_softmax_and_cross_entropy_by_hand():
    outcome = classified(torch.tensor([1.0, 2.0, 0.0]), 1)
    total = exp(1) + exp(2) + exp(0)
    assert outcome.answer.tolist() == pytest.approx([exp(1) / total, exp(2) / total, 1 / total])
    assert outcome.loss == pytest.approx(-log(exp(2) / total))


def test_squared_error_by_hand():
    assert regressed(torch.tensor([0.5]), -1.0).loss == pytest.approx(2.25)
