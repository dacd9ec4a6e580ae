"""A whole file: its imports, its classes, and what it assigns at the outermost level."""

from __future__ import annotations

import ast
from typing import Any

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.machine import Given, Scope, TooMuchError
from cnnviz.builder.reading.statements import Statements
from cnnviz.builder.reading.values import (
    Flow,
    Instance,
    Known,
    Leaf,
    Module,
    Row,
    Unread,
    UserClass,
    UserFunction,
)

# What a network is made with for a look, where its class has no default for it.
USUAL_ARGUMENTS = {
    "num_classes": 10, "n_classes": 10, "classes": 10, "num_class": 10, "in_channels": 3,
    "input_channels": 3, "num_channels": 3, "channels": 3, "in_ch": 3,
    "out_channels": 64, "out_ch": 64,
}  # fmt: skip


class FileReader(Statements):
    """The part that reads a whole file: its imports, its classes, and what it assigns."""

    def __init__(self) -> None:
        super().__init__()
        self.first_refusal: CodeError | None = None
        self.expressions: list[Module] = []  # modules that stand alone on a line

    def read(self, tree: ast.Module) -> None:
        """Go through a file; what is not read is kept as such, and is a mistake only if needed.

        Raises:
            TooMuchError: reading would take too long.
        """
        for statement in tree.body:
            self.read_statement(statement)

    def read_statement(self, node: ast.stmt) -> None:
        """One statement at the outermost level.

        Raises:
            CodeError: a loop that may have built a part of the network is not read.
            TooMuchError: reading would take too long.
        """
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.ClassDef():
                self._class(node)
            case ast.FunctionDef():
                self.globals.names[node.name] = UserFunction(node)
            case ast.If() if _is_main_guard(node):
                for statement in node.body:
                    self.read_statement(statement)
            case ast.With():
                pass  # there a network is used, not made
            case ast.Assign() | ast.AnnAssign() | ast.Expr():
                self._try(node)
            case _:
                self._statement(node, self.globals)

    def _try(self, node: ast.Assign | ast.AnnAssign | ast.Expr) -> None:
        try:
            self.spend(node)
            if isinstance(node, ast.Expr):
                self._keep_modules(self.evaluate(node.value, self.globals))
            else:
                self._statement(node, self.globals)
        except TooMuchError:
            raise
        except CodeError as error:
            self.first_refusal = self.first_refusal or error
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            for target in targets:
                for name in ast.walk(target) if target is not None else ():
                    if isinstance(name, ast.Name):
                        self.globals.names[name.id] = Unread(error.reason, error.line)

    def _keep_modules(self, value: Any) -> None:
        """Remember layers that are pasted as they stand in an nn.Sequential."""
        items = value if isinstance(value, list | tuple) else [value]
        self.expressions += [item for item in items if isinstance(item, Module)]

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                path = f"{node.module}.{alias.name}"
                self.globals.names[alias.asname or alias.name] = Known(path)
            elif alias.asname:
                self.globals.names[alias.asname] = Known(alias.name)
            else:
                root = alias.name.split(".")[0]
                self.globals.names[root] = Known(root)

    def _class(self, node: ast.ClassDef) -> None:
        base, is_row = self._base(node)
        methods = {
            statement.name: statement
            for statement in node.body
            if isinstance(statement, ast.FunctionDef)
        }
        made = UserClass(node.name, base, is_row, methods)
        for statement in node.body:
            if isinstance(statement, ast.Assign):
                scope = Scope()
                self._statement(statement, scope)
                made.constants |= scope.names
        self.globals.names[node.name] = made

    def _base(self, node: ast.ClassDef) -> tuple[UserClass | None, bool]:
        if len(node.bases) != 1:
            raise self.refusal(node, f"the class {node.name[:40]} has to inherit from nn.Module.")
        base = self.evaluate(node.bases[0], self.globals)
        if isinstance(base, UserClass):
            return base, base.is_row
        if isinstance(base, Known) and base.path in ("torch.nn.Module", "torch.nn.Sequential"):
            return None, base.path == "torch.nn.Sequential"
        raise self.refusal(node, f"the class {node.name[:40]} has to inherit from nn.Module.")

    def network(self) -> tuple[Module, UserClass | None, tuple[str, ...]]:
        """The network of the file, its class if it has one, and what was guessed to make it.

        It is the last object that the file makes, else one of its last class, else its last
        nn.Sequential, else the layers that stand in it.

        Raises:
            CodeError: there is none.
        """
        values = list(self.globals.names.values())
        instances = [value for value in values if isinstance(value, Instance)]
        classes = [value for value in values if isinstance(value, UserClass)]
        rows = [value for value in values if isinstance(value, Row)]
        leaves = [value for value in values if isinstance(value, Leaf)]
        if instances:
            return instances[-1], instances[-1].of, ()
        if classes:
            instance, notes = self._usual_instance(classes[-1])
            return instance, classes[-1], notes
        if self.expressions and not rows:
            return self.row(self.expressions, ast.Pass()), None, ()
        if rows or leaves:
            return (rows or leaves)[-1], None, ()
        raise self.first_refusal or CodeError(
            "no network is found: paste a class with a forward, an nn.Sequential, or what "
            "print(model) shows.",
            1,
        )

    def _usual_instance(self, of: UserClass) -> tuple[Instance, tuple[str, ...]]:
        """An object of a class, with usual values for what it cannot be made without."""
        found = of.find("__init__")
        if found is None:
            return self.instantiate(of, Given(ast.Pass(lineno=1), self.globals)), ()
        definition, values = found[1], {}
        wanted = definition.args
        names = [argument.arg for argument in wanted.args[1:]]
        for name in names[: len(names) - len(wanted.defaults)]:
            if name not in USUAL_ARGUMENTS:
                example = f"net = {of.name}(…)"
                reason = f"{of.name} needs a value for {name}: add a line such as {example}."
                raise self.refusal(definition, reason)
            values[name] = USUAL_ARGUMENTS[name]
        notes = tuple(f"{of.name} is made with {name} = {value}." for name, value in values.items())
        return self.instantiate(of, Given(definition, self.globals, [], values)), notes

    def flow_through(self, module: Module) -> Flow:
        """The flow of a picture through a module.

        Raises:
            CodeError: its forward is not read.
        """
        return self.pass_through(module, Flow(), Given(ast.Pass(lineno=1), self.globals))


def _is_main_guard(node: ast.If) -> bool:
    match node.test:
        case ast.Compare(left=ast.Name(id="__name__")):
            return True
    return False
