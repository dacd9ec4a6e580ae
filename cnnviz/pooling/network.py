"""A picture as a shipped network reads it, with room at its sides to move it."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from cnnviz.images import to_tensor
from cnnviz.models import Pretrained
from cnnviz.models.shipped import SHIPPED


def wide_batch(network: Pretrained, picture: Image.Image, side: int | None = None) -> Tensor:
    """The whole picture, its shorter side as long as the network's input: nothing is cut off.

    Args:
        network: a shipped one that reads colours.
        picture: RGB.
        side: pixels of the shorter side; None: as in training.

    Returns:
        (1, 3, height, width), normalised as in training.
    """
    spec = SHIPPED[network.card.name].input
    side = side or spec.size
    scale = side / min(picture.size)
    size = (round(picture.height * scale), round(picture.width * scale))
    mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (spec.mean, spec.std))
    batch = ((to_tensor(picture) - mean) / std).unsqueeze(0)
    return F.interpolate(batch, size=size, mode="bilinear", antialias=True, align_corners=False)
