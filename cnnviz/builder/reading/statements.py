"""Statements: what happens in a function, and at the outermost level of a file."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from cnnviz.builder.reading.built_ins import BuiltIns
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.machine import MAX_CALLS, Given, Scope, TooMuchError, bounded, line_of
from cnnviz.builder.reading.paths import is_made_as_large_as
from cnnviz.builder.reading.values import BATCH, Extent, Flow, Unread, UserFunction


@dataclass(frozen=True)
class Returned:
    """What a return statement gives."""

    value: Any


class Left:
    """That a loop was left, by `break` or `continue`."""


# Decorators that change nothing of what a function gives here.
NO_MATTER = ("no_grad", "inference_mode", "staticmethod", "property", "override", "autocast",
             "export", "ignore", "unused", "lru_cache", "cache", "script", "script_method",
             "typechecked", "final", "amp", "enable_grad")  # fmt: skip
# By these a network may come in whose layers are not in the text.
ELSEWHERE = {
    "__import__", "compile", "create_model", "eval", "exec", "from_pretrained", "get_model", "hub",
    "import_module", "load", "load_from_checkpoint", "loads", "models",
}  # fmt: skip
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
        self.check(definition)
        for decorator in definition.decorator_list:
            self._check_decorator(decorator)
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

    def _check_decorator(self, node: ast.expr) -> None:
        name = node.func if isinstance(node, ast.Call) else node
        words = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
        if words not in NO_MATTER:
            raise self.refusal(node, f"what the decorator {words[:40]} makes of it is not read.")

    def _statement(self, node: ast.stmt, scope: Scope) -> Returned | Left | None:
        self.check(node)
        match node:
            case ast.Return():
                return Returned(self.evaluate(node.value, scope) if node.value else None)
            case ast.Break():
                return BREAK
            case ast.Continue():
                return CONTINUE
            case ast.If(orelse=[]) if (pair := self._uneven(node.test, scope)) is not None:
                self._make_equal(node, pair, scope)
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
                    self._use(node.value, self.evaluate(node.value, scope), scope)
            case ast.While():
                return self._while(node, scope)
            case ast.With():
                return self.run(node.body, scope)
            case ast.Try():
                return self.run([*node.body, *node.orelse, *node.finalbody], scope)
            case ast.FunctionDef():
                self._inner_function(node, scope)
            case ast.Delete():
                for target in node.targets:
                    self.delete(target, scope)
            case ast.Assert():
                self._assert(node, scope)
            case ast.Raise():
                raise self.refusal(node, "here the code itself raises an error.")
            case ast.Pass():
                pass
            case ast.Import() | ast.ImportFrom():
                self.take_import(node, scope)
            case _:
                raise self.refusal(node, f"{type(node).__name__} is not read here.")
        return None

    def _uneven(self, test: ast.expr, scope: Scope) -> tuple[Flow, Flow] | None:
        """The tensors of which a condition says that their sizes differ; None for any other."""
        if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.NotEq):
            return None
        sides = [test.left, *test.comparators]
        if len(sides) != 2 or not all(_asks_for_a_size(side) for side in sides):
            return None
        flows = [_flow_of(self.evaluate(side, scope)) for side in sides]
        left, right = flows
        return (left, right) if left is not None and right is not None else None

    def _make_equal(self, node: ast.If, pair: tuple[Flow, Flow], scope: Scope) -> None:
        """What is made where sizes differ; where they do not, the same changes nothing.

        Raises:
            CodeError: it is more than one of the two maps made as large as the other.
        """
        before = dict(scope.names)
        left = self.run(node.body, scope)
        changed = [name for name, value in scope.names.items() if before.get(name) is not value]
        for flow, other in (pair, pair[::-1]):
            is_one = left is None and len(changed) == 1 and before.get(changed[0]) is flow
            if is_one and is_made_as_large_as(scope.names[changed[0]], flow, other):
                return
        raise self.refusal(node, "a choice that depends on the picture is not read.")

    def _assign(self, node: ast.Assign | ast.AnnAssign, scope: Scope) -> None:
        if node.value is None:  # a name with a type and nothing else
            return
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        try:
            value = self.evaluate(node.value, scope)
        except TooMuchError:
            raise
        except CodeError as error:
            is_kept = self.makes_layers(node) or _may_give_layers(node.value)
            if self.is_flowing or is_kept or not _is_of_self(targets, scope):
                raise
            value = Unread(error.reason, error.line)  # a mistake where the network needs it
            self.notes[f"Line {node.lineno} sets what no layer needs, and was left out."] = None
        for target in targets:
            self.bind(target, value, scope)

    def _use(self, node: ast.expr, value: Any, scope: Scope) -> None:
        """A line that only calls something: what works in place changes the name it is given."""
        if not isinstance(value, Flow) or not isinstance(node, ast.Call):
            return
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        in_place = any(
            keyword.arg == "inplace" and getattr(keyword.value, "value", None) is True
            for keyword in node.keywords
        )
        if not in_place and not method.endswith("_"):
            return
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        for target in (owner, *node.args[:1]):
            if isinstance(target, ast.Name) and isinstance(scope.names.get(target.id), Flow):
                scope.names[target.id] = value

    def _inner_function(self, node: ast.FunctionDef, scope: Scope) -> None:
        first = node.args.args[0].arg if node.args.args else ""
        if node.name == "forward" and first == "self" and scope.instance is not None:
            reason = "forward stands inside another method: move it to the left, under its class."
            raise self.refusal(node, reason)
        scope.names[node.name] = UserFunction(node, around=scope)

    def _assert(self, node: ast.Assert, scope: Scope) -> None:
        try:
            holds = self.truth(node.test, scope)
        except TooMuchError:
            raise
        except CodeError:
            self.notes[f"The assert of line {node.lineno} is not checked."] = None
            return
        if not holds:
            raise self.refusal(node, "this assert does not hold: the code itself raises an error.")

    def _while(self, node: ast.While, scope: Scope) -> Returned | None:
        while self.truth(node.test, scope):
            self.spend(node)
            outcome = self.run(node.body, scope)
            if isinstance(outcome, Returned):
                return outcome
            if outcome is BREAK:
                return None
        return None

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

    def _too_many(self, definition: ast.FunctionDef, reason: str) -> str:
        arguments = definition.args.args
        if definition.name in ("__init__", "forward") and not (
            arguments and arguments[0].arg == "self"
        ):
            return f"{definition.name} lacks its first argument, self."
        return reason

    def _bind_arguments(self, definition: ast.FunctionDef, given: Given, scope: Scope) -> None:
        wanted = definition.args
        places = [argument.arg for argument in (*wanted.posonlyargs, *wanted.args)]
        if len(given.args) > len(places) and wanted.vararg is None:
            reason = f"{definition.name} takes {len(places)} arguments, and gets {len(given.args)}."
            raise self.refusal(definition, self._too_many(definition, reason))
        values = dict(zip(places, given.args, strict=False))
        if twice := values.keys() & given.kwargs.keys():
            raise self.refusal(given.node, f"{definition.name} gets {min(twice)[:40]} twice.")
        values |= given.kwargs
        defaults = _defaults(wanted)
        for name in (*places, *(argument.arg for argument in wanted.kwonlyargs)):
            if name in values:
                scope.names[name] = values.pop(name)
            elif name in defaults:
                scope.names[name] = self.evaluate(defaults[name], scope.around or self.globals)
            else:
                raise self.refusal(definition, _lacking(definition, name))
        if wanted.vararg is not None:
            scope.names[wanted.vararg.arg] = given.args[len(places) :]
        if wanted.kwarg is not None:
            scope.names[wanted.kwarg.arg] = values
        elif values:
            unknown = next(iter(values))[:40]
            raise self.refusal(definition, f"{definition.name} has no argument {unknown}.")


def _lacking(definition: ast.FunctionDef, name: str) -> str:
    """Why a function cannot be called without a value for one of its arguments."""
    pictures = [argument.arg for argument in definition.args.args[1:]]
    if definition.name == "forward" and name in pictures[1:]:
        names = " and ".join(pictures[:3])
        return f"forward takes {names}: a network of one picture is read, forward(self, x)."
    return f"{definition.name} needs a value for {name}."


def _may_give_layers(value: ast.expr) -> bool:
    """Whether a value may be a network from elsewhere: leaving it out would be a guess."""
    nodes = list(ast.walk(value))
    names = {each.id for each in nodes if isinstance(each, ast.Name)}
    names |= {str(each.value) for each in nodes if isinstance(each, ast.Constant)}  # for getattr
    return not ELSEWHERE.isdisjoint(names | {e.attr for e in nodes if isinstance(e, ast.Attribute)})


def _is_of_self(targets: list[ast.expr], scope: Scope) -> bool:
    """Whether only attributes of the object whose method runs are set."""
    return scope.instance is not None and all(isinstance(each, ast.Attribute) for each in targets)


def _asks_for_a_size(node: ast.expr) -> bool:
    """Whether an expression is the shape of something, or a part of it."""
    names = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    return bool(names & {"shape", "size"})


def _flow_of(sizes: Any) -> Flow | None:
    """The tensor that a size, or some sizes, are of."""
    found = [
        size for size in (sizes if isinstance(sizes, tuple) else (sizes,)) if size is not BATCH
    ]
    if not found or not all(isinstance(size, Extent) for size in found):
        return None
    return found[0].flow if len({id(size.flow) for size in found}) == 1 else None


def _defaults(wanted: ast.arguments) -> dict[str, ast.expr]:
    """The default of each argument that has one."""
    places = [argument.arg for argument in (*wanted.posonlyargs, *wanted.args)]
    found = dict(zip(reversed(places), reversed(wanted.defaults), strict=False))
    for argument, default in zip(wanted.kwonlyargs, wanted.kw_defaults, strict=True):
        if default is not None:
            found[argument.arg] = default
    return found
