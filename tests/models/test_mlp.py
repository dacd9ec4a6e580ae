"""The MLP against sums written out, and its refusals."""

import pytest
import torch

from cnnviz.models import MLP


def num_params(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def test_one_neuron_on_an_mnist_digit_has_784_weights_and_a_bias():
    assert num_params(MLP(28 * 28, (), 1)) == 784 + 1


def test_parameters_are_those_of_every_pair_of_neighbouring_layers():
    assert num_params(MLP(12, (5, 4), 3)) == (12 * 5 + 5) + (5 * 4 + 4) + (4 * 3 + 3)


def test_it_computes_the_formula_of_the_tutorial():
    model = MLP(4, (3,), 2, activation="tanh")
    first, last = model.layers[0], model.layers[2]
    x = torch.tensor([[[[1.0, -2.0], [3.0, 0.5]]]])
    expected = last.weight @ torch.tanh(first.weight @ x.flatten() + first.bias) + last.bias
    torch.testing.assert_close(model(x)[0], expected)


def test_no_activation_follows_the_last_layer():
    assert [type(layer).__name__ for layer in MLP(4, (3, 3), 2).layers] == [
        "Linear",
        "ReLU",
        "Linear",
        "ReLU",
        "Linear",
    ]


def test_without_an_activation_many_layers_are_one():
    model = MLP(6, (5, 4), 3, activation="identity").double()
    x = torch.randn(2, 6, dtype=torch.double)
    zero = model(torch.zeros(1, 6, dtype=torch.double))
    torch.testing.assert_close(model(2 * x) - zero, 2 * (model(x) - zero))


@pytest.mark.parametrize("sizes", [(0, (3,), 2), (4, (0,), 2), (4, (3,), 0)])
def test_a_layer_without_neurons_is_refused(sizes):
    with pytest.raises(ValueError, match="at least one neuron"):
        MLP(*sizes)


def test_an_unknown_activation_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="'step' is not known: choose relu, tanh"):
        MLP(4, (3,), 2, activation="step")
