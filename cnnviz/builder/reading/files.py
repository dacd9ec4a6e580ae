"""A whole file: its imports, its classes, and what it assigns at the outermost level."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from cnnviz.builder.reading.elsewhere.exported import layer_of_class
from cnnviz.builder.reading.elsewhere.torchvision_networks import definitions_at, network_called
from cnnviz.builder.reading.errors import CodeError, ElsewhereError
from cnnviz.builder.reading.gate import Refused
from cnnviz.builder.reading.machine import Given, Scope, TooMuchError
from cnnviz.builder.reading.members import all_modules, differences
from cnnviz.builder.reading.operators import A_NUMBER
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
from cnnviz.builder.reading.vocabulary import USUAL_NAMES

# What a network is made with for a look, where its class has no default for it.
USUAL_ARGUMENTS = {
    "num_classes": 10, "n_classes": 10, "classes": 10, "num_class": 10, "in_channels": 3,
    "input_channels": 3, "num_channels": 3, "channels": 3, "in_ch": 3,
    "out_channels": 64, "out_ch": 64,
}  # fmt: skip


# Other classes that are nn.Module with more around it.
MODULES = ("torch.nn.Module", "pytorch_lightning.LightningModule", "lightning.LightningModule",
           "pl.LightningModule", "lightning.pytorch.LightningModule",
           "L.LightningModule")  # fmt: skip
KNOWN_IMPORTS = (
    "torch", "torchvision", "math", "typing", "collections", "functools", "numpy", "torchinfo",
    "torchsummary", "matplotlib", "__future__", "dataclasses", "copy", "einops",
    "argparse",
)  # fmt: skip
LOOP_STEPS = 4_000  # of a loop beside the network


class FileReader(Statements):
    """The part that reads a whole file: its imports, its classes, and what it assigns.

    What is not read is kept as such: it is a mistake only where the network needs it.
    """

    def __init__(self, refused: Refused | None = None) -> None:
        super().__init__()
        self.refused = refused or {}
        self.first_refusal: CodeError | None = None
        self.failed: CodeError | None = None  # of the last line that makes layers, if it is refused
        self.expressions: list[Module] = []  # modules that stand alone on a line
        # modules that a line changes which is not read, by their identity
        self.touched: dict[int, CodeError] = {}
        self.left_out: dict[int, int] = {}  # first and last lines of what was passed over
        self.shown: Instance | None = None  # an object that only a function of elsewhere is given
        self.tree = ast.Module([], [])

    def read(self, tree: ast.Module) -> None:
        """Go through a file.

        Raises:
            TooMuchError: reading would take too long.
        """
        self.tree = tree
        for statement in tree.body:
            self.read_statement(statement)

    def read_statement(self, node: ast.stmt) -> None:
        """One statement at the outermost level.

        Raises:
            TooMuchError: reading would take too long.
        """
        match node:
            case ast.If() if _is_main_guard(node):
                self._each(node.body)
            case ast.With() | ast.Try():
                self._each([*node.body, *getattr(node, "orelse", [])])
            case _:
                self._try(node)

    def _each(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.read_statement(statement)

    def _try(self, node: ast.stmt) -> None:
        before, num_made = self.steps, len(self.instances)
        try:
            self.spend(node)
            self.check(node)
            made = self._top(node)
            if made:
                self.failed = None
        except CodeError as error:
            is_loop = isinstance(node, ast.For | ast.While)
            if isinstance(error, TooMuchError) and not is_loop and not self._is_beside(node):
                raise
            self.steps = min(self.steps, before + LOOP_STEPS)
            self._leave_out(node, error, num_made)

    def _is_beside(self, node: ast.stmt) -> bool:
        return not self.makes_layers(node) and isinstance(node, ast.Expr | ast.Assign | ast.If)

    def _top(self, node: ast.stmt) -> bool:
        """Read a statement; whether it made a module."""
        match node:
            case ast.Import() | ast.ImportFrom():
                self.take_import(node, self.globals)
            case ast.ClassDef():
                self._class(node)
            case ast.FunctionDef():
                self.globals.names[node.name] = UserFunction(node)
            case ast.Expr():
                if not isinstance(node.value, ast.Constant):
                    self._keep_modules(self.evaluate(node.value, self.globals))
            case ast.Assign():
                self._statement(node, self.globals)
                names = [each.id for each in node.targets if isinstance(each, ast.Name)]
                return any(isinstance(self.globals.names.get(name), Module) for name in names)
            case _:
                self._statement(node, self.globals)
        return False

    def _leave_out(self, node: ast.stmt, error: CodeError, num_made: int) -> None:
        """Pass over a statement; what it sets or changes is not known from here on."""
        self.first_refusal = self.first_refusal or error
        is_use = isinstance(node, ast.Expr)
        if is_use and not isinstance(error, ElsewhereError):
            is_use = self._reads_what_is_given(node.value)
        if is_use and len(self.instances) > num_made:  # such as summary(Net(), (1, 28, 28))
            self.shown = self.instances[-1]
            self.failed = None
        elif self.makes_layers(node):
            self.failed = error
        self.left_out[node.lineno] = node.end_lineno or node.lineno
        for owner in _changed_owners(node):
            if isinstance(module := self.value_of(owner), Module):
                self.touched[id(module)] = error
        for name in _changed_names(node):
            self.globals.names[name] = Unread(error.reason, error.line)

    def _reads_what_is_given(self, node: ast.expr) -> bool:
        """Whether an unread call, such as trainer.fit(Net()), is given a network that is read."""
        owner = _root(node.func) if isinstance(node, ast.Call) else []
        of = self.globals.names.get(owner[0]) if owner else None
        if not isinstance(node, ast.Call) or not isinstance(of, Unread):
            return False
        return any(isinstance(self.value_of(given), Module) for given in node.args)

    def makes_layers(self, node: ast.stmt) -> bool:
        """Whether a statement calls a class of layers, of torch's or of the code."""
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            return False
        calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
        return any(self._is_class_of_layers(each.func) or self._is_network(each) for each in calls)

    def _is_network(self, call: ast.Call) -> bool:
        """Whether a call makes a network of torchvision that is read."""
        path = self._path_of(call.func)
        named = [each.value for each in call.args[:1] if isinstance(each, ast.Constant)]
        return bool(network_called(path, named))

    def _path_of(self, node: ast.expr) -> str:
        """The path of a name that is imported, or of what stands behind one; "" for others."""
        match node:
            case ast.Name(id=name):
                known = self.globals.names.get(name)
                return known.path if isinstance(known, Known) else ""
            case ast.Attribute(value=owner, attr=name):
                return f"{home}.{name}" if (home := self._path_of(owner)) else ""
        return ""

    def _is_class_of_layers(self, node: ast.expr) -> bool:
        match node:
            case ast.Name():
                known = self.globals.names.get(node.id)
                path = known.path if isinstance(known, Known) else ""
                if isinstance(known, UserClass):
                    return known.is_module
                return path.startswith("torch.nn.") and _is_layer(path)
            case ast.Attribute(value=ast.Name(id="nn"), attr=name):
                return _is_layer(f"torch.nn.{name}")
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id="torch"), attr="nn"), attr=name
            ):
                return _is_layer(f"torch.nn.{name}")
        return False

    def _keep_modules(self, value: Any) -> None:
        """Remember layers that are pasted as they stand in an nn.Sequential."""
        items = value if isinstance(value, list | tuple) else [value]
        self.expressions += [item for item in items if isinstance(item, Module)]

    def take_import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        """Remember what imported names stand for."""
        root = (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        if scope is self.globals and root.split(".")[0] not in KNOWN_IMPORTS:
            self.left_out[node.lineno] = node.end_lineno or node.lineno
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                home = "." * node.level + (node.module or "")
                scope.names[alias.asname or alias.name] = Known(_usual(f"{home}.{alias.name}"))
            elif alias.asname:
                scope.names[alias.asname] = Known(_usual(alias.name))
            else:
                name = alias.name.split(".")[0]
                scope.names[name] = Known(name)

    def define_library(self, line: int) -> None:
        """Read torchvision's networks, as if they stood in a line; their names are no file's."""
        if self.library.names:
            return
        own, self.globals = self.globals, self.library
        try:
            self.globals.names |= {name: Known(USUAL_NAMES[name]) for name in ("torch", "nn", "F")}
            for node in definitions_at(line):
                self._top(node)
        finally:
            self.globals = own
        for name, value in self.library.names.items():
            if isinstance(value, UserFunction):
                self.library.names[name] = replace(value, around=self.library)

    def _class(self, node: ast.ClassDef) -> None:
        if path := layer_of_class(node):
            self.globals.names[node.name] = Known(path)
            return
        base, is_row, is_list, is_module = self._base(node)
        above = self._base_value(node.bases[0]) if node.bases else None
        methods = {
            statement.name: statement
            for statement in node.body
            if isinstance(statement, ast.FunctionDef)
        }
        made = UserClass(node.name, base, is_row, methods, is_module=is_module, line=node.lineno)
        made.is_list = is_list
        if isinstance(above, Known) and above.path not in MODULES and not is_row:
            made.layer = above.path.removeprefix("torch.nn.") if _is_layer(above.path) else ""
            made.is_module = made.is_module or bool(made.layer)
        names: list[str] = []
        for statement in node.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                scope = Scope(dict(made.constants))
                self._constant_of(statement, scope)
                made.constants |= scope.names
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                names.append(statement.target.id)
        is_tuple = isinstance(above, Known) and above.path == "typing.NamedTuple"
        if is_tuple or any("dataclass" in ast.dump(each) for each in node.decorator_list):
            made.fields = tuple(dict.fromkeys(names))  # one that is told twice keeps its place
        self.globals.names[node.name] = made

    def _constant_of(self, node: ast.Assign | ast.AnnAssign, scope: Scope) -> None:
        try:
            self._statement(node, scope)
        except TooMuchError:
            raise
        except CodeError as error:
            for name in _changed_names(node):
                scope.names[name] = Unread(error.reason, error.line)

    def _base(self, node: ast.ClassDef) -> tuple[UserClass | None, bool, bool, bool]:
        """The class of the code above a class, and whether it is a row, a list, and a module."""
        bases = [base for base in node.bases if not isinstance(base, ast.Starred)]
        if not bases:
            return None, False, False, False
        base = self._base_value(bases[0])
        if isinstance(base, UserClass):
            return base, base.is_row, base.is_list, base.is_module
        path = base.path if isinstance(base, Known) else ""
        is_list = path in ("torch.nn.ModuleList", "torch.nn.ModuleDict")
        if is_list or path == "torch.nn.Sequential":
            return None, True, is_list, True
        return None, False, False, path in MODULES or path.endswith(".LightningModule")

    def _base_value(self, node: ast.expr) -> Any:
        try:
            return self.evaluate(node, self.globals)
        except TooMuchError:
            raise
        except CodeError:
            return None

    def network(self) -> tuple[Module, UserClass | None]:
        """The network of the file, and its class if it has one.

        Raises:
            CodeError: there is none, or a line that makes or changes it is refused.
        """
        module, of = self._chosen()
        for _, each in all_modules(module):
            if id(each) in self.touched:
                raise self.touched[id(each)]
        return module, of

    def _chosen(self) -> tuple[Module, UserClass | None]:
        """The network of the file as it is made, and its class if it has one.

        It is the last object that the file makes of a class that no other class uses, else one of
        such a class, else its last nn.Sequential, else the layers that stand in it.

        Raises:
            CodeError: there is none, or the line that makes it is refused.
        """
        values = list(self.globals.names.values())
        values += [self.shown] if self.shown else []
        instances = [each for each in values if isinstance(each, Instance) and each.of.is_module]
        classes = [each for each in values if isinstance(each, UserClass) and each.is_module]
        rows = [value for value in values if isinstance(value, Row)]
        leaves = [value for value in values if isinstance(value, Leaf)]
        outer = [each for each in classes if not self._is_part(each, classes)] or classes
        chosen = [each for each in instances if each.of in outer] or instances
        if chosen and (self.failed is None or chosen[-1].of in outer):
            return chosen[-1], chosen[-1].of
        if self.failed is not None:
            raise self.failed
        if whole := [row for row in rows if _holds_objects(row)]:
            return whole[-1], None
        if made := [each for each in self.instances if each.of in outer]:
            return made[-1], made[-1].of  # what became of it is not read
        if classes:
            return self._usual_instance(outer[-1]), outer[-1]
        if self.expressions and not rows:
            return self.row(self.expressions, ast.Pass()), None
        if rows or leaves:
            return (rows or leaves)[-1], None
        if self.rows:
            return self.rows[-1], None  # made in a function
        raise self._nothing_found()

    def _nothing_found(self) -> CodeError:
        plain = [
            each
            for each in self.globals.names.values()
            if isinstance(each, UserClass) and ("forward" in each.methods or not self.left_out)
        ]
        if plain:
            reason = f"the class {plain[-1].name[:40]} has to inherit from nn.Module."
            return CodeError(reason, plain[-1].line)
        return self.first_refusal or CodeError(
            "no network is found: paste a class with a forward, an nn.Sequential, or what "
            "print(model) shows.",
            1,
        )

    def _is_part(self, of: UserClass, classes: list[UserClass]) -> bool:
        """Whether another class of the code uses a class, or inherits from it."""
        others = [each for each in classes if each is not of]
        if any(each.base is of for each in others):
            return True
        names = {
            node.id
            for each in others
            for method in each.methods.values()
            for node in ast.walk(method)
            if isinstance(node, ast.Name)
        }
        return of.name in names

    def _usual_instance(self, of: UserClass) -> Module:
        """An object of a class: as the code makes one somewhere, else with usual values."""
        found = of.find("__init__")
        if found is None:
            return self.instantiate(of, Given(ast.Pass(lineno=of.line), self.globals))
        definition, values = found[1], {}
        wanted = definition.args
        names = [argument.arg for argument in wanted.args[1:]]
        needed = names[: len(names) - len(wanted.defaults)]
        if needed and (made := self._made_elsewhere(of)) is not None:
            return made
        for name in needed:
            if name not in USUAL_ARGUMENTS:
                example = f"net = {of.name}(…)"
                reason = f"{of.name} needs a value for {name}: add a line such as {example}."
                raise self.refusal(definition, reason)
            values[name] = USUAL_ARGUMENTS[name]
        for name, value in values.items():
            self.notes[f"{of.name} is made with {name} = {value}."] = None
        return self.instantiate(of, Given(definition, self.globals, [], values))

    def _made_elsewhere(self, of: UserClass) -> Module | None:
        """An object as a call in a function or a loop makes it, which is not read itself."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == of.name:
                try:
                    value = self.evaluate(node, self.globals)
                except CodeError:
                    continue
                if isinstance(value, Module):
                    return value
        return None

    def value_of(self, node: ast.expr) -> Any:
        """What an expression stands for in the file; None if that is not known."""
        try:
            return self.evaluate(node, self.globals)
        except CodeError:
            return None

    def passed_over(self, network: UserClass | None) -> list[str]:
        """What was left out, each in a sentence."""
        for name, value in self.globals.names.items():
            if isinstance(value, UserFunction) and id(value.definition) not in self.called:
                node = value.definition
                self.left_out[node.lineno] = node.end_lineno or node.lineno
            if (
                isinstance(value, UserClass)
                and not value.is_module
                and id(value) not in self.called
            ):
                self.left_out[value.line] = _end_of(self.tree, name)
        sentences = [_lines_left_out(self.left_out)] if self.left_out else []
        if self.begun:
            lines = _listed_lines(self.begun)
            sentences.append(f"How weights begin ({lines}) is left out: torch's own way is taken.")
        others = [
            each.name
            for each in self.globals.names.values()
            if isinstance(each, UserClass) and each.is_module and id(each) not in self.called
            and not _is_above(each, network)
        ]  # fmt: skip
        if others and network is not None:
            sentences.append(f"{', '.join(others[:5])} is not read: the network is {network.name}.")
        return sentences

    def flow_through(self, module: Module) -> Flow:
        """The flow of a picture through a module.

        Raises:
            CodeError: its forward is not read.
        """
        self.is_flowing = True
        flow = self.pass_through(module, Flow(), Given(self.end, self.globals))
        if flow.is_turned:
            reason = "the output has its channels last here: turn it back, permute(0, 3, 1, 2)."
            raise CodeError(reason, self.made.get(flow.key, self.line))
        self._check_beginnings(flow)
        kept = {key for each in flow.all_before() for key in (each.key, *each.inner)}
        lost = sorted({line for key, line in self.made.items() if key not in kept})
        if lost:
            lines = ", ".join(map(str, lost[:6]))
            self.notes[f"What is computed in line {lines} does not reach the output."] = None
        reached = {id(leaf) for key, leaf in self.leaf_of.items() if key in kept}
        for sentence in differences(module, self.used, reached):
            self.notes[sentence] = None
        return flow

    def _check_beginnings(self, flow: Flow) -> None:
        """Make sure that a picture is not read beside what code has made of its numbers.

        Raises:
            CodeError: it is.
        """
        starts = [each for each in flow.all_before() if each.layer is None]
        if len(starts) > 1:
            line = max(self.prepared.get(each.key, (1, ""))[0] for each in starts)
            raise CodeError(
                f"{A_NUMBER} The picture is used beside it.".replace(". T", ": t"), line
            )


def _is_main_guard(node: ast.If) -> bool:
    match node.test:
        case ast.Compare(left=ast.Name(id="__name__")):
            return True
    return False


def _holds_objects(row: Row) -> bool:
    """Whether objects of classes of the code stand in an nn.Sequential."""
    return any(isinstance(module, Instance) for _, module in all_modules(row))


def _is_layer(path: str) -> bool:
    name = path.rpartition(".")[2]
    return path.count(".") == 2 and name[:1].isupper() and not name.endswith("Loss")


def _usual(path: str) -> str:
    """torch's own name for what it has in two places."""
    path = path.replace("torch.nn.modules.", "torch.nn.")
    return "OrderedDict" if path == "collections.OrderedDict" else path


def _changed_names(node: ast.stmt) -> list[str]:
    """The names that a statement sets, or whose lists and modules it may change."""
    stored = (each.id for each in ast.walk(node)
              if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))  # fmt: skip
    return [*stored, *(name for owner in _changed_owners(node) for name in _root(owner))]


def _changed_owners(node: ast.stmt) -> list[ast.expr]:
    """Of what a statement may change an attribute, an item or the modules in it."""
    found: list[ast.expr] = []
    for each in ast.walk(node):
        match each:
            case ast.Attribute(value=owner, ctx=ast.Store() | ast.Del()):
                found.append(owner)
            case ast.Subscript(value=owner, ctx=ast.Store() | ast.Del()):
                found.append(owner)
            case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in CHANGE:
                found.append(owner)
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[owner, *_]):
                found.append(owner)
    return found


CHANGE = ("append", "extend", "insert", "add_module", "register_module", "update", "pop")


def _root(node: ast.expr) -> list[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return [node.id] if isinstance(node, ast.Name) else []


def _end_of(tree: ast.Module, name: str) -> int:
    nodes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    return (nodes[-1].end_lineno or nodes[-1].lineno) if nodes else 1


def _is_above(each: UserClass, network: UserClass | None) -> bool:
    while network is not None:
        if network is each:
            return True
        network = network.base
    return False


def _lines_left_out(ranges: dict[int, int]) -> str:
    """Which lines were passed over: "Lines 5 to 6 and 9 make no layer and were left out."."""
    lines = _listed_lines(ranges)
    if lines.startswith("line "):
        return f"{lines.capitalize()} makes no layer of the network and was left out."
    return f"{lines.capitalize()} make no layer of the network and were left out."


def _listed_lines(ranges: dict[int, int]) -> str:
    """Lines from first to last: "lines 5 to 6 and 9", "line 3"."""
    spans: list[list[int]] = []
    for first, last in sorted(ranges.items()):
        if spans and first <= spans[-1][1] + 1:
            spans[-1][1] = max(spans[-1][1], last)
        else:
            spans.append([first, last])
    words = [f"{a}" if a == b else f"{a} to {b}" for a, b in spans]
    text = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"line {text}" if text.isdigit() else f"lines {text}"
