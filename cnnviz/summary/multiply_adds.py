"""Multiply-adds of one call of a torch operator.

Counted are the products that a convolution, a linear layer or a matrix product sums up, one
multiply-add each; bias, normalisation, activation and pooling are not. So a multiply-add is two
floating-point operations, and torch's FlopCounterMode reports twice these numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from torch import Tensor

from cnnviz.summary.calls import Call


def multiply_adds(call: Call, result: Tensor) -> int:
    """Multiply-adds of the call that gave `result`; 0 for operators that are not counted."""
    rule = RULES.get(call.op)
    return rule(call, result) if rule else 0


def is_counted(call: Call) -> bool:
    """Whether calls of this operator have multiply-adds."""
    return call.op in RULES


def _convolution(call: Call, result: Tensor) -> int:
    """result values * kernel values; the kernel of a group is in_channels / groups deep."""
    if call.get("transposed"):
        return _transposed_convolution(call, result)
    return result.numel() * prod(call["weight"].shape[1:])


def _transposed_convolution(call: Call, result: Tensor) -> int:
    """input values * what each of them writes: out_channels / groups * kernel."""
    return call["input"].numel() * prod(call["weight"].shape[1:])


def _linear(call: Call, result: Tensor) -> int:
    """result values * in_features."""
    return result.numel() * call["weight"].shape[-1]


def _matrix_product(call: Call, result: Tensor) -> int:
    """result values * length of a row of the first matrix."""
    first = call.get("mat1", "batch1", "self")
    return result.numel() * first.shape[-1]


def _sum_of_matrix_products(call: Call, result: Tensor) -> int:
    """As a matrix product, over all matrices of the batch."""
    return call["batch1"].numel() * call["batch2"].shape[-1]


def _attention(call: Call, result: Tensor) -> int:
    """Queries times keys, then scores times values (scaled dot product attention)."""
    query, key, value = call["query"], call["key"], call["value"]
    scores = prod(query.shape[:-1]) * key.shape[-2]
    return scores * (query.shape[-1] + value.shape[-1])


RULES: dict[str, Callable[[Call, Tensor], int]] = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d", "convolution"), _convolution),
    **{f"conv_transpose{n}d": _transposed_convolution for n in (1, 2, 3)},
    "linear": _linear,
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "dot", "addmm", "baddbmm"), _matrix_product),
    "addbmm": _sum_of_matrix_products,
    "scaled_dot_product_attention": _attention,
}
