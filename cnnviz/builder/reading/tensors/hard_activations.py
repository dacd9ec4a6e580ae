"""Activations that people write out: x·relu6(x + 3)/6 is Hardswish, x·tanh(softplus(x)) is Mish.

What stands between is no layer of its own. Such a flow says in `Flow.sum_of` which part it is, and
nothing but the next part takes it.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from cnnviz.builder.reading.values import Flow
from cnnviz.models.specs import Hardsigmoid, Hardswish, Layer, Mish, ReLU6, Sigmoid, SiLU, Tanh
from cnnviz.models.specs import Softplus as SoftplusLayer

PLUS_3, CUT, WEIGHED = "x + 3", "relu6(x + 3)", "x * relu6(x + 3)"
GATES: dict[type[Layer], Layer] = {Sigmoid: SiLU(), Hardsigmoid: Hardswish()}
UNCHANGED = {ast.Mult: 1, ast.Div: 1, ast.Add: 0, ast.Sub: 0}


def with_number(
    sign: ast.operator, flow: Flow, number: float, is_left: bool
) -> Flow | Layer | None:
    """What a flow and a number give: the flow seen in another way, or the layer that both are.

    Args:
        sign: the operator between them.
        flow: the flow.
        number: the number.
        is_left: the number stands first.

    Returns:
        None where no layer does it. A layer is applied to the flow before those parts.
    """
    turns = is_left and isinstance(sign, ast.Sub | ast.Div)
    if UNCHANGED.get(type(sign)) == number and not turns:
        return flow
    if isinstance(sign, ast.Add) and number == 3 and not flow.sum_of:
        return replace(flow, sum_of=PLUS_3)
    is_sixth = isinstance(sign, ast.Div) and number == 6 and not is_left
    if not is_sixth and not (isinstance(sign, ast.Mult) and abs(number - 1 / 6) < 1e-9):
        return None
    return {CUT: Hardsigmoid(), WEIGHED: Hardswish()}.get(flow.sum_of)


def cut_off(flow: Flow, layer: Layer) -> Flow | None:
    """relu6 of x + 3; None for any other layer behind it."""
    if flow.sum_of != PLUS_3 or layer != ReLU6():
        return None
    return replace(flow, sum_of=CUT)


def gated(flow: Flow, gate: Flow) -> Flow | Layer | None:
    """What a flow times a gate made of itself is: a layer, or a part of one; else None."""
    if gate.sum_of:
        is_own = gate.sum_of == CUT and gate.key is flow.key
        return replace(flow, sum_of=WEIGHED) if is_own and not flow.sum_of else None
    before = gate.before
    if before is None or gate.others:
        return None
    if before.key is flow.key:
        return GATES.get(type(gate.layer)) if gate.layer is not None else None
    is_mish = isinstance(gate.layer, Tanh) and before.layer == SoftplusLayer()
    is_own = before.before is not None and before.before.key is flow.key and not before.others
    return Mish() if is_mish and is_own else None
