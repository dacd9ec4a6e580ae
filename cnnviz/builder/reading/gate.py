"""The third look: only kinds of code that a network is written in pass, all else is refused.

This is a list of what is allowed; whatever is not on it, today's Python or tomorrow's, is refused.
Nothing that passes is ever run: `machine` reads it piece by piece.
"""

from __future__ import annotations

import ast

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.text import clean_text
from cnnviz.builder.reading.tokens import check_tokens
from cnnviz.syntax import syntax_tree

MAX_NODES = 20_000
MAX_INTEGER = 10**9

ALLOWED: tuple[type[ast.AST], ...] = (
    ast.Module, ast.ClassDef, ast.FunctionDef, ast.arguments, ast.arg, ast.Import, ast.ImportFrom,
    ast.alias, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Pass, ast.If,
    ast.For, ast.With, ast.withitem, ast.Assert, ast.Raise, ast.Break, ast.Continue, ast.Call,
    ast.keyword, ast.Attribute, ast.Name, ast.Constant, ast.Tuple, ast.List, ast.Dict,
    ast.Subscript, ast.Slice, ast.Starred, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
    ast.IfExp, ast.JoinedStr, ast.FormattedValue, ast.ListComp, ast.GeneratorExp,
    ast.comprehension, ast.expr_context, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
    ast.USub, ast.UAdd, ast.Not, ast.And, ast.Or, ast.cmpop,
)  # fmt: skip
SAID = {
    "Lambda": "a lambda", "While": "a while loop", "Try": "a try statement", "Pow": "a power",
    "AsyncFunctionDef": "an async function", "Await": "await", "Yield": "yield",
    "Global": "global", "Nonlocal": "nonlocal", "Delete": "del", "NamedExpr": "an assignment :=",
    "DictComp": "a dict comprehension", "SetComp": "a set comprehension", "Set": "a set",
    "Match": "a match statement", "MatMult": "a matrix product", "YieldFrom": "yield from",
    "LShift": "a shift", "RShift": "a shift", "BitAnd": "a bit operation",
    "BitOr": "a bit operation", "BitXor": "a bit operation", "Invert": "a bit operation",
}  # fmt: skip

# What is imported from these is known, or told to be unknown where it is used.
MODULES = {
    "__future__", "collections", "functools", "math", "matplotlib", "numpy", "safetensors", "torch",
    "torchinfo", "torchsummary", "torchvision", "typing",
}  # fmt: skip
FORBIDDEN = {
    "breakpoint", "compile", "delattr", "dir", "eval", "exec", "exit", "globals", "help", "input",
    "locals", "memoryview", "open", "quit", "vars",
}  # fmt: skip
DUNDERS = {"__init__", "__name__"}


def checked_tree(text: str) -> ast.Module:
    """The syntax tree of pasted code, if all of it is of kinds that are read.

    Raises:
        CodeError: with the first line that is refused, and why.
    """
    text = clean_text(text)
    check_tokens(text)
    try:
        tree = syntax_tree(text)
    except SyntaxError as error:
        raise CodeError(f"this is not Python: {error.msg}.", error.lineno or 1) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise CodeError("Python's parser does not take this text.", 1) from error
    nodes = sorted(_located(tree), key=lambda located: located[0])
    if len(nodes) > MAX_NODES:
        raise CodeError(f"the code has more than {MAX_NODES:,} parts.", nodes[MAX_NODES][0])
    for line, node in nodes:
        _check_node(node, line)
    return tree


def _located(tree: ast.Module) -> list[tuple[int, ast.AST]]:
    """All nodes with their lines; an operator has that of the expression it stands in."""
    found: list[tuple[int, ast.AST]] = []
    stack: list[tuple[int, ast.AST]] = [(1, tree)]
    while stack:
        line, node = stack.pop()
        line = getattr(node, "lineno", line)
        found.append((line, node))
        stack += [(line, child) for child in ast.iter_child_nodes(node)]
    return found


def _check_node(node: ast.AST, line: int) -> None:
    kind = type(node).__name__
    if not isinstance(node, ALLOWED):
        raise CodeError(f"{SAID.get(kind, kind)} is not read. Paste only the network.", line)
    match node:
        case ast.Import():
            for alias in node.names:
                _check_module(alias.name, line)
        case ast.ImportFrom():
            _check_module(node.module or "", line)
            if node.level:
                raise CodeError("imports from the same folder cannot be followed.", line)
        case ast.Constant():
            _check_constant(node.value, line)
        case ast.ClassDef(keywords=[_, *_]):
            raise CodeError("a class with keywords, such as metaclass, is not read.", line)
        case ast.ClassDef(decorator_list=[_, *_]) | ast.FunctionDef(decorator_list=[_, *_]):
            raise CodeError("decorators are not read.", line)
    for name in _names_in(node):
        _check_name(name, line, is_attribute=isinstance(node, ast.Attribute))


def _names_in(node: ast.AST) -> list[str]:
    match node:
        case ast.Name():
            return [node.id]
        case ast.Attribute():
            return [node.attr]
        case ast.FunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.arg():
            return [node.arg]
        case ast.keyword():
            return [node.arg or ""]
        case ast.alias():
            return [*node.name.split("."), node.asname or ""]
    return []


def _check_name(name: str, line: int, is_attribute: bool) -> None:
    if name.startswith("__") and name not in DUNDERS and name != "__future__":
        raise CodeError(
            f"{name[:40]} is not read: names with two underscores are Python's own.", line
        )
    if name in FORBIDDEN and not is_attribute:  # model.eval() is no eval()
        raise CodeError(f"{name} is not read: code is never run here.", line)


def _check_module(name: str, line: int) -> None:
    if name.split(".")[0] not in MODULES:
        raise CodeError(
            f"importing {name[:40] or 'that'} is refused; a network needs torch only.", line
        )


def _check_constant(value: object, line: int) -> None:
    if isinstance(value, bytes | complex):
        raise CodeError(f"a value of type {type(value).__name__} is not read.", line)
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise CodeError(f"a number is larger than {MAX_INTEGER:,}.", line)
