"""A multilayer perceptron: every number of the picture is connected to every neuron."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "identity": nn.Identity,
}


class MLP(nn.Module):
    """Linear layers with an activation between them, after flattening whatever comes in.

        y = W_L φ( … φ(W_1 x + b_1) … ) + b_L

    There is no φ after the last layer: its numbers are class scores, and the softmax belongs to
    the loss.

    Args:
        in_features: numbers in one input, for example 784 = 28 · 28 of an MNIST digit.
        hidden_features: neurons of each hidden layer, none for a linear classifier.
        num_classes: neurons of the last layer.
        activation: one of `ACTIVATIONS`.

    Raises:
        ValueError: a size is below one, or the activation is not known.
    """

    def __init__(
        self,
        in_features: int,
        hidden_features: Sequence[int],
        num_classes: int,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        sizes = [in_features, *hidden_features, num_classes]
        if min(sizes) < 1:
            raise ValueError(f"every layer needs at least one neuron, and the sizes are {sizes}")
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"the activation {activation!r} is not known: choose {', '.join(ACTIVATIONS)}"
            )
        layers: list[nn.Module] = []
        for features_before, features_after in pairwise(sizes):
            layers += [nn.Linear(features_before, features_after), ACTIVATIONS[activation]()]
        self.flatten = nn.Flatten()
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, x: Tensor) -> Tensor:
        """Class scores (batch, num_classes) of a batch (batch, …) with in_features numbers each."""
        return self.layers(self.flatten(x))
