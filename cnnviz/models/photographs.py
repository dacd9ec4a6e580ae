"""Networks for photographs of a thousand kinds, whose weights come with the project.

Both were trained by others on ImageNet; `assets/weights/` has their cards and licences.
"""

from __future__ import annotations

from functools import cache

from torch import nn

from cnnviz.models.efficientnet_lite import EfficientNetLite0
from cnnviz.models.imagenet import torchvision_models
from cnnviz.models.shipped import ShippedNetwork
from cnnviz.models.transforms import InputSpec
from cnnviz.places import ASSETS, read_from

PHOTOGRAPHS = ("efficientnet-lite0", "squeezenet1.1")  # names, the better one first
NUM_CLASSES = 1_000
KEPT_SHARE = 224 / 256  # of the shorter side, as ImageNet's networks are commonly evaluated


@cache
def imagenet_class_names() -> tuple[str, ...]:
    """The thousand classes in the order of the scores, as torchvision names them.

    Raises:
        AssetError: their file is missing or damaged.
    """
    file = ASSETS / "weights" / "imagenet-classes.txt"
    with read_from(file):
        names = tuple(file.read_text("utf-8").splitlines())
        if len(names) != NUM_CLASSES:
            raise ValueError(f"{len(names)} names")
        return names


def photograph_networks() -> dict[str, ShippedNetwork]:
    """The networks by name: "efficientnet-lite0" and "squeezenet1.1".

    Their classes are `imagenet_class_names`, from a file that only those need who ask the networks.
    """
    half = (0.5, 0.5, 0.5)
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    return {
        "efficientnet-lite0": ShippedNetwork(
            "EfficientNet-Lite0, a thousand kinds of photographs",
            EfficientNetLite0,
            InputSpec(3, 224, 0, half, half, KEPT_SHARE),
            "ImageNet",
            (),
            takes_any_size=True,
        ),
        "squeezenet1.1": ShippedNetwork(
            "SqueezeNet 1.1, a thousand kinds of photographs",
            _squeezenet,
            InputSpec(3, 224, 0, mean, std, KEPT_SHARE),
            "ImageNet",
            (),
            takes_any_size=True,
        ),
    }


def _squeezenet() -> nn.Module:
    """torchvision's module, with `inplace` off so that what each layer gave can be looked at."""
    from cnnviz.models.imagenet_models import without_inplace

    return without_inplace(torchvision_models().squeezenet1_1())
