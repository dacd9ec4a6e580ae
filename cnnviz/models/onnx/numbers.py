"""Layers that work on each number, on each channel or on vectors: activations, norms, products."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from cnnviz.models.joins import (
    Add,
    ClippedLine,
    Constant,
    Div,
    MatMul,
    Maximum,
    Minimum,
    Mul,
    Pointwise,
    Sub,
)
from cnnviz.models.onnx.builder import Operator, Place
from cnnviz.models.onnx.file import Array
from cnnviz.models.onnx.folding import target_shape

PLAIN: dict[str, type[nn.Module]] = {
    "Relu": nn.ReLU, "Sigmoid": nn.Sigmoid, "Tanh": nn.Tanh, "Softplus": nn.Softplus,
    "Softsign": nn.Softsign, "HardSwish": nn.Hardswish, "Mish": nn.Mish,
}  # fmt: skip
FUNCTIONS = {
    "Erf": "erf", "Sqrt": "sqrt", "Exp": "exp", "Log": "log", "Abs": "abs", "Neg": "neg",
    "Reciprocal": "reciprocal", "Floor": "floor", "Ceil": "ceil", "Sin": "sin", "Cos": "cos",
}  # fmt: skip
JOINS: dict[str, type[nn.Module]] = {
    "Add": Add, "Sub": Sub, "Mul": Mul, "Div": Div, "Max": Maximum, "Min": Minimum,
}  # fmt: skip
OF_TORCH = {"Max": "maximum", "Min": "minimum"}  # where torch has another name
INFINITE = float("inf")


def _plain(kind: type[nn.Module]) -> Operator:
    return lambda place: place.becomes(kind)


def _function(name: str) -> Operator:
    return lambda place: place.becomes(lambda: Pointwise(name))


def leaky_relu(place: Place) -> None:
    """LeakyReLU."""
    slope = place.real("alpha", 9, 0.01)
    place.becomes(lambda: nn.LeakyReLU(slope))


def elu(place: Place) -> None:
    """ELU, CELU or SELU."""
    alpha = place.real("alpha", 9, 1.0)
    if place.node.op == "Selu":
        known = (place.real("alpha", 9, 1.67326), place.real("gamma", 9, 1.0507))
        if not np.allclose(known, (1.67326, 1.0507), atol=1e-4):
            raise place.refuse("its slopes are not those of torch's SELU")
        place.becomes(nn.SELU)
        return
    kind = nn.CELU if place.node.op == "Celu" else nn.ELU
    place.becomes(lambda: kind(alpha))


def prelu(place: Place) -> None:
    """PReLU, with one slope or one for each channel."""
    slopes = place.numbers(1, "slopes").reshape(-1)
    if slopes.size not in (1, place.shape()[1]):
        raise place.refuse(f"it has {slopes.size} slopes for {place.shape()[1]} channels")
    place.becomes(lambda: nn.PReLU(slopes.size), weights={"weight": slopes})


def hard_sigmoid(place: Place) -> None:
    """Hardsigmoid where it is torch's, x / 6 + 1/2."""
    alpha, beta = place.real("alpha", 9, 0.2), place.real("beta", 9, 0.5)
    if abs(alpha - 1 / 6) < 1e-6 and beta == 0.5:
        place.becomes(nn.Hardsigmoid)
        return
    place.becomes(lambda: ClippedLine(alpha, beta))


def swish(place: Place) -> None:
    """SiLU."""
    if place.real("alpha", 9, 1.0) != 1.0:
        raise place.refuse("only x · sigmoid(x) is taken")
    place.becomes(nn.SiLU)


def gelu(place: Place) -> None:
    """GELU."""
    how = place.attributes.get("approximate", "none")
    if how not in ("none", "tanh"):
        raise place.refuse(f"the approximation {how!r} is not known")
    place.becomes(lambda: nn.GELU(how))


def clip(place: Place) -> None:
    """ReLU6, ReLU or Hardtanh."""
    low, high = place.real("min", 1, -INFINITE), place.real("max", 2, INFINITE)
    if (low, high) == (0.0, 6.0):
        place.becomes(nn.ReLU6)
    elif low == 0.0 and high > 3e38:
        place.becomes(nn.ReLU)
    elif low <= high:
        place.becomes(lambda: nn.Hardtanh(low, high))
    else:
        raise place.refuse(f"its limits are {low:g} and {high:g}")


def softmax(place: Place) -> None:
    """Softmax or LogSoftmax; before version 13 over all axes from the given one on."""
    kind = nn.LogSoftmax if place.node.op == "LogSoftmax" else nn.Softmax
    shape = place.shape()
    axis = place.axis(default=-1 if place.opset >= 13 else 1)
    if place.opset < 13 and any(size > 1 for size in shape[axis + 1 :]):
        raise place.refuse(f"it goes over several axes of {shape} at once")
    place.becomes(lambda: kind(dim=axis))


def batch_norm(place: Place) -> None:
    """BatchNorm1d or BatchNorm2d, as it is in evaluation."""
    if place.attributes.get("training_mode", 0) or not place.attributes.get("spatial", 1):
        raise place.refuse("it is in training: export the network after net.eval()")
    shape, eps = place.shape(), place.real("epsilon", 9, 1e-5)
    kinds = {4: nn.BatchNorm2d, 3: nn.BatchNorm1d, 2: nn.BatchNorm1d}
    if len(shape) not in kinds:
        raise place.refuse(f"it reads {shape}")
    names = ("weight", "bias", "running_mean", "running_var")
    weights = {name: place.numbers(at, name) for at, name in enumerate(names, start=1)}
    place.becomes(
        lambda: kinds[len(shape)](shape[1], eps), outputs=place.node.outputs[:1], weights=weights
    )


def instance_norm(place: Place) -> None:
    """InstanceNorm2d."""
    channels, eps = place.maps()[1], place.real("epsilon", 9, 1e-5)
    place.becomes(
        lambda: nn.InstanceNorm2d(channels, eps, affine=True),
        weights={"weight": place.numbers(1, "scale"), "bias": place.numbers(2, "bias")},
    )  # fmt: skip


def layer_norm(place: Place) -> None:
    """LayerNorm over the last axes."""
    axis, shape = place.axis(default=-1), place.shape()
    eps, scale = place.real("epsilon", 9, 1e-5), place.numbers(1, "scale")
    bias = {"bias": place.numbers(2, "bias")} if place.has(2) else {}
    place.becomes(
        lambda: nn.LayerNorm(list(shape[axis:]), eps, bias=bool(bias)),
        outputs=place.node.outputs[:1], weights={"weight": scale, **bias},
    )  # fmt: skip


def group_norm(place: Place) -> None:
    """GroupNorm with a scale and a bias for each channel."""
    channels, groups = place.shape()[1], place.attributes.get("num_groups", 0)
    eps = place.real("epsilon", 9, 1e-5)
    if groups < 1 or channels % groups:
        raise place.refuse(f"{channels} channels are not {groups} groups")
    back = place.attributes.get("back")  # the shape that the file puts its result into
    if (
        back is not None
        and target_shape(place.node, np.asarray(back), place.shape()) != place.shape()
    ):
        raise place.refuse(f"its result is put into the shape {tuple(back)}")
    place.becomes(
        lambda: nn.GroupNorm(groups, channels, eps),
        weights={"weight": place.numbers(1, "scale").reshape(-1),
                 "bias": place.numbers(2, "bias").reshape(-1)},
    )  # fmt: skip


def lrn(place: Place) -> None:
    """LocalResponseNorm; an even window is shifted in torch as it is in ONNX's own rule."""
    size = place.attributes.get("size", 0)
    if not 0 < size <= place.shape()[1] * 2:
        raise place.refuse(f"its window has {size} channels")
    alpha, beta = place.real("alpha", 9, 1e-4), place.real("beta", 9, 0.75)
    k = place.real("bias", 9, 1.0)
    if size % 2 == 0:
        raise place.refuse(f"its window of {size} channels has no middle")
    place.becomes(lambda: nn.LocalResponseNorm(size, alpha, beta, k))


def gemm(place: Place) -> None:
    """A linear layer."""
    weight, shape = place.numbers(1, "matrix"), place.shape()
    if len(shape) != 2 or weight.ndim != 2 or place.attributes.get("transA", 0):
        raise place.refuse(f"it multiplies {shape} and {weight.shape}: no linear layer does")
    if not place.attributes.get("transB", 0):
        weight = weight.T
    alpha, beta = place.real("alpha", 9, 1.0), place.real("beta", 9, 1.0)
    bias = place.numbers(2, "bias") if place.has(2) else None
    _linear(place, weight * np.float32(alpha), None if bias is None else bias * np.float32(beta))


def matmul(place: Place) -> None:
    """A linear layer where the second operand is a matrix of the file, else a product."""
    weight = place.array(1)
    if place.array(0) is not None:
        value = place.numbers(0, "matrix")
        _with_constant(place, "matmul", value, is_first=True)
    elif weight is None:
        place.becomes(MatMul, reads=(0, 1))
    elif weight.ndim == 2:
        _linear(place, weight.T, place.numbers(2, "bias") if place.has(2) else None)
    else:
        _with_constant(place, "matmul", weight, is_first=False)


def _linear(place: Place, weight: Array, bias: Array | None) -> None:
    outs, ins = weight.shape
    if place.shape()[-1] != ins:
        raise place.refuse(f"its matrix reads {ins} numbers and {place.shape()[-1]} come")
    weights = {"weight": np.ascontiguousarray(weight)}
    if bias is not None:
        weights["bias"] = np.ascontiguousarray(np.broadcast_to(bias.reshape(-1), (outs,)))
    place.becomes(lambda: nn.Linear(ins, outs, bias=bias is not None), weights=weights)


def _joined(op: str) -> Operator:
    def operator(place: Place) -> None:
        if len(place) != 2:
            raise place.refuse(f"it takes {len(place)} results; two are taken")
        first, second = place.array(0), place.array(1)
        function = OF_TORCH.get(op, op.lower())
        if first is None and second is None:
            place.becomes(JOINS[op], reads=(0, 1))
        elif first is None and second is not None:
            _with_constant(place, function, second, is_first=False)
        elif first is not None:
            _with_constant(place, function, first, is_first=op in ("Sub", "Div"))

    return operator


def _with_constant(place: Place, function: str, value: Array, is_first: bool) -> None:
    value = value.astype(np.float32)
    index = 1 if place.array(0) is not None else 0
    reached = place.result(index).shape
    if function != "matmul" and value.size == 1:
        value = value.reshape(())
    elif function != "matmul" and len(np.broadcast_shapes(value.shape, reached)) > len(reached):
        raise place.refuse(f"{tuple(reached)} and {value.shape} make more axes than came")
    place.becomes(
        lambda: Constant(function, _empty(value), is_first),
        reads=(index,),
        weights={"value": value},
    )


def _empty(value: Array) -> Tensor:
    return torch.empty(value.shape, device="meta")


def sum_of_all(place: Place) -> None:
    """A sum of two."""
    if len(place) == 1:
        place.becomes(nn.Identity)
    elif len(place) == 2:
        _joined("Add")(place)
    else:
        raise place.refuse(f"it adds up {len(place)} results; two are taken")


def power(place: Place) -> None:
    """A power with a number of the file."""
    exponent = place.numbers(1, "exponent")
    if exponent.size != 1:
        raise place.refuse("it has many exponents; one is taken")
    value = float(exponent.reshape(-1)[0])
    place.becomes(lambda: Pointwise("pow", value))


def dropout(place: Place) -> None:
    """Dropout, which does nothing in evaluation."""
    mode = place.array(2)
    if mode is not None and bool(np.any(mode)):
        raise place.refuse("it is in training: export the network after net.eval()")
    share = min(1.0, max(0.0, place.real("ratio", 1, 0.5)))
    place.becomes(lambda: nn.Dropout(share), outputs=place.node.outputs[:1])


def _same_numbers(place: Place) -> None:
    place.becomes(nn.Identity)


def cast(place: Place) -> None:
    """Real numbers stay float32; the others are not pictures."""
    if place.attributes.get("to") not in (1, 10, 11, 16):
        raise place.refuse("it makes whole numbers of real ones")
    place.becomes(nn.Identity)


def cast_like(place: Place) -> None:
    """Real numbers stay float32, whatever kind of them is asked for."""
    like = place.array(1)
    if like is not None and like.dtype != np.float32:
        raise place.refuse("it makes whole numbers of real ones")
    if (value := place.array(0)) is not None:
        place.is_given(value.astype(np.float32))
    else:
        place.becomes(nn.Identity)


OPERATORS: dict[str, Operator] = {
    **{op: _plain(kind) for op, kind in PLAIN.items()},
    **{op: _function(name) for op, name in FUNCTIONS.items()},
    **{op: _joined(op) for op in JOINS},
    "LeakyRelu": leaky_relu,
    "Elu": elu,
    "Celu": elu,
    "Selu": elu,
    "PRelu": prelu,
    "HardSigmoid": hard_sigmoid,
    "Swish": swish,
    "Gelu": gelu,
    "Clip": clip,
    "Softmax": softmax,
    "LogSoftmax": softmax,
    "BatchNormalization": batch_norm,
    "InstanceNormalization": instance_norm,
    "LayerNormalization": layer_norm,
    "GroupNormalization": group_norm,
    "LRN": lrn,
    "Gemm": gemm,
    "MatMul": matmul,
    "Sum": sum_of_all,
    "Pow": power,
    "Dropout": dropout,
    "Identity": _same_numbers,
    "Cast": cast,
    "CastLike": cast_like,
}
