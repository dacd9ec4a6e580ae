"""Operators: arithmetic on bounded numbers, choices that do not depend on the picture, and sums."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import Any

from cnnviz.builder.reading.machine import Given, Machine, Scope, TooMuchError, bounded, line_of
from cnnviz.builder.reading.paths import missing
from cnnviz.builder.reading.tensors import written_norms
from cnnviz.builder.reading.tensors.hard_activations import gated, with_number
from cnnviz.builder.reading.tensors.learnt import layer_of
from cnnviz.builder.reading.tensors.parts import channels_of
from cnnviz.builder.reading.values import (
    TRAINING,
    UNKNOWN,
    Extent,
    Flow,
    Known,
    Learnt,
    Missing,
    Module,
    Noise,
    Picture,
    Product,
    Row,
    Symbol,
    UserClass,
)

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
}
TWO_PATHS = (
    "two paths are read where they are added, subtracted, multiplied or laid behind each other "
    "(torch.cat); what else is done with two of them, no layer of the builder does."
)
HOW: dict[type[ast.operator], str] = {
    ast.Add: "sum", ast.Mult: "product", ast.Sub: "difference",
}  # fmt: skip
A_NUMBER = "computing so with a tensor and a number is not read: no layer does it."
OF_LEARNT = (
    "computing with learnt numbers alone is not read: they are read where they multiply a tensor "
    "or are added to it."
)
MAX_EXPONENT = 40
MAX_BASE = 10_000
SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Div: "/", ast.FloorDiv: "//",
}  # fmt: skip
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

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Any:
        value = None
        for part in node.values:
            value = self.evaluate(part, scope)
            if self.truth_of(value, part) is isinstance(node.op, ast.Or):
                return value
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> bool:
        left = self.evaluate(node.left, scope)
        for comparison, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(right_node, scope)
            left, right = _numbers_of_channels(left, right)
            is_none = isinstance(comparison, ast.Is | ast.IsNot) and (left is None or right is None)
            if not is_none and (_is_of_picture(left) or _is_of_picture(right)):
                raise self.refusal(node, "a choice that depends on the picture is not read.")
            is_identity = isinstance(comparison, ast.Is | ast.IsNot)
            if isinstance(comparison, ast.In | ast.NotIn) and isinstance(right, dict):
                right = list(right)
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
        return self.truth_of(self.evaluate(node, scope), node)

    def truth_of(self, value: Any, node: ast.expr) -> bool:
        """Whether a value counts as true.

        Raises:
            CodeError: that depends on the picture.
        """
        if value is TRAINING:
            return False
        if isinstance(value, Symbol | Flow):
            raise self.refusal(node, "a choice that depends on the picture is not read.")
        return len(self.items_of(value, node)) > 0 if isinstance(value, Row) else bool(value)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Any:
        if isinstance(node.op, ast.Not):
            return not self.truth(node.operand, scope)
        value = self.evaluate(node.operand, scope)
        if isinstance(value, Missing) and value.part == "half" and isinstance(node.op, ast.USub):
            return replace(value, part="less")
        if not isinstance(value, int | float):
            raise self.refusal(node, "only a number can have a sign.")
        return -value if isinstance(node.op, ast.USub) else value

    def _binop(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        left, right = _numbers_of_channels(left, right)
        return self.combine(node.op, left, right, node, scope)

    def combine(
        self, sign: ast.operator, left: Any, right: Any, node: ast.AST, scope: Scope
    ) -> Any:
        """What an operator gives: numbers, texts and lists are computed, two flows are added.

        Raises:
            CodeError: the operator does not go with the values.
        """
        if isinstance(left, Noise) or isinstance(right, Noise):
            return self._with_noise(sign, left, right, node)
        if isinstance(left, Flow) and isinstance(right, Flow) and isinstance(sign, ast.Add):
            return self.added(left, right, node, scope)
        if isinstance(left, Flow) and isinstance(right, Flow):
            if isinstance(sign, ast.Mult) and (gated := self._self_gated(left, right, node, scope)):
                return gated
            if (norm := self._written_norm(sign, left, right, Given(node, scope))) is not None:
                return norm
            if type(sign) not in HOW:
                raise self.refusal(node, TWO_PATHS)
            return self.joined([left, right], HOW[type(sign)], node)
        if isinstance(left, Learnt) or isinstance(right, Learnt):
            return self._with_learnt(sign, left, right, Given(node, scope))
        if isinstance(left, Flow) or isinstance(right, Flow):
            return self._with_number(sign, left, right, node, scope)
        if isinstance(left, Picture) or isinstance(right, Picture):
            return _made_of(sign, left, right, node)
        if isinstance(left, Symbol) or isinstance(right, Symbol):
            if isinstance(sign, ast.Mult):
                return _product(left, right)
            return missing(SIGNS.get(type(sign), ""), left, right) or UNKNOWN
        if isinstance(sign, ast.Pow | ast.LShift):
            self._check_power(left, right, node)
        if not isinstance(left, PLAIN) or not isinstance(right, PLAIN):
            raise self.refusal(node, "only numbers, texts and lists can be computed with.")
        if isinstance(sign, ast.Mod) and isinstance(left, str):
            return self._text_with(left, right, node)
        if isinstance(sign, ast.Mult):
            self._check_repetition(left, right, node)
        try:
            return bounded(ARITHMETIC[type(sign)](left, right), node)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
            raise self.refusal(node, "these two values cannot be computed with.") from error

    def _self_gated(self, left: Flow, right: Flow, node: ast.AST, scope: Scope) -> Flow | None:
        """A tensor times its own sigmoid is SiLU, and so on; None for any other product."""
        for flow, gate in ((left, right), (right, left)):
            made = gated(flow, gate)
            if made is not None:
                self._forget_between(gate, flow)
                return self.applied(flow, made, Given(node, scope))
        return None

    def _forget_between(self, end: Flow, start: Flow) -> None:
        """What was computed between two flows is a part of the layer that takes its place."""
        kept = {each.key for each in start.all_before()}
        for each in end.all_before():
            if each.key not in kept:
                self.made.pop(each.key, None)

    def _written_norm(
        self, sign: ast.operator, left: Flow, right: Flow, given: Given
    ) -> Flow | None:
        """The flow behind a LayerNorm of channels that is written out; None of any other."""
        if not isinstance(sign, ast.Div | ast.Mult):
            return None
        is_square = isinstance(sign, ast.Mult) and left.key is right.key
        if is_square and (squares := written_norms.squared(left)) is not None:
            return squares
        found = written_norms.normed(left, right, isinstance(sign, ast.Div))
        if found is None:
            return None
        flow, layer = found
        self._forget_between(left, flow)
        self._forget_between(right, flow)
        return self.applied(flow, layer, given)

    def _with_learnt(self, sign: ast.operator, left: Any, right: Any, given: Given) -> Any:
        """What a tensor and learnt numbers give.

        Raises:
            CodeError: no layer does it, or the numbers are used twice.
        """
        learnt, other = (left, right) if isinstance(left, Learnt) else (right, left)
        if not isinstance(other, Flow):
            raise self.refusal(given.node, OF_LEARNT)
        layer = self.checked(given.node, layer_of, sign, other, learnt, learnt is left)
        self.take_learnt(learnt, given.node)
        if (norm := written_norms.with_affine(other, layer)) is not None:
            start, layer = norm
            self._forget_between(other, start)
            other = start
        after = self.applied(other, layer, given)
        self.leaf_of.setdefault(after.key, learnt)
        return after

    def take_learnt(self, learnt: Learnt, node: ast.AST) -> None:
        """Note that learnt numbers are used.

        Raises:
            CodeError: for a second time.
        """
        if id(learnt.key) in self.used:
            reason = "these learnt numbers are used twice; layers that share weights are not read."
            raise self.refusal(node, reason)
        self.used[id(learnt.key)] = learnt
        if learnt.value is None:
            self.begun[learnt.line] = learnt.line

    def _with_number(
        self, sign: ast.operator, left: Any, right: Any, node: ast.AST, scope: Scope
    ) -> Flow:
        """What a tensor and a number give, where a layer does it or nothing changes."""
        flow, number = (left, right) if isinstance(left, Flow) else (right, left)
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if is_number and (part := _of_written_norm(sign, flow, number)) is not None:
            return part
        made = with_number(sign, flow, number, flow is right) if is_number else None
        is_unchanged = made is not None and not made[1]
        is_first = flow.layer is None and not flow.is_turned and flow.unread is None
        if not is_unchanged and is_first and isinstance(number, int | float | Picture):
            return self._prepared(flow, number, node)
        if made is None:
            return replace(flow, unread=flow.unread or self.refusal(node, A_NUMBER))
        start, layers = made
        if start is not flow:
            self._forget_between(flow, start)
        for layer in layers:
            start = self.applied(start, layer, Given(node, scope))
        return start

    def _with_noise(self, sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Any:
        """Random numbers times something stay such; added to a tensor they are their mean, 0."""
        flow = left if isinstance(left, Flow) else right
        is_sum = isinstance(sign, ast.Add) or (isinstance(sign, ast.Sub) and flow is left)
        for learnt in (each for each in (left, right) if isinstance(each, Learnt)):
            self.take_learnt(learnt, node)
            self.notes[
                f"Line {line_of(node)} computes with learnt and random numbers, which is left out "
                f"here: torch counts {prod(learnt.shape):,} parameters there."
            ] = None
        if isinstance(sign, ast.Mult):
            return Noise()
        if not is_sum or not isinstance(flow, Flow):
            raise self.refusal(node, "what is computed with random numbers here is not read.")
        self.notes[
            f"Line {line_of(node)} adds random numbers: here their mean is added, which is 0."
        ] = None
        return flow

    def _prepared(self, flow: Flow, by: float | Picture, node: ast.AST) -> Flow:
        """The picture behind what code does to its numbers before any layer: a new beginning."""
        code = ast.unparse(node)[:80] if isinstance(node, ast.expr) else "a function"
        code += f" by {by.words}" if isinstance(by, Picture) and by.words else ""
        line = line_of(node)
        before, said = self.prepared.get(flow.key, (0, ""))
        if before == line and said.partition("(")[2].partition("):")[0] in code:
            self.notes.pop(said, None)  # this expression holds the one before
        note = (
            f"Line {line} changes the numbers of the picture itself ({code}): the network "
            "begins behind it here, so it is to be given pictures whose numbers are changed so."
        )
        self.notes[note] = None
        after = Flow()
        self.prepared[after.key] = (line, note)
        return after

    def _text_with(self, text: str, values: Any, node: ast.AST) -> str:
        """A text with numbers and texts put in: "block%d" % 2."""
        given = values if isinstance(values, tuple) else (values,)
        marks = re.findall(r"%[^%]?|%%", text)
        is_plain = all(re.fullmatch(r"%[dis]", mark) for mark in marks if mark != "%%")
        if not is_plain or not all(isinstance(value, int | str) for value in given):
            raise self.refusal(node, "a text is made with plain numbers and texts in it only.")
        try:
            return bounded(text % given, node)
        except (TypeError, ValueError) as error:
            raise self.refusal(node, "this text and these values do not go together.") from error

    def _check_power(self, base: Any, exponent: Any, node: ast.AST) -> None:
        is_small = isinstance(exponent, int | float) and abs(exponent) <= MAX_EXPONENT
        if not is_small or not isinstance(base, int | float) or not 0 <= base <= MAX_BASE:
            raise TooMuchError("a power gets too large here.", line_of(node))

    def _check_repetition(self, left: Any, right: Any, node: ast.AST) -> None:
        """A list or text is repeated only as often as it stays short."""
        for items, times in ((left, right), (right, left)):
            if isinstance(items, list | tuple | str) and isinstance(times, int):
                bounded([None] * min(len(items) * max(times, 0), 10_000), node)


def _numbers_of_channels(left: Any, right: Any) -> tuple[Any, Any]:
    """Both values; a number of channels beside a plain number as that number, if it is known."""
    sides = (left, right)
    if not any(type(side) in (int, float) for side in sides):
        return sides
    first, second = (_as_number(side) for side in sides)
    return first, second


def _as_number(value: Any) -> Any:
    is_count = isinstance(value, Extent) and value.axis == 1 and value.flow.rank == 4
    known = channels_of(value.flow) if is_count else None
    return value if known is None else known


def _made_of(sign: ast.operator, left: Any, right: Any, node: ast.AST) -> Picture:
    """A tensor that code makes itself, computed with: its words, and its one number if known."""
    made, other = (left, right) if isinstance(left, Picture) else (right, left)
    code = ast.unparse(node)[:60] if isinstance(node, ast.expr) else ""
    value = None
    if made.value is not None and type(other) in (int, float) and isinstance(sign, ast.Mult):
        value = made.value * other
    return replace(made, words=f"{made.words} in {code}"[:120], value=value)


def _of_written_norm(sign: ast.operator, flow: Flow, number: float) -> Flow | None:
    """The next part of a LayerNorm that is written out, by a number; None of any other flow."""
    match sign:
        case ast.Add():
            return written_norms.with_eps(flow, number)
        case ast.Pow() if number == 2:
            return written_norms.squared(flow)
        case ast.Pow() if abs(number) == 0.5:
            return written_norms.rooted(flow, number < 0)
    return None


def _product(left: Any, right: Any) -> Symbol:
    """Sizes of one flow multiplied; a 1 among them changes nothing."""
    axes: list[int] = []
    flow: Flow | None = None
    for part in (left, right):
        if type(part) is int and part == 1:
            continue
        if not isinstance(part, Extent | Product) or (flow is not None and part.flow is not flow):
            return UNKNOWN
        flow = part.flow
        axes += [part.axis] if isinstance(part, Extent) else part.axes
    return UNKNOWN if flow is None else Product(flow, tuple(axes))


def _is_of_picture(value: Any) -> bool:
    """Whether a value, or one in a row of sizes, is only known when a picture comes."""
    items = value if isinstance(value, list | tuple) else [value]
    return any(isinstance(item, Symbol | Flow) for item in items)


def _is_flat(value: Any) -> bool:
    """Whether a value is compared in a moment: lists of lists can be made that take for ever."""
    items = value if isinstance(value, list | tuple) else [value]
    return all(isinstance(item, SINGLE) for item in items)
