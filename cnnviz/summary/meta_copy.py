"""A private copy of a network that has its layers and shapes, but no weights."""

from __future__ import annotations

import copy
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn


def meta_copy(model: nn.Module) -> nn.Module:
    """The network on torch's meta device, in evaluation mode, sharing nothing with the original.

    Tensors there have a shape and no values, so even a network of billions of parameters costs
    no memory. Hooks are left behind: they are the caller's, and may count, print or keep what
    passes. The original is only read: other threads may be using it.
    """
    stand_ins: dict[int, Any] = {id(tensor): _on_meta(tensor) for tensor in _tensors_of(model)}
    for module in model.modules():
        hooks = (value for name, value in vars(module).items() if "_hooks" in name)
        stand_ins |= {id(value): OrderedDict() for value in hooks}
    return copy.deepcopy(model, stand_ins).eval()


def _tensors_of(model: nn.Module) -> list[Tensor]:
    """Parameters, buffers and tensors that are plain attributes."""
    plain = (value for module in model.modules() for value in vars(module).values())
    attributes = [value for value in plain if isinstance(value, Tensor)]
    return [*model.parameters(), *model.buffers(), *attributes]


def _on_meta(tensor: Tensor) -> Tensor:
    """A tensor of the same shape and type without values."""
    if nn.parameter.is_lazy(tensor):
        raise ValueError("a lazy layer has no shape yet: run the network once before")
    empty = torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(empty, requires_grad=tensor.requires_grad)
    return empty
