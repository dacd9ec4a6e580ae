"""Weights as they are before training, from a seed of their own."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import chain
from typing import TypeVar

import torch
from torch import Tensor, nn

from cnnviz.models.joins import Scale, Shift

M = TypeVar("M", bound=nn.Module)
NORMS = nn.BatchNorm1d | nn.BatchNorm2d | nn.InstanceNorm2d | nn.GroupNorm | nn.LayerNorm


def build_seeded(build: Callable[[], M], seed: int) -> M:
    """The module that `build` makes, with the weights that belong to `seed`.

    They are drawn as `draw_weights` says, from a generator of this call alone: other threads and
    the global seed change nothing.

    Raises:
        ValueError: the module has weights of a kind that `draw_weights` does not know.
    """
    with torch.device("meta"):
        model = build()
    with_memory(model)
    generator = torch.Generator().manual_seed(seed)
    draw_weights(model, generator)
    return model


def with_memory(model: nn.Module) -> None:
    """Give a module that was made on the meta device memory for its weights, not yet filled.

    As `to_empty` does, which imports sympy (485 modules and 38 MB) by way of `torch.empty_like`.
    """
    model.load_state_dict({name: _empty(t) for name, t in model.state_dict().items()}, assign=True)


def draw_weights(model: nn.Module, generator: torch.Generator) -> None:
    """Fill all parameters and buffers of a module with those of a new one.

    Convolutions and Linear layers are drawn as torch draws them when they are made, uniformly
    from ±1/√fan_in. Only uniform numbers are drawn, which are the same on every processor. Norms
    and PReLU start with torch's constants.

    Raises:
        ValueError: a module has weights of its own and is none of these.
    """
    for module in model.modules():
        _reset(module, generator)


def _empty(weight: Tensor) -> Tensor:
    return torch.empty(weight.shape, dtype=weight.dtype)


def _reset(module: nn.Module, generator: torch.Generator) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        bound = 1 / math.sqrt(_fan_in(module.weight))
        for parameter in module.parameters(recurse=False):
            nn.init.uniform_(parameter, -bound, bound, generator=generator)
    elif isinstance(module, NORMS | nn.PReLU):
        module.reset_parameters()
    elif isinstance(module, Scale | Shift):
        for parameter in module.parameters(recurse=False):
            first = module.factor if isinstance(module, Scale) else module.addend
            nn.init.constant_(parameter, first)
    elif (
        next(chain(module.parameters(recurse=False), module.buffers(recurse=False)), None)
        is not None
    ):
        raise ValueError(f"how {type(module).__name__} begins is not known here")


def _fan_in(weight: Tensor) -> int:
    return weight[0].numel()
