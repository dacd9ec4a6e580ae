"""Equality of results that hold tensors."""

from dataclasses import is_dataclass
from typing import Any

import numpy as np
import torch

ROUNDING = 1e-5  # where memory is laid out in another way, kernels add in another order


def same(one: Any, other: Any) -> bool:
    """Equal in type and in all that they hold, but for rounding in tensors and arrays."""
    assert type(one) is type(other)
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.allclose(one, other, ROUNDING, ROUNDING / 10)
    if isinstance(one, np.ndarray):
        return np.allclose(one, other, ROUNDING, ROUNDING / 10)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one):
        return same([*vars(one).values()], [*vars(other).values()])
    return one == other
