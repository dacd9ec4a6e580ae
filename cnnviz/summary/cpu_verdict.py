"""What torch says on the CPU about a call that was made on the meta device.

The meta device's messages are poor ("Invalid channel dimensions"), and a few mistakes it lets
pass. The same call on CPU tensors fails with the sentence that a student will meet, and costs
nothing: tensors whose every element is the same memory cell have any shape for four bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cnnviz.summary.calls import Call, tensors_in

MAX_ELEMENTS = 1 << 26  # should the call succeed on the CPU after all, it is over soon


def may_be_refused(call: Call, result: Any) -> bool:
    """Whether the CPU may refuse what the meta device let pass: it does not check these."""
    if call.op in ("softmax", "log_softmax"):
        num_dims = call["self"].dim()
        return not -num_dims <= call["dim"] < num_dims
    if call.op.startswith("conv") and call.op[-2:] in ("1d", "2d", "3d"):
        batch, weight = call["input"], call["weight"]
        is_unknown_shape = batch.dim() not in (weight.dim() - 1, weight.dim())
        return is_unknown_shape or _channels_clash(call.op, batch.shape, weight.shape)
    return any(tensor.numel() == 0 for tensor in tensors_in([result]))


def cpu_message(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """torch's own sentence about the call; "" where the CPU has nothing against it."""
    if sum(tensor.numel() for tensor in tensors_in([args, kwargs])) > MAX_ELEMENTS:
        return ""
    try:
        func(*_on_cpu(args), **_on_cpu(kwargs))
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        return str(error)
    return ""


def _channels_clash(op: str, batch_shape: torch.Size, weight_shape: torch.Size) -> bool:
    """Whether a transposed convolution is fed another number of channels than it has."""
    return "transpose" in op and batch_shape[1 - len(weight_shape)] != weight_shape[0]


def _on_cpu(value: Any) -> Any:
    """Arguments as they were, with a CPU tensor of the same shape for each meta tensor."""
    if isinstance(value, Tensor):
        return torch.zeros((), dtype=value.dtype).expand(value.shape)
    if isinstance(value, (list, tuple)):
        return type(value)(_on_cpu(item) for item in value)
    if isinstance(value, dict):
        return {key: _on_cpu(item) for key, item in value.items()}
    return value
