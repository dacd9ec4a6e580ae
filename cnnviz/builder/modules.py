"""From a spec to the torch module that it describes."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from cnnviz.builder.names import layer_names
from cnnviz.models.seeded import draw_weights, with_memory
from cnnviz.models.specs import Layer, NetworkSpec, Residual


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
    network = Network(spec.name, OrderedDict(zip(names, modules, strict=True)))
    if device == "meta":
        return network
    with_memory(network)
    draw_weights(network, torch.Generator().manual_seed(seed))
    return network


def module_of(layer: Layer) -> nn.Module:
    """A new torch module for one layer, on torch's current default device."""
    if isinstance(layer, Residual):
        return ResidualBlock(layer)
    return getattr(nn, layer.kind)(**layer.values)


def block_activation(block: Residual) -> nn.Module:
    """What a block applies to its sum."""
    return nn.Identity() if block.activation == "none" else getattr(nn, block.activation)()
