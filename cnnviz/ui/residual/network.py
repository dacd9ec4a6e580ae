"""The trained ResNet18 that the page cuts apart, and pictures as it takes them."""

from __future__ import annotations

from typing import cast

from torch import Tensor

from cnnviz.models import Pretrained, ResNet18
from cnnviz.ui import models
from cnnviz.ui.pictures import Picture

MODEL = "resnet18-cifar10"


def network() -> Pretrained:
    """The shipped ResNet18 with its transform and classes; read it, do not change it."""
    return models.load(MODEL)


def resnet18() -> ResNet18:
    """Its module."""
    return cast(ResNet18, network().model)


def batch_of(picture: Picture, size: int | None = None) -> Tensor:
    """The picture as the network takes it, (1, 3, size, size); only to be read."""
    return models.batch_of(MODEL, picture, size)
