"""What a file works out from numbers alone: sizes, mostly, before a tensor is put into a shape.

Each rule takes a node and its arrays, and gives an array, as ONNX describes the operator. Results
are small: whoever asks for a large one is refused before it is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cnnviz.models.onnx.file import Array, Node
from cnnviz.models.onnx.limits import MAX_FOLDED, MAX_FOLDED_WEIGHTS, checked_size

Rule = Callable[[Node, list[Array]], Array]
INTEGERS, TRUTHS = (2, 3, 4, 5, 6, 7, 12, 13), (9,)  # among ONNX's numbers for types


def folded(node: Node, given: list[Array]) -> Array | None:
    """What a node gives for arrays; None where it is not known here.

    Raises:
        ValueError: the arrays do not fit the operator, or the result would be too large.
    """
    rule = RULES.get(node.op)
    if rule is None:
        return None
    try:
        with np.errstate(all="ignore"):
            return np.asarray(_as_kept(rule(node, given)))
    except (IndexError, TypeError, ValueError, KeyError, OverflowError, ArithmeticError) as error:
        raise node.refuse(f"its numbers do not fit ({_first_line(error)})") from error


def _as_kept(values: Array) -> Array:
    values = np.asarray(values)
    checked_size(values.shape, MAX_FOLDED_WEIGHTS, "a result")
    if values.dtype == np.bool_ or values.dtype in (np.float32, np.int64):
        return values
    return values.astype(np.float32 if values.dtype.kind == "f" else np.int64)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:120]


def axes_of(node: Node, given: list[Array], ndim: int) -> list[int]:
    """The axes that an operator names, as an attribute or as its second input, from the front."""
    axes = node.attributes.get("axes")
    if axes is None and len(given) > 1:
        axes = given[1].reshape(-1).tolist()
    return [axis_of(node, int(axis), ndim) for axis in (axes or [])]


def axis_of(node: Node, axis: int, ndim: int) -> int:
    """An axis counted from the front.

    Raises:
        ValueError: there is no such axis.
    """
    if not -ndim <= axis < ndim:
        raise node.refuse(f"there is no axis {axis} among {ndim}")
    return axis % ndim


def _elementwise(function: Callable[..., Array]) -> Rule:
    def rule(node: Node, given: list[Array]) -> Array:
        checked_size(np.broadcast_shapes(*(a.shape for a in given)), MAX_FOLDED_WEIGHTS, "a result")
        return function(*given)

    return rule


def _div(first: Array, second: Array) -> Array:
    """ONNX divides whole numbers towards zero."""
    if first.dtype.kind != "i":
        return first / second
    if not second.all():
        raise ValueError("a division by zero")
    return (np.sign(first) * np.sign(second)) * (abs(first) // abs(second))


def _constant(node: Node, given: list[Array]) -> Array:
    kinds = {"value_float": np.float32, "value_floats": np.float32,
             "value_int": np.int64, "value_ints": np.int64}  # fmt: skip
    for name, kind in kinds.items():
        if name in node.attributes:
            return np.asarray(node.attributes[name], dtype=kind)
    return node.attributes["value"]


def _cast(node: Node, given: list[Array]) -> Array:
    to = node.attributes["to"]
    kind = np.int64 if to in INTEGERS else np.bool_ if to in TRUTHS else np.float32
    return given[0].astype(kind)


def _gather(node: Node, given: list[Array]) -> Array:
    values, places = given
    axis = axis_of(node, node.attributes.get("axis", 0), values.ndim)
    shape = (*values.shape[:axis], *places.shape, *values.shape[axis + 1 :])
    checked_size(shape, MAX_FOLDED, "a result")
    return values.take(places, axis)


def _slice(node: Node, given: list[Array]) -> Array:
    values = given[0]
    places = [slice(None)] * values.ndim
    for axis, place in slices_of(node, given[1:], values.ndim):
        places[axis] = place
    return values[tuple(places)]


def slices_of(node: Node, given: list[Array], ndim: int) -> list[tuple[int, slice]]:
    """The axes that a Slice cuts and how: from attributes (before version 10) or from inputs."""
    known = node.attributes
    if "starts" in known:
        starts, ends = known["starts"], known["ends"]
        axes, steps = known.get("axes"), None
    else:
        starts, ends, axes, steps = [a.tolist() for a in given] + [None] * (4 - len(given))
    axes = axes or list(range(len(starts)))
    steps = steps or [1] * len(starts)
    cuts = []
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        if step == 0:
            raise node.refuse("its step is 0")
        goes_on = end <= -(2**31) if step < 0 else end >= 2**31 - 1
        cuts.append((axis_of(node, axis, ndim), slice(start, None if goes_on else end, step)))
    return cuts


def _concat(node: Node, given: list[Array]) -> Array:
    checked_size((sum(a.size for a in given),), MAX_FOLDED_WEIGHTS, "a result")
    return np.concatenate(given, axis_of(node, node.attributes["axis"], given[0].ndim))


def _squeeze(node: Node, given: list[Array]) -> Array:
    axes = axes_of(node, given, given[0].ndim)
    return given[0].squeeze(tuple(axes) if axes else None)


def _unsqueeze(node: Node, given: list[Array]) -> Array:
    count = len(node.attributes.get("axes") or given[1].reshape(-1))
    return np.expand_dims(given[0], tuple(axes_of(node, given, given[0].ndim + count)))


def _reshape(node: Node, given: list[Array]) -> Array:
    return given[0].reshape(target_shape(node, given[1], given[0].shape))


def target_shape(node: Node, wanted: Array, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that a Reshape gives: 0 keeps a size, −1 takes what is left.

    Raises:
        ValueError: the numbers do not fit.
    """
    keeps_zero = bool(node.attributes.get("allowzero", 0))
    sizes = [int(size) for size in wanted.reshape(-1)[:64]]
    sizes = [
        shape[place] if size == 0 and not keeps_zero and place < len(shape) else size
        for place, size in enumerate(sizes)
    ]
    known = math.prod(size for size in sizes if size != -1)
    if sizes.count(-1) == 1 and known > 0:
        sizes[sizes.index(-1)] = math.prod(shape) // known
    if any(size < 0 for size in sizes) or math.prod(sizes) != math.prod(shape):
        raise node.refuse(f"{tuple(shape)} cannot be seen as {tuple(wanted.reshape(-1)[:8])}")
    return tuple(sizes)


def _transpose(node: Node, given: list[Array]) -> Array:
    return given[0].transpose(node.attributes.get("perm"))


def _range(node: Node, given: list[Array]) -> Array:
    start, end, step = (a.item() for a in given)
    checked_size((max(0, math.ceil((end - start) / step)),), MAX_FOLDED, "a result")
    return np.arange(start, end, step, dtype=given[0].dtype)


def _constant_of_shape(node: Node, given: list[Array]) -> Array:
    shape = tuple(int(size) for size in given[0])
    checked_size(shape, MAX_FOLDED, "a result")
    value = node.attributes.get("value", np.zeros(1, np.float32))
    return np.full(shape, value.item(), value.dtype)


def _expand(node: Node, given: list[Array]) -> Array:
    shape = np.broadcast_shapes(given[0].shape, tuple(int(size) for size in given[1]))
    checked_size(shape, MAX_FOLDED, "a result")
    return np.broadcast_to(given[0], shape)


def _reduce(function: Callable[..., Array]) -> Rule:
    def rule(node: Node, given: list[Array]) -> Array:
        axes = tuple(axes_of(node, given, given[0].ndim)) or None
        return function(given[0], axis=axes, keepdims=bool(node.attributes.get("keepdims", 1)))

    return rule


def _where(condition: Array, first: Array, second: Array) -> Array:
    return np.where(condition, first, second)


RULES: dict[str, Rule] = {
    "Constant": _constant,
    "Cast": _cast,
    "CastLike": lambda node, given: given[0].astype(given[1].dtype),
    "Gather": _gather,
    "Slice": _slice,
    "Concat": _concat,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Range": _range,
    "ConstantOfShape": _constant_of_shape,
    "Expand": _expand,
    "Identity": lambda node, given: given[0],
    "Shape": lambda node, given: shape_array(node, given[0].shape),
    "Size": lambda node, given: np.asarray(given[0].size),
    "Div": _elementwise(_div),
    "ReduceProd": _reduce(np.prod),
    "ReduceSum": _reduce(np.sum),
    "ReduceMax": _reduce(np.max),
    "ReduceMin": _reduce(np.min),
    **{
        op: _elementwise(function)
        for op, function in {
            "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Neg": np.negative,
            "Abs": np.abs, "Floor": np.floor, "Ceil": np.ceil, "Sqrt": np.sqrt, "Exp": np.exp,
            "Reciprocal": np.reciprocal, "Mod": np.mod, "Equal": np.equal, "Less": np.less,
            "Greater": np.greater, "Not": np.logical_not, "And": np.logical_and,
            "Or": np.logical_or, "Where": _where, "Min": np.minimum, "Max": np.maximum,
        }.items()
    },
}  # fmt: skip


def shape_array(node: Node, shape: tuple[int, ...]) -> Array:
    """What the operator Shape gives, from `start` to `end` where it has them."""
    return np.asarray(shape[node.attributes.get("start", 0) : node.attributes.get("end")], np.int64)
