"""One way to every network that has been trained: the shipped ones and torchvision's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from cnnviz.models.cards import Card, read_card
from cnnviz.models.frozen import frozen
from cnnviz.models.imagenet import (
    ImageNetTransform,
    imagenet_card,
    imagenet_classes,
    imagenet_names,
    imagenet_status,
    is_published,
)
from cnnviz.models.imagenet_models import imagenet_model
from cnnviz.models.photographs import PHOTOGRAPHS, imagenet_class_names, photograph_networks
from cnnviz.models.seeded import build_seeded
from cnnviz.models.shipped import SHIPPED, ShippedNetwork
from cnnviz.models.specs import NetworkSpec
from cnnviz.models.transforms import PictureTransform, Transform
from cnnviz.places import ASSETS, AssetError, read_from

WEIGHTS = ASSETS / "weights"


@dataclass(frozen=True)
class Pretrained:
    """A network that can be asked, and what is needed to ask it.

    Args:
        model: in eval mode, frozen, float32; only to be read, because others may share it.
        transform: a picture to the batch (1, channels, height, width) that it was trained on.
        classes: name of each of its scores, in order.
        card: where the weights come from and how good they are.
        source: of what somebody trained or brought, its layers or the ONNX file; None of the rest.
    """

    model: nn.Module
    transform: Transform
    classes: tuple[str, ...]
    card: Card
    source: NetworkSpec | bytes | None = None


@dataclass(frozen=True)
class Choice:
    """A line of a chooser: a network that `pretrained` knows.

    Args:
        is_ready: its weights are on this machine; otherwise they have to be downloaded first.
    """

    name: str
    title: str
    dataset: str
    num_params: int
    size_bytes: int
    test_accuracy: float
    is_ready: bool


def pretrained(name: str) -> Pretrained:
    """The network called `name` with its weights, transform, classes and card.

    Args:
        name: one of `shipped_names`, "efficientnet-lite0" or "squeezenet1.1" (whose weights come
            with the project too), or one of torchvision's `imagenet_names`, for example
            "lenet-mnist", "resnet18-cifar10" or "resnet18".

    Raises:
        ValueError: the name is not known.
        WeightsError: the weights are torchvision's and not on this machine, or their file was
            damaged.
        AssetError: the weights come with the app, and their file is missing or damaged.
    """
    if name in SHIPPED or name in PHOTOGRAPHS:
        return _shipped(name)
    if name in imagenet_names():
        return Pretrained(
            imagenet_model(name),
            ImageNetTransform(name),
            imagenet_classes(name),
            imagenet_card(name, is_published(name)),
        )
    raise _unknown(name)


def initial(name: str) -> nn.Module:
    """A shipped network as it was before its training, in eval mode and frozen.

    Raises:
        ValueError: the name is not that of a shipped network.
    """
    if name not in SHIPPED:
        raise ValueError(
            f"the weights before training are known of {', '.join(SHIPPED)}, not of {name!r}"
        )
    seed = _card(name).seed
    return frozen(build_seeded(SHIPPED[name].build, seed or 0))


def shipped_names() -> tuple[str, ...]:
    """Names of the networks whose weights come with the project and are there."""
    return tuple(name for name in SHIPPED if _has_card(name))


def _has_card(name: str) -> bool:
    try:
        return _card(name) is not None
    except AssetError:
        return False


def list_pretrained(imagenet: Iterable[str] | None = None) -> list[Choice]:
    """Every network that `pretrained` knows, the shipped ones first.

    Args:
        imagenet: the ones of torchvision to list, all of them by default.

    Raises:
        ValueError: torchvision has no network of such a name.
    """
    names = (*shipped_names(), *(name for name in PHOTOGRAPHS if _has_card(name)))
    shipped = [_choice(_card(name), True) for name in names]
    return shipped + [_imagenet_choice(name) for name in imagenet or imagenet_names()]


def load_shipped_weights(name: str, path: Path) -> nn.Module:
    """The shipped network `name` with the weights of a safetensors file, in eval mode and frozen.

    Weights stored in half precision become float32.

    Raises:
        AssetError: the file is missing, damaged, or holds the weights of something else.
    """
    with torch.device("meta"):
        model = coming_with_the_app()[name].build()
    with read_from(path):
        stored = load_file(path)
        weights = {key: _in_full(stored.pop(key)) for key in list(stored)}  # never both whole
        model.load_state_dict(weights, strict=True, assign=True)
    return frozen(model)


def _in_full(stored: Tensor) -> Tensor:
    return stored.float() if stored.is_floating_point() else stored


def _shipped(name: str) -> Pretrained:
    network, card = coming_with_the_app()[name], _card(name)
    model = load_shipped_weights(name, WEIGHTS / f"{name}.safetensors")
    classes = network.classes or imagenet_class_names()
    return Pretrained(model, PictureTransform(network.input), classes, card)


def coming_with_the_app() -> dict[str, ShippedNetwork]:
    """The networks whose weights come with the project, by name, whether they are there or not."""
    return {**SHIPPED, **photograph_networks()}


def _card(name: str) -> Card:
    path = WEIGHTS / f"{name}.json"
    with read_from(path):
        return read_card(path)


def _choice(card: Card, is_ready: bool) -> Choice:
    return Choice(
        name=card.name,
        title=card.title,
        dataset=card.dataset,
        num_params=card.num_params,
        size_bytes=card.size_bytes,
        test_accuracy=card.test_accuracy,
        is_ready=is_ready,
    )


def _imagenet_choice(name: str) -> Choice:
    return _choice(imagenet_card(name), imagenet_status(name).is_cached)


def _unknown(name: str) -> ValueError:
    known = ", ".join([*SHIPPED, *PHOTOGRAPHS, *imagenet_names()])
    return ValueError(f"{name!r} is not a network that is known here: choose one of {known}")
