"""Every classification network of torchvision, from the metadata that comes with its weights.

Nothing is downloaded and nothing is built: accuracy, parameters and multiply-adds stand in
torchvision's own source, beside the address of each weights file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import isnan
from typing import Any

from cnnviz.zoo.families import Family, family_of


@dataclass(frozen=True)
class ZooWeights:
    """One set of weights of a network, and what it reaches on ImageNet-1K's validation set.

    Attributes:
        name: of the entry in torchvision's enumeration, such as "IMAGENET1K_V2".
        is_default: the entry that torchvision recommends.
        top1: percent of pictures whose class has the highest score; None where torchvision
            gives none (weights for other tasks).
        top5: percent of pictures whose class is among the five highest scores.
        num_params: as torchvision counts them, without GoogLeNet's auxiliary classifiers and
            with Inception's.
        giga_macs: billions of multiply-adds for one picture of `input_size`. torchvision heads
            this column "GFLOPS"; it counts a multiplication with its addition as one operation.
        input_size: pixels of a side of the square picture that the accuracy was measured on.
        min_size: (height, width) of the smallest picture that the network takes.
        file_mebibytes: size of the download.
        recipe: address of how it was trained.
        uses_more_data: first trained on pictures beyond ImageNet-1K (SWAG: 3.6 billion pictures of
            Instagram, Singh et al., 2022, arxiv.org/abs/2201.08371), so its accuracy is not the
            architecture's merit alone.
    """

    name: str
    is_default: bool
    top1: float | None
    top5: float | None
    num_params: int
    giga_macs: float
    input_size: int
    min_size: tuple[int, int]
    file_mebibytes: float
    recipe: str
    uses_more_data: bool


@dataclass(frozen=True)
class ZooNetwork:
    """A network of torchvision.

    Attributes:
        name: of the function that builds it, such as "resnet18".
        title: as people write it, such as "ResNet-18".
        family: the paper that it comes from.
        weights: all its sets of weights, in torchvision's order.
    """

    name: str
    title: str
    family: Family
    weights: tuple[ZooWeights, ...]

    @property
    def default(self) -> ZooWeights:
        """The weights that torchvision recommends."""
        return next(weights for weights in self.weights if weights.is_default)

    @property
    def first(self) -> ZooWeights:
        """The oldest weights: nearest to the paper's recipe, where there is a newer one too."""
        return self.weights[0]

    def weights_named(self, name: str) -> ZooWeights:
        """The weights of this name.

        Raises:
            ValueError: the network has no such weights.
        """
        for weights in self.weights:
            if weights.name == name:
                return weights
        raise ValueError(f"{self.name} has no weights named {name!r}")


# What follows the family in a builder's name -> what follows it in the title.
TITLE_ENDS = (
    (r"", ""),
    (r"(\d+)", "-{}"),  # ResNet-18
    (r"(\d+)_bn", "-{} BN"),  # VGG-16 BN
    (r"(\d+)_(\d+)x(\d+)d", "-{} {}×{}d"),  # ResNeXt-50 32×4d
    (r"(\d{2,})_(\d)", "-{}-{}"),  # Wide ResNet-50-2
    (r"(\d)_(\d+)", " {}.{}"),  # MNASNet 0.75
    (r"_x(\d)_(\d)", " ×{}.{}"),  # ShuffleNetV2 ×0.5
    (r"_([xy])_(\d+)([gm]f)", "{}-{}{}"),  # RegNetX-16GF
    (r"_([xy])_(\d)_(\d)([gm]f)", "{}-{}.{}{}"),  # RegNetY-1.6GF
    (r"_([a-z])_(\d+)", "-{}/{}"),  # ViT-B/16
    (r"_([a-z]+\d?)", "-{}"),  # EfficientNet-B0, ConvNeXt-Tiny
)


@cache
def networks() -> tuple[ZooNetwork, ...]:
    """All classification networks of the installed torchvision, by year, family and size."""
    from cnnviz.torchvision_compat import torchvision  # here: it takes a second to import

    models = torchvision.models
    found = [
        _network(name, models.get_model_weights(name)) for name in models.list_models(module=models)
    ]
    return tuple(
        sorted(found, key=lambda n: (n.family.year, n.family.name, n.first.giga_macs, n.title))
    )


def network(name: str) -> ZooNetwork:
    """The network that the builder of this name makes.

    Raises:
        ValueError: torchvision has no classification network of this name.
    """
    for candidate in networks():
        if candidate.name == name:
            return candidate
    raise ValueError(f"torchvision has no classification network named {name!r}")


def title_of(name: str) -> str:
    """A network's name as people write it: "vit_b_16" gives "ViT-B/16"."""
    family, rest = family_of(name)
    for pattern, ending in TITLE_ENDS:
        if match := re.fullmatch(pattern, rest):
            parts = (p.upper() if p in ("gf", "mf") else p.capitalize() for p in match.groups())
            return family.name + ending.format(*parts)
    return f"{family.name} {rest.strip('_')}"


def _network(name: str, entries: Any) -> ZooNetwork:
    """A network with all entries of its enumeration of weights."""
    default = entries.DEFAULT
    weights = tuple(_weights(entry, is_default=entry is default) for entry in entries)
    return ZooNetwork(name, title_of(name), family_of(name)[0], weights)


def _weights(entry: Any, is_default: bool) -> ZooWeights:
    """What torchvision's metadata says about one set of weights."""
    meta = entry.meta
    accuracy = meta["_metrics"]["ImageNet-1K"]
    return ZooWeights(
        name=entry.name,
        is_default=is_default,
        top1=_number_or_none(accuracy["acc@1"]),
        top5=_number_or_none(accuracy["acc@5"]),
        num_params=meta["num_params"],
        giga_macs=meta["_ops"],
        input_size=entry.transforms.keywords["crop_size"],
        min_size=tuple(meta["min_size"]),
        file_mebibytes=meta["_file_size"],
        recipe=meta["recipe"],
        uses_more_data="SWAG" in entry.name,
    )


def _number_or_none(value: float) -> float | None:
    """The value; None for what torchvision writes as not a number."""
    return None if isnan(value) else value
