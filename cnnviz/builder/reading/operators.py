"""Operators: arithmetic on bounded numbers, choices that do not depend on the picture, and sums."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from cnnviz.builder.reading.machine import Machine, Scope, bounded
from cnnviz.builder.reading.values import UNKNOWN, Flow, Known, Module, Row, Symbol, UserClass

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}
PLAIN = (int, float, str, bool, list, tuple, type(None))
SINGLE = (int, float, str, type(None), Known, Module, UserClass)  # compared at a glance


class Operators(Machine):
    """The part that reads operators."""

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Any:
        return self.evaluate(node.body if self.truth(node.test, scope) else node.orelse, scope)

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> bool:
        values = (self.truth(value, scope) for value in node.values)
        return all(values) if isinstance(node.op, ast.And) else any(values)

    def _compare(self, node: ast.Compare, scope: Scope) -> bool:
        left = self.evaluate(node.left, scope)
        for comparison, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(right_node, scope)
            if isinstance(left, Symbol | Flow) or isinstance(right, Symbol | Flow):
                raise self.refusal(node, "a choice that depends on the picture is not read.")
            is_identity = isinstance(comparison, ast.Is | ast.IsNot)
            if not is_identity and not (_is_flat(left) and _is_flat(right)):
                raise self.refusal(node, "these two values cannot be compared.")
            try:
                is_so = COMPARISONS[type(comparison)](left, right)
            except TypeError as error:
                raise self.refusal(node, "these two values cannot be compared.") from error
            if not is_so:
                return False
            left = right
        return True

    def truth(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a condition holds.

        Raises:
            CodeError: that depends on the picture.
        """
        value = self.evaluate(node, scope)
        if isinstance(value, Symbol | Flow):
            raise self.refusal(node, "a choice that depends on the picture is not read.")
        return len(self.items_of(value, node)) > 0 if isinstance(value, Row) else bool(value)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Any:
        if isinstance(node.op, ast.Not):
            return not self.truth(node.operand, scope)
        value = self.evaluate(node.operand, scope)
        if not isinstance(value, int | float):
            raise self.refusal(node, "only a number can have a sign.")
        return -value if isinstance(node.op, ast.USub) else value

    def _binop(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        return self.combine(node.op, left, right, node, scope)

    def combine(
        self, sign: ast.operator, left: Any, right: Any, node: ast.AST, scope: Scope
    ) -> Any:
        """What an operator gives: numbers, texts and lists are computed, two flows are added.

        Raises:
            CodeError: the operator does not go with the values.
        """
        if isinstance(left, Flow) and isinstance(right, Flow) and isinstance(sign, ast.Add):
            return self.added(left, right, node, scope)
        if isinstance(left, Flow) or isinstance(right, Flow):
            raise self.refusal(node, "of what can be done with two paths only their sum is read.")
        if isinstance(left, Symbol) or isinstance(right, Symbol):
            return UNKNOWN
        if not isinstance(left, PLAIN) or not isinstance(right, PLAIN):
            raise self.refusal(node, "only numbers, texts and lists can be computed with.")
        if isinstance(sign, ast.Mod) and isinstance(left, str):
            raise self.refusal(node, "texts made with % are not read.")
        if isinstance(sign, ast.Mult):
            self._check_repetition(left, right, node)
        try:
            return bounded(ARITHMETIC[type(sign)](left, right), node)
        except (TypeError, ZeroDivisionError, OverflowError) as error:
            raise self.refusal(node, "these two values cannot be computed with.") from error

    def _check_repetition(self, left: Any, right: Any, node: ast.AST) -> None:
        """A list or text is repeated only as often as it stays short."""
        for items, times in ((left, right), (right, left)):
            if isinstance(items, list | tuple | str) and isinstance(times, int):
                bounded([None] * min(len(items) * max(times, 0), 10_000), node)


def _is_flat(value: Any) -> bool:
    """Whether a value is compared in a moment: lists of lists can be made that take for ever."""
    items = value if isinstance(value, list | tuple) else [value]
    return all(isinstance(item, SINGLE) for item in items)
