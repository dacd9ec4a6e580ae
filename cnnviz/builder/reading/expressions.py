"""The value of an expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.items import Items
from cnnviz.builder.reading.machine import Scope, bounded
from cnnviz.builder.reading.torch_names import nearest
from cnnviz.builder.reading.values import Flow, Instance, Known, Row, Unread, UserFunction
from cnnviz.builder.reading.vocabulary import USUAL_NAMES

KERAS = ("keras", "tf", "tensorflow")
RUNS = ("eval", "exec", "compile", "open", "input", "globals", "locals", "vars", "exit", "quit",
        "help", "dir", "breakpoint", "delattr", "memoryview")  # fmt: skip
ANY_NAMES = ("x", "y", "out", "output", "h", "identity")  # of tensors: they say nothing


class Expressions(Items):
    """The part that reads expressions."""

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an expression.

        Raises:
            CodeError: it is of a kind that is not read, or holds a name that is not known.
        """
        self.spend(node)
        self.check(node)
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            raise self.refusal(node, f"{type(node).__name__} is not read here.")
        value = reader(node, scope)
        if isinstance(value, Unread):
            raise CodeError(value.reason, value.line)
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
        around: Scope | None = scope
        while around is not None:
            if node.id in around.names:
                return around.names[node.id]
            around = around.around
        if node.id in self.library.names and self.is_in_library(scope):
            return self.library.names[node.id]
        if node.id in self.globals.names:
            return self.globals.names[node.id]
        if self.is_built_in(node.id):
            return Known(node.id)
        if node.id in USUAL_NAMES:
            return Known(USUAL_NAMES[node.id])
        raise self.refusal(node, self._unknown_name(node.id, scope))

    def is_in_library(self, scope: Scope) -> bool:
        """Whether a method or function of torchvision's runs, whose names are no file's."""
        owner = scope.owner
        is_method = owner is not None and self.library.names.get(owner.name) is owner
        return is_method or scope.around is self.library

    def _unknown_name(self, name: str, scope: Scope) -> str:
        """Why a name stands for nothing, with what may be meant."""
        if name in RUNS:
            return f"{name} is not read: what is pasted is never run."
        if scope.instance is not None and name in scope.instance.attributes:
            return f"the name {name[:40]} is not defined: do you mean self.{name[:40]}?"
        if name in KERAS:
            return f"{name} is of Keras: only PyTorch is read here."
        near = nearest(name, [*scope.names, *self.globals.names, *USUAL_NAMES])
        hint = f": do you mean {near}?" if near else " in the code above."
        return f"the name {name[:40]} is not defined{hint}"

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

    def _lambda(self, node: ast.Lambda, scope: Scope) -> UserFunction:
        returned = ast.copy_location(ast.Return(node.body), node)
        definition = ast.FunctionDef("a lambda", node.args, [returned], [])
        around = None if scope is self.globals else scope
        return UserFunction(ast.copy_location(definition, node), around=around)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        self.bind(node.target, value, scope)
        return value

    def _dictcomp(self, node: ast.DictComp, scope: Scope) -> dict[Any, Any]:
        pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node)
        pairs = ast.copy_location(ast.ListComp(pair, node.generators), node)
        values = dict(self._listcomp(pairs, scope))
        if not all(isinstance(key, str | int) for key in values):
            raise self.refusal(node, "a dict is read with plain texts or numbers as keys only.")
        return bounded(values, node)

    def _dict(self, node: ast.Dict, scope: Scope) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                values |= self.dict_of(value, scope)
                continue
            name = self.evaluate(key, scope)
            if not isinstance(name, str | int):
                raise self.refusal(node, "a dict is read with plain texts or numbers as keys only.")
            values[name] = self.evaluate(value, scope)
        return bounded(values, node)

    def dict_of(self, node: ast.expr, scope: Scope) -> dict[Any, Any]:
        """The dict behind two stars.

        Raises:
            CodeError: it is none.
        """
        values = self.evaluate(node, scope)
        if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
            raise self.refusal(node, "behind ** a dict with names as keys is read.")
        return values

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> str:
        parts = [self.evaluate(part, scope) for part in node.values]
        return bounded("".join(map(str, parts)), node)

    def _formattedvalue(self, node: ast.FormattedValue, scope: Scope) -> str:
        value = self.evaluate(node.value, scope)
        if node.format_spec is not None or not isinstance(value, int | str):
            raise self.refusal(node, "a text is read with plain numbers and texts in it only.")
        return str(value)

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> list[Any]:
        values: list[Any] = []
        self.extend(values, node, scope)
        return values

    def extend(
        self, values: list[Any], node: ast.ListComp | ast.GeneratorExp, scope: Scope
    ) -> None:
        """Append what a loop in one line makes, each before the next is made.

        Raises:
            CodeError: one is not read.
        """
        for inner in self._rounds(node.generators, scope, node):
            values.append(self.evaluate(node.elt, inner))
            bounded(values, node)

    def _rounds(
        self, loops: list[ast.comprehension], scope: Scope, node: ast.AST
    ) -> Iterator[Scope]:
        """The names in each round of loops in one line, the last loop the quickest."""
        if not loops:
            yield scope
            return
        first, *rest = loops
        inner = Scope(dict(scope.names), scope.instance, scope.owner, scope.depth, scope.around)
        for item in self.items_of(self.evaluate(first.iter, scope), node):
            self.spend(node)
            self.bind(first.target, item, inner)
            if all(self.truth(test, inner) for test in first.ifs):
                yield from self._rounds(rest, inner, node)

    _generatorexp = _listcomp

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Let a name, or a tuple of names, stand for a value.

        Raises:
            CodeError: the target is of another kind, or the numbers of names and values differ.
        """
        self.spend(target)
        self.check(target)
        match target:
            case ast.Name():
                scope.names[target.id] = value
                if isinstance(value, Flow) and target.id not in ANY_NAMES:
                    self.place_names.setdefault(value.key, target.id)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                items = _gathered(targets, self.items_of(value, target))
                if len(items) != len(targets):
                    raise self.refusal(
                        target, f"{len(targets)} names are given to {len(items)} values."
                    )
                for each, item in zip(targets, items, strict=True):
                    plain = each.value if isinstance(each, ast.Starred) else each
                    self.bind(plain, item, scope)
            case ast.Attribute():
                owner = self.evaluate(target.value, scope)
                self.set_attribute(owner, target.attr, value, target)
            case ast.Subscript():
                self._set_item(target, value, scope)
            case _:
                raise self.refusal(target, "this cannot be assigned to.")


def _gathered(targets: list[ast.expr], items: list[Any]) -> list[Any]:
    """The items with those for a starred target as one list."""
    starred = [place for place, each in enumerate(targets) if isinstance(each, ast.Starred)]
    if len(starred) != 1 or len(items) < len(targets) - 1:
        return items
    (at,), more = starred, len(items) - len(targets) + 1
    return [*items[:at], items[at : at + more], *items[at + more :]]
