"""Statements: what happens in a function, and at the outermost level of a file."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from cnnviz.builder.reading.built_ins import BuiltIns
from cnnviz.builder.reading.machine import MAX_CALLS, Given, Scope, TooMuchError, bounded, line_of


@dataclass(frozen=True)
class Returned:
    """What a return statement gives."""

    value: Any


class Left:
    """That a loop was left, by `break` or `continue`."""


BREAK, CONTINUE = Left(), Left()


class Statements(BuiltIns):
    """The part that reads statements."""

    def run_function(self, definition: ast.FunctionDef, given: Given, scope: Scope) -> Any:
        """What a function of the code returns, its names in `scope`.

        Raises:
            CodeError: a statement is not read, an argument is missing, or calls go too deep.
        """
        if scope.depth > MAX_CALLS:
            reason = f"calls stand more than {MAX_CALLS} deep in each other."
            raise TooMuchError(reason, line_of(definition))
        self._bind_arguments(definition, given, scope)
        outcome = self.run(definition.body, scope)
        return outcome.value if isinstance(outcome, Returned) else None

    def run(self, body: list[ast.stmt], scope: Scope) -> Returned | Left | None:
        """Go through statements; what a return among them gives, if one is reached.

        Raises:
            CodeError: one of them is not read.
        """
        for statement in body:
            self.spend(statement)
            outcome = self._statement(statement, scope)
            if outcome is not None:
                return outcome
        return None

    def _statement(self, node: ast.stmt, scope: Scope) -> Returned | Left | None:
        match node:
            case ast.Return():
                return Returned(self.evaluate(node.value, scope) if node.value else None)
            case ast.Break():
                return BREAK
            case ast.Continue():
                return CONTINUE
            case ast.If():
                return self.run(node.body if self.truth(node.test, scope) else node.orelse, scope)
            case ast.For():
                return self._loop(node, scope)
            case ast.Assign() | ast.AnnAssign():
                self._assign(node, scope)
            case ast.AugAssign():
                self._augment(node, scope)
            case ast.Expr():
                if not isinstance(node.value, ast.Constant):  # a docstring
                    self.evaluate(node.value, scope)
            case ast.Raise():
                raise self.refusal(node, "here the code itself raises an error.")
            case ast.Pass() | ast.Assert() | ast.Import() | ast.ImportFrom():
                pass
            case _:
                raise self.refusal(node, f"{type(node).__name__} is not read here.")
        return None

    def _assign(self, node: ast.Assign | ast.AnnAssign, scope: Scope) -> None:
        if node.value is None:  # a name with a type and nothing else
            return
        value = self.evaluate(node.value, scope)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            self.bind(target, value, scope)

    def _loop(self, node: ast.For, scope: Scope) -> Returned | None:
        for item in self.items_of(self.evaluate(node.iter, scope), node):
            self.bind(node.target, item, scope)
            outcome = self.run(node.body, scope)
            if isinstance(outcome, Returned):
                return outcome
            if outcome is BREAK:
                return None
        done = self.run(node.orelse, scope)
        return done if isinstance(done, Returned) else None

    def _augment(self, node: ast.AugAssign, scope: Scope) -> None:
        before, value = self.evaluate(node.target, scope), self.evaluate(node.value, scope)
        if isinstance(before, list) and isinstance(node.op, ast.Add):
            before.extend(self.items_of(value, node))
            value = bounded(before, node)
        else:
            value = self.combine(node.op, before, value, node, scope)
        self.bind(node.target, value, scope)

    def _bind_arguments(self, definition: ast.FunctionDef, given: Given, scope: Scope) -> None:
        wanted = definition.args
        places = [argument.arg for argument in (*wanted.posonlyargs, *wanted.args)]
        if len(given.args) > len(places) and wanted.vararg is None:
            reason = f"{definition.name} takes {len(places)} arguments, and gets {len(given.args)}."
            raise self.refusal(definition, reason)
        values = dict(zip(places, given.args, strict=False)) | given.kwargs
        defaults = _defaults(wanted)
        for name in (*places, *(argument.arg for argument in wanted.kwonlyargs)):
            if name in values:
                scope.names[name] = values.pop(name)
            elif name in defaults:
                scope.names[name] = self.evaluate(defaults[name], self.globals)
            else:
                raise self.refusal(definition, f"{definition.name} needs a value for {name}.")
        if wanted.vararg is not None:
            scope.names[wanted.vararg.arg] = given.args[len(places) :]
        if values:
            unknown = next(iter(values))[:40]
            raise self.refusal(definition, f"{definition.name} has no argument {unknown}.")


def _defaults(wanted: ast.arguments) -> dict[str, ast.expr]:
    """The default of each argument that has one."""
    places = [argument.arg for argument in (*wanted.posonlyargs, *wanted.args)]
    found = dict(zip(reversed(places), reversed(wanted.defaults), strict=False))
    for argument, default in zip(wanted.kwonlyargs, wanted.kw_defaults, strict=True):
        if default is not None:
            found[argument.arg] = default
    return found
