"""What torch says on the CPU about a call that failed on the meta device.

The meta device's messages are poor ("Invalid channel dimensions"). The same call on CPU tensors
fails with the sentence that a student will meet, and costs nothing: tensors whose every element
is the same memory cell have any shape for four bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from cnnviz.summary.calls import tensors_in

MAX_ELEMENTS = 1 << 26  # should the call succeed on the CPU after all, it is over soon


def cpu_message(func: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """torch's own sentence about the call; "" where the CPU has nothing against it."""
    if sum(tensor.numel() for tensor in tensors_in([args, kwargs])) > MAX_ELEMENTS:
        return ""
    try:
        func(*_on_cpu(args), **_on_cpu(dict(kwargs)))
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        return str(error)
    return ""


def _on_cpu(value: Any) -> Any:
    """Arguments as they were, with a CPU tensor of the same shape for each meta tensor."""
    if isinstance(value, Tensor):
        return torch.zeros((), dtype=value.dtype).expand(value.shape)
    if isinstance(value, (list, tuple)):
        return type(value)(_on_cpu(item) for item in value)
    if isinstance(value, dict):
        return {key: _on_cpu(item) for key, item in value.items()}
    return value
