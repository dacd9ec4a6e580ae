"""A private copy of a network that has its layers and shapes, but no weights."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn


def meta_copy(model: nn.Module) -> nn.Module:
    """The network on torch's meta device, in evaluation mode, sharing nothing with the original.

    Tensors there have a shape and no values, so even a network of billions of parameters costs
    no memory. The original is only read: other threads may be using it.
    """
    stand_ins = {id(tensor): _on_meta(tensor) for tensor in _tensors_of(model)}
    twin = copy.deepcopy(model, stand_ins)
    for module in twin.modules():
        for hooks in (module._forward_hooks, module._forward_pre_hooks):
            hooks.clear()  # they are the caller's: they may count, print or keep what passes
    return twin.eval()


def _tensors_of(model: nn.Module) -> list[Tensor]:
    """Parameters, buffers and tensors that are plain attributes."""
    plain = (value for module in model.modules() for value in vars(module).values())
    attributes = [value for value in plain if isinstance(value, Tensor)]
    return [*model.parameters(), *model.buffers(), *attributes]


def _on_meta(tensor: Tensor) -> Tensor:
    """A tensor of the same shape and type without values."""
    if nn.parameter.is_lazy(tensor):
        raise ValueError("a lazy layer has no shape yet: run the network once before")
    empty = torch.empty_like(tensor, device="meta", requires_grad=False)
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(empty, requires_grad=tensor.requires_grad)
    return empty
