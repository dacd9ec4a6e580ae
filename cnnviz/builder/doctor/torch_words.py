"""What torch itself says about a layer that does not fit, as a student meets it in a script."""

from __future__ import annotations

from itertools import chain
from math import prod

import torch
from torch import Tensor, nn

from cnnviz.builder.modules import module_of
from cnnviz.builder.shapes import Shape, outcome, shape_after
from cnnviz.models.specs import Conv2d, Join, Layer, Residual

MAX_COPIED = 4_000_000  # numbers of a picture that torch copies before it looks at the channels


def torch_words(layer: Layer, arriving: Shape, problem: str) -> str:
    """The error that torch raises on the CPU; `problem`, its words on meta, where that is dear.

    All weights and the picture are one zero, seen in every place, so that nothing is allocated.
    """
    if isinstance(layer, Residual):
        return _sum_words(layer, arriving, problem)
    if isinstance(layer, Conv2d) and _is_padded_first(layer) and prod(arriving) > MAX_COPIED:
        return problem
    try:
        with torch.device("meta"):
            module = module_of(layer).eval()
        with torch.inference_mode():
            torch.func.functional_call(module, _zeros_like(module), (_zeros((1, *arriving)),))
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        return str(error)
    return problem


def join_words(join: Join, shapes: tuple[Shape, ...], problem: str) -> str:
    """The error that torch raises on the CPU where maps of these shapes are joined."""
    try:
        with torch.inference_mode():
            module_of(join)(*(_zeros((1, *shape)) for shape in shapes))
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        return str(error)
    return problem


def _sum_words(block: Residual, arriving: Shape, problem: str) -> str:
    shape = arriving
    for layer in block.shortcut_layers:
        after = outcome(layer, shape)
        if after.output_shape is None:
            return torch_words(layer, shape, after.problem or problem)
        shape = after.output_shape
    main = shape_after(block.layers, arriving)
    if main is None or len(main) != len(shape):
        return problem
    try:
        with torch.inference_mode():
            _ = _zeros((1, *main)) + _zeros((1, *shape))
    except RuntimeError as error:
        return str(error)
    return problem


def _is_padded_first(layer: Conv2d) -> bool:
    return layer.padding_mode != "zeros" or layer.padding == "same"


def _zeros_like(module: nn.Module) -> dict[str, Tensor]:
    named = chain(module.named_parameters(), module.named_buffers())
    return {name: _zeros(tuple(values.shape)) for name, values in named}


def _zeros(shape: tuple[int, ...]) -> Tensor:
    return torch.zeros(()).expand(shape)
