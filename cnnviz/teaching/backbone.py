"""The frozen networks that a head can stand on, and what they see of pictures."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from cnnviz.models import pretrained
from cnnviz.models.trained import Pretrained
from cnnviz.models.transforms import PictureTransform
from cnnviz.probes.watch import Enough, Step, watch
from cnnviz.teaching.head import Head

TOGETHER = 8  # pictures in one forward pass

# Four places from early to late; the head reads the last, of which each map's average is taken.
BACKBONES: Mapping[str, tuple[str, ...]] = {
    "squeezenet1.1": ("features.3", "features.6", "features.9", "features.12"),
    "efficientnet-lite0": ("blocks.2", "blocks.4", "blocks.10", "head"),
    "resnet18-cifar10": ("group0", "group1", "group2", "group3"),
}


@dataclass(frozen=True)
class Backbone:
    """A frozen network without its own answers.

    Attributes:
        name: by which `pretrained` knows it.
        network: with its own head, which is not used, and a transform that keeps all of a square:
            of small pictures the edges count.
        layers: whose averages can be had, from early to late; a head reads the last.
        trunk: pictures (N, 3, H, W) to the maps (N, F, h, w) of the last layer.
    """

    name: str
    network: Pretrained
    layers: tuple[str, ...]
    trunk: nn.Sequential

    @property
    def num_params(self) -> int:
        """Parameters that stay as they are."""
        return sum(parameter.numel() for parameter in self.trunk.parameters())


def backbone(name: str, network: Pretrained | None = None) -> Backbone:
    """The network called `name` as a backbone.

    Args:
        network: of this name, where it has been loaded; its weights are shared.

    Raises:
        ValueError: a head cannot stand on a network of this name.
        AssetError: the file of its weights is missing or damaged.
    """
    if name not in BACKBONES:
        raise ValueError(f"a head stands on one of {', '.join(BACKBONES)}, and not on {name!r}")
    network, layers = network or pretrained(name), BACKBONES[name]
    assert isinstance(network.transform, PictureTransform)
    whole = PictureTransform(replace(network.transform.spec, kept_share=1.0))
    return Backbone(
        name, replace(network, transform=whole), layers, _trunk(network.model, layers[-1])
    )


def _trunk(model: nn.Module, last: str) -> nn.Sequential:
    """The modules of a network from its input to `last`, one behind the other."""
    parts: dict[str, nn.Module] = {}
    first, _, rest = last.partition(".")
    for name, module in model.named_children():
        parts[name] = _trunk(module, rest) if name == first and rest else module
        if name == first:
            return nn.Sequential(OrderedDict(parts))
    raise ValueError(f"the network has no layer {last!r}")


def features(backbone: Backbone, batch: Tensor) -> dict[str, Tensor]:
    """What the layers see of pictures: the average of each map over its cells.

    Args:
        batch: pictures (N, 3, H, W), as the network's transform makes them.

    Returns:
        Layer -> (N, F), from early to late.
    """
    parts = [_averages(backbone, few) for few in batch.split(TOGETHER)]
    return {layer: torch.cat([part[layer] for part in parts]) for layer in backbone.layers}


def _averages(backbone: Backbone, batch: Tensor) -> dict[str, Tensor]:
    """The averages as soon as a layer's maps are there, so that no more than one's are held."""
    found: dict[str, Tensor] = {}

    def see(step: Step) -> None:
        found[step.name] = step.output.mean(dim=(2, 3))
        if len(found) == len(backbone.layers):
            raise Enough

    with torch.no_grad():
        watch(backbone.network.model, batch, see, only=backbone.layers)
    return found


def with_head(backbone: Backbone, head: Head) -> nn.Sequential:
    """The network with a head of one's own: pictures (N, 3, H, W) to scores (N, classes).

    Its maps are those of `trunk`; Grad-CAM there is exact for such a head (Zhou et al., 2016,
    arxiv.org/abs/1512.04150).
    """
    return _behind(backbone.trunk, head)


def on_maps(head: Head) -> nn.Sequential:
    """What stands behind the trunk in `with_head`: maps (N, F, h, w) to scores (N, classes).

    Grad-CAM at its `trunk` is that of the whole network: it asks only what lies above the maps.
    """
    return _behind(nn.Identity(), head)


def _behind(trunk: nn.Module, head: Head) -> nn.Sequential:
    linear = nn.Linear(head.weight.shape[1], head.weight.shape[0], device="meta")
    linear.load_state_dict({"weight": head.weight, "bias": head.bias}, assign=True)
    parts = {
        "trunk": trunk,
        "pool": nn.AdaptiveAvgPool2d(1),
        "flatten": nn.Flatten(),
        "head": linear.requires_grad_(False),
    }
    return nn.Sequential(OrderedDict(parts))
