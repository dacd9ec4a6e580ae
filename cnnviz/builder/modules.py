"""From a spec to the torch module that it describes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from cnnviz.builder.joining import Join as JoinModule
from cnnviz.builder.joining import UpsampleLike
from cnnviz.builder.names import layer_names
from cnnviz.models.joins import OPERATIONS
from cnnviz.models.seeded import draw_weights, with_memory
from cnnviz.models.specs import (
    INPUT,
    ConvTranspose2d,
    Join,
    Layer,
    NetworkSpec,
    Operation,
    Residual,
    Upsample,
)


class ResidualBlock(nn.Module):
    """activation(main_path(x) + shortcut_path(x)), named as in the tutorial."""

    def __init__(self, block: Residual) -> None:
        super().__init__()
        self.main_path = nn.Sequential(*(module_of(layer) for layer in block.layers))
        self.shortcut_path = nn.Sequential(*(module_of(layer) for layer in block.shortcut_layers))
        self.activation = block_activation(block)

    def forward(self, x: Tensor) -> Tensor:
        """Activations (batch, channels, height, width) of a batch."""
        return self.activation(self.main_path(x) + self.shortcut_path(x))


class Network(nn.Sequential):
    """The layers of a spec in turn, each under its name; printed with the spec's name."""

    def __init__(self, name: str, modules: OrderedDict[str, nn.Module]) -> None:
        super().__init__(modules)
        self._name = name

    def _get_name(self) -> str:
        return self._name


class JoinedNetwork(Network):
    """Layers in turn, where some read earlier places: what these hold is kept until the end."""

    def __init__(
        self, name: str, modules: OrderedDict[str, nn.Module], layers: tuple[Layer, ...]
    ) -> None:
        super().__init__(name, modules)
        self._layers = layers

    def forward(self, input: Tensor) -> Tensor:
        """What the last layer makes of a batch."""
        x, kept = input, {INPUT: input}
        for layer, module in zip(self._layers, self, strict=True):
            x = apply(module, layer, x, kept)
            if layer.mark:
                kept[layer.mark] = x
        return x


def apply(module: nn.Module, layer: Layer, arriving: Tensor, kept: Mapping[str, Tensor]) -> Tensor:
    """What the module of a layer makes of what arrives and of the earlier places it reads."""
    if isinstance(layer, Join):
        return module(*(kept[name] if name else arriving for name in layer.reads))
    if not layer.places:
        return module(arriving)
    other = kept[layer.places[0]]
    if isinstance(layer, ConvTranspose2d):
        return module(arriving, output_size=list(other.shape[-2:]))
    return module(arriving, other)


def build(spec: NetworkSpec, *, seed: int = 0, device: str = "cpu") -> Network:
    """The network of a spec in training mode, with the weights that belong to `seed`.

    Weights are drawn as torch draws them for a new module, uniformly from ±1/√fan_in, but from a
    generator of this call alone, so that the same spec and seed give the same network everywhere.

    Args:
        spec: the network; its layers need not fit each other.
        seed: which random weights.
        device: "cpu", or "meta" for a network without weights that costs no memory.

    Raises:
        ValueError: torch cannot make one of the layers, for example because of its groups.
    """
    names = layer_names(spec.layers)
    with torch.device("meta"):
        modules = [module_of(layer) for layer in spec.layers]
    children = OrderedDict(zip(names, modules, strict=True))
    if any(layer.places or isinstance(layer, Join) for layer in spec.layers):
        network: Network = JoinedNetwork(spec.name, children, spec.layers)
    else:
        network = Network(spec.name, children)
    if device == "meta":
        return network
    with_memory(network)
    draw_weights(network, torch.Generator().manual_seed(seed))
    return network


def module_of(layer: Layer) -> nn.Module:
    """A new torch module for one layer, on torch's current default device."""
    if isinstance(layer, Residual):
        return ResidualBlock(layer)
    if isinstance(layer, Join):
        return JoinModule(layer.how, layer.sizes)
    if isinstance(layer, Upsample):
        return _upsample(layer)
    home = OPERATIONS if isinstance(layer, Operation) else vars(nn)
    return home[layer.kind](**layer.values)


def _upsample(layer: Upsample) -> nn.Module:
    corners = None if layer.mode == "nearest" else layer.align_corners
    if layer.like:
        return UpsampleLike(layer.mode, corners)
    factor = layer.scale_factor if layer.size is None else None
    return nn.Upsample(layer.size, factor, mode=layer.mode, align_corners=corners)


def block_activation(block: Residual) -> nn.Module:
    """What a block applies to its sum."""
    return nn.Identity() if block.activation == "none" else getattr(nn, block.activation)()
