"""The tutorial's networks, and every trained one through `pretrained`.

A name is loaded when it is asked for: a network as plain data (`specs`) needs no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnviz.models.download import WeightsError
    from cnnviz.models.imagenet import (
        ImageNetStatus,
        download_weights,
        imagenet_names,
        imagenet_status,
    )
    from cnnviz.models.lenet import LeNet, LeNetFullyConv
    from cnnviz.models.mlp import MLP
    from cnnviz.models.onnx import load_onnx
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
    "load_onnx",
    "pretrained",
    "shipped_names",
    "to_fully_conv",
]

_HOMES = {
    "LeNet": "lenet",
    "LeNetFullyConv": "lenet",
    "MLP": "mlp",
    "ResNet18": "resnet",
    "ResNetBlock": "resnet",
    "WeightsError": "download",
    "load_onnx": "onnx",
    "to_fully_conv": "surgery",
    **dict.fromkeys(
        ("ImageNetStatus", "download_weights", "imagenet_names", "imagenet_status"), "imagenet"
    ),
}  # the rest is in `trained`


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'trained')}"), name)
