"""What a shipped network of digits says of pictures of 28×28."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cnnviz.models.shipped import SHIPPED
from cnnviz.models.transforms import normalised, padded
from cnnviz.shift.moves import FARTHEST, all_shifts

NETWORKS = ("mlp-mnist", "lenet-mnist")


def batch_of(name: str, pictures: Tensor) -> Tensor:
    """Pictures (N, 28, 28) in [0, 255] as the network `name` takes them, (N, 1, H, W)."""
    spec = SHIPPED[name].input
    return padded(normalised(pictures.unsqueeze(1), spec), spec)


def probabilities(model: nn.Module, name: str, pictures: Tensor) -> Tensor:
    """Softmax of the scores of pictures (N, 28, 28) in [0, 255]: (N, 10), rows sum to 1."""
    with torch.inference_mode():
        return model(batch_of(name, pictures)).softmax(dim=1)


def answers_everywhere(model: nn.Module, name: str, picture: Tensor) -> Tensor:
    """The probabilities for one picture (28, 28) at every shift: (21, 21, 10), rows from above."""
    side = 2 * FARTHEST + 1
    return probabilities(model, name, all_shifts(picture)).view(side, side, 10)
