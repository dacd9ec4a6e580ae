"""The tutorial's networks, and every trained one through `pretrained`."""

from cnnviz.models.download import WeightsError
from cnnviz.models.imagenet import (
    ImageNetStatus,
    download_weights,
    imagenet_names,
    imagenet_status,
)
from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.mlp import MLP
from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.models.surgery import to_fully_conv
from cnnviz.models.trained import (
    Choice,
    Pretrained,
    initial,
    list_pretrained,
    pretrained,
    shipped_names,
)

__all__ = [
    "MLP",
    "Choice",
    "ImageNetStatus",
    "LeNet",
    "LeNetFullyConv",
    "Pretrained",
    "ResNet18",
    "ResNetBlock",
    "WeightsError",
    "download_weights",
    "imagenet_names",
    "imagenet_status",
    "initial",
    "list_pretrained",
    "pretrained",
    "shipped_names",
    "to_fully_conv",
]
