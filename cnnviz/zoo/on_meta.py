"""Networks of torchvision built without memory for their weights: for looking at, not for running.

Half a gigabyte of random numbers (VGG-16) would be drawn only to be thrown away.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from cnnviz.torchvision_compat import torchvision
from cnnviz.zoo import network

FACTORIES = (torch.empty, torch.zeros, torch.ones)  # what layers make their tensors with
DRAWS = (torch.Tensor.normal_, torch.Tensor.uniform_)  # what their starting values are drawn with
# GoogLeNet's weights come without its auxiliary classifiers, Inception's with them. Neither needs
# starting values, which take torchvision half a minute to draw.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "googlenet": {"aux_logits": False, "init_weights": False},
    "inception_v3": {"init_weights": False},
}


class _LayersOnMeta(TorchFunctionMode):
    """Gives layers' tensors no memory, and leaves the arithmetic of a constructor as it is.

    `torch.device("meta")` would take that too, and RegNet computes its widths with torch.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        if func in DRAWS and args[0].is_meta:
            return args[0]  # there is nothing to fill, and torch takes milliseconds to see that
        kwargs = dict(kwargs or {})
        if func in FACTORIES:
            kwargs["device"] = "meta"
        return func(*args, **kwargs)


def build_on_meta(name: str, weights: str | None = None) -> nn.Module:
    """A classification network of torchvision with shapes and no values, in evaluation mode.

    Args:
        name: as in `zoo.networks()`.
        weights: name of the weights whose form it takes, the default ones if None; a ViT has
            more positions for larger pictures.

    Raises:
        ValueError: there is no such network, or it has no such weights.
    """
    with _LayersOnMeta():
        arguments = arguments_of(name, weights)
        return torchvision.models.get_model(name, weights=None, **arguments).eval()


def arguments_of(name: str, weights: str | None = None) -> dict[str, Any]:
    """What torchvision's `get_model` takes beside a name, for the form that weights have.

    Raises:
        ValueError: as `build_on_meta`.
    """
    known = network(name)
    entry = known.weights_named(weights) if weights else known.default
    size = {"image_size": entry.input_size} if known.family.name == "ViT" else {}
    return ARGUMENTS.get(name, {}) | size
