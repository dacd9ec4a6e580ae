"""Cells made from one cell, or from the cells at the same place: norms, activations, sums."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from cnnviz.probes.microscope.scope import Cell, Scope, settled, value_at
from cnnviz.probes.microscope.stages import Stage, Term, factor, number, signed, sum_formula
from cnnviz.probes.tape import INPUT, Kind, Node
from cnnviz.probes.watch import MODULE_OF_FUNCTION

LINEAR_KINDS = (Kind.CONV, Kind.CONV_TRANSPOSE, Kind.LINEAR)
BEHIND_NORM = (*LINEAR_KINDS, Kind.SUM)
BEHIND_SUM = (*LINEAR_KINDS, Kind.NORM)
BEHIND_ACTIVATION = (*LINEAR_KINDS, Kind.NORM, Kind.SUM)


def explain_norm(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """(x − μ) / √(σ² + ε) · γ + β, with stored or measured μ and σ²."""
    norm: Any = node.operation
    statistics = _statistics(node, cell)
    if statistics is None:
        return scope.unexplained(node, cell)
    before, x, inner = scope.behind(node.sources[0], cell, BEHIND_NORM)
    mean, variance = statistics
    gamma = 1.0 if norm.weight is None else norm.weight[cell[0]].item()
    beta = 0.0 if norm.bias is None else norm.bias[cell[0]].item()
    value = (x - mean) / math.sqrt(variance + norm.eps) * gamma + beta
    formula = (
        rf"\frac{{{number(x)} {signed(-mean)}}}{{\sqrt{{{number(variance)} + {number(norm.eps)}}}}}"
        rf" \cdot {factor(gamma)} {signed(beta)} = {number(value)}"
    )
    numbers = (
        ("x", x), ("mean", mean), ("variance", variance), ("eps", norm.eps),
        ("weight", gamma), ("bias", beta),
    )  # fmt: skip
    expression = _norm_expression(scope, node, cell, inner)
    return [*before, Stage(node.name, node.kind, value, formula, expression, numbers=numbers)]


def _statistics(node: Node, cell: Cell) -> tuple[float, float] | None:
    """Mean and variance that a norm subtracts and divides by; None for norms of other kinds."""
    norm: Any = node.operation
    if isinstance(norm, nn.modules.batchnorm._BatchNorm) and norm.running_mean is not None:
        return norm.running_mean[cell[0]].item(), norm.running_var[cell[0]].item()
    if not isinstance(norm, nn.GroupNorm):
        return None
    size = norm.num_channels // norm.num_groups
    group = node.sources[0].output[0, cell[0] // size * size :][:size].double()
    return group.mean().item(), group.var(correction=0).item()


def _norm_expression(scope: Scope, node: Node, cell: Cell, inner: str) -> str:
    if not isinstance(node.operation, nn.modules.batchnorm._BatchNorm):
        return scope.writer.cell(node, cell)
    module, channel = scope.writer.module(node), cell[0]
    text = (
        f"({inner} - {module}.running_mean[{channel}]) "
        f"/ ({module}.running_var[{channel}] + {module}.eps).sqrt()"
    )
    if node.operation.affine:
        text += f" * {module}.weight[{channel}] + {module}.bias[{channel}]"
    return text


def explain_activation(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """φ(x) for a function of one number."""
    operation: Any = node.operation
    before, x, inner = scope.behind(node.sources[0], cell, BEHIND_ACTIVATION)
    name = type(operation).__name__
    if isinstance(operation, nn.PReLU):
        slope = operation.weight[cell[0] if operation.num_parameters > 1 else 0].item()
        value, expression = (x if x > 0 else slope * x), scope.writer.cell(node, cell)
    else:
        value = operation(torch.tensor(x, dtype=torch.float64)).item()
        expression = f"{_function_name(scope, node)}({inner})"
    if isinstance(operation, nn.ReLU):
        formula = rf"\max(0,\ {number(x)}) = {number(value)}"
    else:
        formula = rf"\mathrm{{{name}}}({number(x)}) = {number(value)}"
    numbers = (("x", x),)
    return [*before, Stage(node.name, node.kind, value, formula, expression, numbers=numbers)]


def _function_name(scope: Scope, node: Node) -> str:
    if isinstance(node.operation, nn.ReLU):
        return "torch.relu"
    if not node.is_function:
        return scope.writer.module(node)
    return next(
        f"F.{name}" for name, kind in MODULE_OF_FUNCTION.items() if kind is type(node.operation)
    )


def explain_sum(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """The cells at the same place added up, such as main path + shortcut."""
    parts = _parts(scope, node, cell)
    if parts is None:
        return scope.unexplained(node, cell)
    terms = tuple(term for _, term, _ in parts)
    value = sum(term.value for term in terms)
    expression = " + ".join(inner for _, _, inner in parts)
    before = [stage for stages, _, _ in parts for stage in stages]
    formula = sum_formula(terms, value)
    return [*before, Stage(node.name, node.kind, value, formula, expression, terms)]


def explain_product(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """The cells at the same place multiplied, such as a map and its gate."""
    parts = _parts(scope, node, cell)
    if parts is None:
        return scope.unexplained(node, cell)
    terms = tuple(term for _, term, _ in parts)
    value = math.prod(term.value for term in terms)
    formula = r" \cdot ".join(factor(term.value) for term in terms) + f" = {number(value)}"
    expression = " * ".join(f"({inner})" for _, _, inner in parts)
    before = [stage for stages, _, _ in parts for stage in stages]
    return [*before, Stage(node.name, node.kind, value, formula, expression, terms)]


def _parts(scope: Scope, node: Node, cell: Cell) -> list[tuple[list[Stage], Term, str]] | None:
    """What is added or multiplied: its stages, its number, its expression; None if not all maps."""
    same_axes = all(source.output.ndim == node.output.ndim for source in node.sources)
    if len(node.sources) != 2 or len(node.args) != 2 or node.options or not same_axes:
        return None
    parts = []
    for source in node.sources:
        shape = source.output.shape[1:]
        at = tuple(0 if size == 1 else i for i, size in zip(cell, shape, strict=True))
        if not source.is_from_picture:
            return None
        stages, value, inner = scope.behind(source, at, BEHIND_SUM)
        parts.append((stages, Term(_part_label(node, source), value), inner))
    return parts


def _part_label(node: Node, source: Node) -> str:
    """A source by its name within the block, in words: "main path", "shortcut path"."""
    block = node.name.rpartition(".")[0]
    inside = block and source.name.startswith(f"{block}.")
    name = source.name[len(block) + 1 :].split(".")[0] if inside else source.name
    return name.replace("_", " ")


def explain_moved(scope: Scope, node: Node, cell: Cell) -> list[Stage]:
    """A number that was only moved: what it is where it was computed, and where that is."""
    origin, at = settled(node, cell)
    before = [] if origin.name == INPUT else scope.explain(scope, origin, at)
    value = before[-1].value if before else value_at(origin, at)
    formula = rf"\text{{{_plain(origin.name)}}}_{{{', '.join(map(str, at))}}} = {number(value)}"
    expression = scope.writer.cell(node, cell)
    return [*before, Stage(node.name, node.kind, value, formula, expression)]


def _plain(name: str) -> str:
    """A layer's name inside LaTeX's text: an underscore would open an index."""
    return name.replace("_", r"\_")
