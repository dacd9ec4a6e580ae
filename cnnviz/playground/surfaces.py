"""A small network looked at everywhere: its answer, and each hidden neuron's own surface."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.models.mlp import MLP
from cnnviz.playground.points import EDGE, Points

PICTURE_EDGE = 2.0  # the plane is shown from −2 to 2: noise carries points beyond EDGE


@dataclass(frozen=True)
class Layers:
    """What a network computes at some places.

    Args:
        hidden: of each hidden layer (places, neurons), after its activation.
        scores: (places, 2) class scores, or (places, 1) numbers.
    """

    hidden: list[Tensor]
    scores: Tensor

    @property
    def margin(self) -> Tensor:
        """Red's score minus blue's (places): what the softmax of two classes depends on."""
        return self.scores[:, 1] - self.scores[:, 0]

    @property
    def red(self) -> Tensor:
        """The probability of red (places)."""
        return self.scores.softmax(dim=1)[:, 1]


def places(cells: int, inputs: int) -> Tensor:
    """The middles of cells: (cells², 2) of the plane, rows from above, or (cells, 1) of a line."""
    edge = PICTURE_EDGE if inputs == 2 else EDGE
    along = (torch.arange(cells) + 0.5) / cells * 2 * edge - edge
    if inputs == 1:
        return along.unsqueeze(1)
    y, x = torch.meshgrid(-along, along, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], dim=1)


def layers_at(network: MLP, x: Tensor) -> Layers:
    """What every layer says at places (places, inputs); 0 where that is no number any more."""
    hidden: list[Tensor] = []
    with torch.inference_mode():
        for layer in list(network.layers)[:-1]:
            x = layer(x)
            if not isinstance(layer, nn.Linear):
                hidden.append(x.nan_to_num(0, 0, 0))
        return Layers(hidden, network.layers[-1](x).nan_to_num(0, 0, 0))


def pulls(network: MLP, last: Tensor) -> Tensor:
    """How much each neuron of the last hidden layer (places, neurons) speaks for red.

    (w_red − w_blue) · h, or w · h where a number is guessed: with the bias they add up to the
    margin, or to the number.
    """
    weight = _output(network).weight.detach()
    direction = weight[1] - weight[0] if len(weight) == 2 else weight[0]
    return last * direction


def bias_pull(network: MLP) -> float:
    """What the bias adds to the pulls."""
    bias = _output(network).bias.detach()
    return float(bias[1] - bias[0] if len(bias) == 2 else bias[0])


def _output(network: MLP) -> nn.Linear:
    last = network.layers[-1]
    assert isinstance(last, nn.Linear), "an MLP ends in a linear layer"
    return last


def at_points(network: MLP, points: Points) -> Layers:
    """What every layer says at the points."""
    return layers_at(network, points.x)
