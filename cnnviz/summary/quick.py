"""Results whose shape is plain, without asking torch.

torch works out shapes on the meta device in Python, in a millisecond or so per operator. For those
that networks are made of it can be said at once; only where the input fits, so that torch still
says why where it does not.
"""

from __future__ import annotations

import torch
from torch import Size, Tensor

from cnnviz.arithmetic import conv_output_size
from cnnviz.summary.calls import Call

SAME_SHAPE = frozenset(
    (
        "add", "clamp", "div", "elu", "gelu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu",
        "mish", "mul", "relu", "relu6", "sigmoid", "silu", "softplus", "sub", "tanh",
    )
)  # fmt: skip


def quick_result(call: Call) -> Tensor | None:
    """An empty result of the call; None where torch is to be asked."""
    if call.op in SAME_SHAPE:
        return _of_same_shape(call)
    if call.op == "batch_norm":
        return _of_batch_norm(call)
    if call.op == "conv2d":
        return _of_convolution(call)
    if call.op == "cat":
        return _of_concatenation(call)
    return None


def _of_same_shape(call: Call) -> Tensor | None:
    """The operand's shape, where all operands have the same."""
    first, *others = call.tensors
    alike = all(t.shape == first.shape and t.dtype == first.dtype for t in others)
    if not alike or not first.is_floating_point():
        return None
    return first if call.is_inplace else _empty(first, first.shape)


def _of_batch_norm(call: Call) -> Tensor | None:
    """The input's shape, where it has as many channels as there are statistics."""
    batch, names = call["input"], ("weight", "bias", "running_mean", "running_var")
    per_channel = [call[name] for name in names if call[name] is not None]
    fits = batch.dim() >= 2 and all(tensor.shape == batch.shape[1:2] for tensor in per_channel)
    return _empty(batch, batch.shape) if fits and not call["training"] else None


def _of_convolution(call: Call) -> Tensor | None:
    """The formula of the output size, where channels and kernel fit."""
    batch, weight, bias = call["input"], call["weight"], call["bias"]
    if batch.dim() != 4 or weight.dim() != 4 or isinstance(call["padding"], str):
        return None
    out_channels, depth = weight.shape[:2]
    channels_fit = batch.shape[1] == depth * call["groups"] and out_channels % call["groups"] == 0
    if not channels_fit or (bias is not None and bias.shape != weight.shape[:1]):
        return None
    settings = (call.numbers(name, 2) for name in ("stride", "padding", "dilation"))
    axes = zip(batch.shape[2:], weight.shape[2:], *settings, strict=True)
    try:
        sizes = [conv_output_size(*axis) for axis in axes]
    except ValueError:
        return None
    return _empty(batch, (batch.shape[0], out_channels, *sizes))


def _of_concatenation(call: Call) -> Tensor | None:
    """The sizes along the joined dimension added up, where all others agree."""
    first, *others = tensors = call["tensors"]
    dim = call["dim"]
    if not -first.dim() <= dim < first.dim() or any(t.dim() != first.dim() for t in others):
        return None
    dim %= first.dim()
    rest = {(*t.shape[:dim], *t.shape[dim + 1 :], t.dtype) for t in tensors}
    if len(rest) > 1:
        return None
    joined = sum(t.shape[dim] for t in tensors)
    return _empty(first, (*first.shape[:dim], joined, *first.shape[dim + 1 :]))


def _empty(like: Tensor, shape: Size | tuple[int, ...]) -> Tensor:
    """A tensor of this shape and of another's type, with no values."""
    return torch.empty(shape, dtype=like.dtype, device=like.device)
