"""The value of an expression."""

from __future__ import annotations

import ast
from typing import Any

from cnnviz.builder.reading.machine import Scope, bounded
from cnnviz.builder.reading.operators import Operators
from cnnviz.builder.reading.tensor_methods import SIZES
from cnnviz.builder.reading.values import (
    Flow,
    Instance,
    Known,
    Leaf,
    Method,
    Module,
    Row,
    Super,
    Unread,
    UserClass,
    UserFunction,
)
from cnnviz.builder.reading.vocabulary import USUAL_NAMES


class Expressions(Operators):
    """The part that reads expressions."""

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an expression.

        Raises:
            CodeError: it is of a kind that is not read, or holds a name that is not known.
        """
        self.spend(node)
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            raise self.refusal(node, f"{type(node).__name__} is not read here.")
        value = reader(node, scope)
        if isinstance(value, Unread):
            raise self.refusal(node, f"{value.reason} (from line {value.line})")
        return value

    def items_of(self, value: Any, node: ast.AST) -> list[Any]:
        """The items that a loop goes through.

        Raises:
            CodeError: the value has none that are known.
        """
        if isinstance(value, Row):
            return value.modules()
        if isinstance(value, Instance) and value.of.is_row:
            return value.row.modules()
        if isinstance(value, dict | list | tuple | str):
            return list(value)
        raise self.refusal(node, "a loop can only go through a list, a range or a row of layers.")

    def _constant(self, node: ast.Constant, scope: Scope) -> Any:
        return node.value

    def _name(self, node: ast.Name, scope: Scope) -> Any:
        for names in (scope.names, self.globals.names):
            if node.id in names:
                return names[node.id]
        if self.is_built_in(node.id):
            return Known(node.id)
        if node.id in USUAL_NAMES:
            return Known(USUAL_NAMES[node.id])
        raise self.refusal(node, f"the name {node.id[:40]} is not defined in the code above.")

    def _tuple(self, node: ast.Tuple, scope: Scope) -> tuple[Any, ...]:
        return tuple(self.elements(node.elts, scope))

    def _list(self, node: ast.List, scope: Scope) -> list[Any]:
        return self.elements(node.elts, scope)

    def elements(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        """The values of expressions, a starred one unpacked.

        Raises:
            CodeError: one of them is not read, or there are too many.
        """
        values: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                values += self.items_of(self.evaluate(node.value, scope), node)
            else:
                values.append(self.evaluate(node, scope))
            bounded(values, node)
        return values

    def _dict(self, node: ast.Dict, scope: Scope) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name = None if key is None else self.evaluate(key, scope)
            if not isinstance(name, str | int):
                raise self.refusal(node, "a dict is read with plain texts or numbers as keys only.")
            values[name] = self.evaluate(value, scope)
        return bounded(values, node)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> str:
        parts = [self.evaluate(part, scope) for part in node.values]
        return bounded("".join(map(str, parts)), node)

    def _formattedvalue(self, node: ast.FormattedValue, scope: Scope) -> str:
        value = self.evaluate(node.value, scope)
        if node.format_spec is not None or not isinstance(value, int | str):
            raise self.refusal(node, "a text is read with plain numbers and texts in it only.")
        return str(value)

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> list[Any]:
        if len(node.generators) != 1:
            raise self.refusal(node, "a list made by two loops in one line is not read.")
        loop = node.generators[0]
        inner = Scope(dict(scope.names), scope.instance, scope.owner, scope.depth)
        values: list[Any] = []
        for item in self.items_of(self.evaluate(loop.iter, scope), node):
            self.bind(loop.target, item, inner)
            if all(self.truth(test, inner) for test in loop.ifs):
                values.append(self.evaluate(node.elt, inner))
                bounded(values, node)
        return values

    _generatorexp = _listcomp

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Let a name, or a tuple of names, stand for a value.

        Raises:
            CodeError: the target is of another kind, or the numbers of names and values differ.
        """
        self.spend(target)
        match target:
            case ast.Name():
                scope.names[target.id] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                items = self.items_of(value, target)
                if len(items) != len(targets):
                    raise self.refusal(
                        target, f"{len(targets)} names are given to {len(items)} values."
                    )
                for each, item in zip(targets, items, strict=True):
                    self.bind(each, item, scope)
            case ast.Attribute():
                owner = self.evaluate(target.value, scope)
                if not isinstance(owner, Instance):
                    raise self.refusal(target, "only the attributes of self can be set.")
                owner.attributes[target.attr] = value
            case _:
                raise self.refusal(target, "this cannot be assigned to.")

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        return self.attribute(self.evaluate(node.value, scope), node.attr, node)

    def attribute(self, owner: Any, name: str, node: ast.AST) -> Any:
        """What stands behind the dot.

        Raises:
            CodeError: nothing that is known.
        """
        match owner:
            case Known():
                return Known(bounded(f"{owner.path}.{name}", node))
            case Super():
                return Method(owner, name)
            case Instance():
                return self._attribute_of(owner, name, node)
            case Leaf() if name in owner.layer.values:
                return owner.layer.values[name]
            case Flow() if name == "shape":
                return SIZES
            case Flow() | Module() | list() | dict():
                return Method(owner, name)
            case UserClass() if name in owner.constants:
                return owner.constants[name]
        raise self.refusal(node, f".{name[:40]} is not read here.")

    def _attribute_of(self, owner: Instance, name: str, node: ast.AST) -> Any:
        if name in owner.attributes:
            return owner.attributes[name]
        if found := owner.of.find(name):
            return UserFunction(found[1], owner, found[0])
        level: UserClass | None = owner.of
        while level is not None:
            if name in level.constants:
                return level.constants[name]
            level = level.base
        if name == "training":
            return False
        return Method(owner, name)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        owner = self.evaluate(node.value, scope)
        if isinstance(owner, dict):
            key = self.evaluate(node.slice, scope)
            if isinstance(key, str | int) and key in owner:
                return owner[key]
            raise self.refusal(node, "the dict has no such key.")
        items = tuple(owner) if isinstance(owner, tuple) else self.items_of(owner, node)
        if isinstance(node.slice, ast.Slice):
            part = items[self._slice(node.slice, scope)]
            if isinstance(owner, Module):
                return Row([(str(place), module) for place, module in enumerate(part)])
            return part
        index = self.evaluate(node.slice, scope)
        if isinstance(index, bool) or not isinstance(index, int):
            raise self.refusal(node, "a place in a list is a whole number.")
        if not -len(items) <= index < len(items):
            raise self.refusal(node, f"there is no place {index} among {len(items)}.")
        return items[index]

    def _slice(self, node: ast.Slice, scope: Scope) -> slice:
        ends = [end and self.evaluate(end, scope) for end in (node.lower, node.upper, node.step)]
        if not all(end is None or isinstance(end, int) for end in ends) or ends[2] == 0:
            raise self.refusal(node, "a part of a list is given by whole numbers.")
        return slice(*ends)
