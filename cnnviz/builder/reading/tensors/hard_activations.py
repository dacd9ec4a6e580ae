"""Arithmetic of a tensor and a number, and activations that people write out with it.

x·relu6(x + 3)/6 is Hardswish, x·tanh(softplus(x)) is Mish. What stands between are layers as well;
the last step finds them behind it and takes the place of all.
"""

from __future__ import annotations

import ast

from cnnviz.builder.reading.values import Flow
from cnnviz.models.specs import (
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    Join,
    Layer,
    Mish,
    ReLU6,
    Scale,
    Shift,
    Sigmoid,
    SiLU,
    Tanh,
)
from cnnviz.models.specs import Softplus as SoftplusLayer

GATES: dict[type[Layer], Layer] = {Sigmoid: SiLU(), Hardsigmoid: Hardswish()}
UNCHANGED = {ast.Mult: 1, ast.Div: 1, ast.Add: 0, ast.Sub: 0}
Made = tuple[Flow, tuple[Layer, ...]]


def with_number(sign: ast.operator, flow: Flow, number: float, is_left: bool) -> Made | None:
    """What a flow and a number give, as layers behind a flow, which may be an earlier one.

    Args:
        sign: the operator between them.
        flow: the flow.
        number: the number.
        is_left: the number stands first.

    Returns:
        None where no layer does it.
    """
    turns = is_left and isinstance(sign, ast.Sub | ast.Div)
    if UNCHANGED.get(type(sign)) == number and not turns:
        return flow, ()
    is_sixth = isinstance(sign, ast.Div) and number == 6 and not is_left
    if is_sixth or (isinstance(sign, ast.Mult) and abs(number - 1 / 6) < 1e-9):
        if (start := _cut_off(flow)) is not None:
            return start, (Hardsigmoid(),)
        if (start := _weighed_by_cut_off(flow)) is not None:
            return start, (Hardswish(),)
    match sign:
        case ast.Mult():
            return flow, (Scale(float(number)),)
        case ast.Div() if not is_left and number:
            return flow, (Scale(1 / number),)
        case ast.Add():
            return flow, (Shift(float(number)),)
        case ast.Sub() if is_left:
            return flow, (Scale(-1.0), *([Shift(float(number))] if number else []))
        case ast.Sub():
            return flow, (Shift(-float(number)),)
    return None


def _cut_off(flow: Flow) -> Flow | None:
    """The x of relu6(x + 3); None of any other flow."""
    before = flow.before
    is_cut = (
        flow.layer in (ReLU6(), Hardtanh(0.0, 6.0))
        and before is not None
        and before.layer == Shift(3.0)
    )
    return before.before if is_cut and before is not None else None


def _weighed_by_cut_off(flow: Flow) -> Flow | None:
    """The x of x · relu6(x + 3); None of any other flow."""
    if not isinstance(flow.layer, Join) or flow.layer.how != "product" or len(flow.others) != 2:
        return None
    for one, other in (flow.others, flow.others[::-1]):
        start = _cut_off(other)
        if start is not None and start.key is one.key:
            return one
    return None


def gated(flow: Flow, gate: Flow) -> Layer | None:
    """The layer that a flow times a gate made of itself is; None where there is none."""
    before = gate.before
    if before is None or gate.others:
        return None
    if before.key is flow.key:
        return GATES.get(type(gate.layer)) if gate.layer is not None else None
    is_mish = isinstance(gate.layer, Tanh) and before.layer == SoftplusLayer()
    is_own = before.before is not None and before.before.key is flow.key and not before.others
    return Mish() if is_mish and is_own else None
