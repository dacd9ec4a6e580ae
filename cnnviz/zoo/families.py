"""The papers behind torchvision's classification networks, and the years they appeared in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ARXIV = "https://arxiv.org/abs/"


@dataclass(frozen=True)
class Family:
    """Networks of one paper.

    Attributes:
        name: as the paper calls them.
        year: when the paper appeared, its first version on arXiv where it has one.
        paper: authors, title and place.
        link: address of the paper.
        is_convolutional: False for those that are wholly or mainly made of attention.
    """

    name: str
    year: int
    paper: str
    link: str
    is_convolutional: bool = True


# Beginning of the builder's name -> family. Longer beginnings stand before those they contain.
FAMILIES: Mapping[str, Family] = {
    "alexnet": Family(
        "AlexNet",
        2012,
        "Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural "
        "networks, NIPS 2012 (torchvision builds the one-tower version of arXiv 1404.5997)",
        "https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks",
    ),
    "vgg": Family(
        "VGG",
        2014,
        "Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition",
        ARXIV + "1409.1556",
    ),
    "googlenet": Family(
        "GoogLeNet", 2014, "Szegedy et al.: Going deeper with convolutions", ARXIV + "1409.4842"
    ),
    "inception_v3": Family(
        "Inception v3",
        2015,
        "Szegedy et al.: Rethinking the Inception architecture for computer vision",
        ARXIV + "1512.00567",
    ),
    "wide_resnet": Family(
        "Wide ResNet",
        2016,
        "Zagoruyko, Komodakis: Wide residual networks",
        ARXIV + "1605.07146",
    ),
    "resnet": Family(
        "ResNet",
        2015,
        "He, Zhang, Ren, Sun: Deep residual learning for image recognition",
        ARXIV + "1512.03385",
    ),
    "squeezenet": Family(
        "SqueezeNet",
        2016,
        "Iandola et al.: SqueezeNet: AlexNet-level accuracy with 50x fewer parameters",
        ARXIV + "1602.07360",
    ),
    "densenet": Family(
        "DenseNet",
        2016,
        "Huang, Liu, van der Maaten, Weinberger: Densely connected convolutional networks",
        ARXIV + "1608.06993",
    ),
    "resnext": Family(
        "ResNeXt",
        2016,
        "Xie et al.: Aggregated residual transformations for deep neural networks",
        ARXIV + "1611.05431",
    ),
    "mobilenet_v2": Family(
        "MobileNetV2",
        2018,
        "Sandler et al.: MobileNetV2: Inverted residuals and linear bottlenecks",
        ARXIV + "1801.04381",
    ),
    "shufflenet_v2": Family(
        "ShuffleNetV2",
        2018,
        "Ma et al.: ShuffleNet V2: Practical guidelines for efficient CNN architecture design",
        ARXIV + "1807.11164",
    ),
    "mnasnet": Family(
        "MNASNet",
        2018,
        "Tan et al.: MnasNet: Platform-aware neural architecture search for mobile",
        ARXIV + "1807.11626",
    ),
    "mobilenet_v3": Family(
        "MobileNetV3", 2019, "Howard et al.: Searching for MobileNetV3", ARXIV + "1905.02244"
    ),
    "efficientnet_v2": Family(
        "EfficientNetV2",
        2021,
        "Tan, Le: EfficientNetV2: Smaller models and faster training",
        ARXIV + "2104.00298",
    ),
    "efficientnet": Family(
        "EfficientNet",
        2019,
        "Tan, Le: EfficientNet: Rethinking model scaling for convolutional neural networks",
        ARXIV + "1905.11946",
    ),
    "regnet": Family(
        "RegNet", 2020, "Radosavovic et al.: Designing network design spaces", ARXIV + "2003.13678"
    ),
    "vit": Family(
        "ViT",
        2020,
        "Dosovitskiy et al.: An image is worth 16x16 words: Transformers for image recognition "
        "at scale",
        ARXIV + "2010.11929",
        is_convolutional=False,
    ),
    "swin_v2": Family(
        "SwinV2",
        2021,
        "Liu et al.: Swin Transformer V2: Scaling up capacity and resolution",
        ARXIV + "2111.09883",
        is_convolutional=False,
    ),
    "swin": Family(
        "Swin",
        2021,
        "Liu et al.: Swin Transformer: Hierarchical vision transformer using shifted windows",
        ARXIV + "2103.14030",
        is_convolutional=False,
    ),
    "convnext": Family(
        "ConvNeXt", 2022, "Liu et al.: A ConvNet for the 2020s", ARXIV + "2201.03545"
    ),
    "maxvit": Family(
        "MaxViT",
        2022,
        "Tu et al.: MaxViT: Multi-axis vision transformer",
        ARXIV + "2204.01697",
        is_convolutional=False,
    ),
}


def family_of(name: str) -> tuple[Family, str]:
    """The family of a network, and what is left of its name: "vgg16_bn" gives VGG and "16_bn".

    Raises:
        ValueError: no family's networks begin like this.
    """
    for beginning, family in FAMILIES.items():
        if name.startswith(beginning):
            return family, name.removeprefix(beginning)
    raise ValueError(f"no family of networks is known for {name!r}")
