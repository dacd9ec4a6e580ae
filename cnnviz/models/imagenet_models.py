"""torchvision's networks made around the weights in torch's cache, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from cnnviz.models.download import WeightsError, is_whole_archive
from cnnviz.models.frozen import frozen
from cnnviz.models.imagenet import (
    imagenet_classes,
    imagenet_status,
    is_published,
    torchvision_models,
)
from cnnviz.models.resnet import ResNet18
from cnnviz.models.resnet_names import from_torchvision

HAS_SECOND_HEAD = ("googlenet", "inception_v3")  # for training only

Renaming = Callable[[Mapping[str, Tensor]], Mapping[str, Tensor]]


@runtime_checkable
class HasInplace(Protocol):
    """A module that may write its result over what it was given: an activation, a dropout."""

    inplace: bool


def imagenet_model(name: str) -> nn.Module:
    """The network with its weights from torch's cache, in eval mode and frozen.

    "resnet18" is our `ResNet18`; the others are torchvision's, with `inplace` switched off in
    every module that has it.

    Raises:
        WeightsError: the weights are not in the cache, or the file was damaged or of something
            else and has been thrown away.
    """
    status = imagenet_status(name)
    if not status.is_cached:
        raise WeightsError(
            f"The weights of {name} ({status.size_mb:.0f} MB) are not on this machine yet:"
            " they have to be downloaded first."
        )
    if not (is_published(name) or is_whole_archive(status.path)):
        raise _thrown_away(status.path, "it was damaged or not whole")
    return filled(empty_model(name), status.path, _renaming(name))


def empty_model(name: str) -> nn.Module:
    """The network before any weights are in it, on the meta device where it can be made there."""
    # RegNet computes its widths with torch, for which the meta device has no numbers.
    with nullcontext() if name.startswith("regnet") else torch.device("meta"):
        if name == "resnet18":
            return ResNet18(num_classes=len(imagenet_classes(name)))
        settings = {"transform_input": True, "init_weights": False}
        return without_inplace(
            torchvision_models().get_model(name, **settings if name in HAS_SECOND_HEAD else {})
        )


def without_inplace(model: nn.Module) -> nn.Module:
    """The model, with `inplace` switched off so that what each layer gave can be looked at."""
    for module in model.modules():
        if isinstance(module, HasInplace):
            module.inplace = False
    return model


def filled(
    model: nn.Module,
    path: Path,
    renaming: Renaming = lambda weights: weights,
) -> nn.Module:
    """A model of the meta device with the weights of a checkpoint, in eval mode and frozen.

    The file is read with `weights_only`, so that no code in it can run. A file that cannot be read
    or does not fit is deleted.

    Raises:
        WeightsError: the file has been thrown away.
    """
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(renaming(weights), strict=True, assign=True)
    except Exception as error:  # whatever a foreign file can make torch raise
        raise _thrown_away(path, "it does not hold the weights of this network") from error
    for head in ("aux1", "aux2", "AuxLogits"):
        if hasattr(model, head):
            setattr(model, head, None)
    return frozen(model)


def _renaming(name: str) -> Renaming:
    if name == "resnet18":
        return from_torchvision
    if name.startswith("densenet"):
        return _densenet_names
    return lambda weights: weights


def _densenet_names(weights: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Names of 2017's files, norm.1 and conv.2, as today's modules are called: norm1 and conv2."""
    pattern = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12])\.")
    return {pattern.sub(r"\1\2.", name): weight for name, weight in weights.items()}


def _thrown_away(path: Path, reason: str) -> WeightsError:
    path.unlink(missing_ok=True)
    return WeightsError(f"{path.name} has been thrown away, because {reason}: download it again.")
