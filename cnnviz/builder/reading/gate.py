"""The third look: which parts of the code are of kinds that a network is written in.

This is a list of what is allowed; whatever is not on it, today's Python or tomorrow's, is marked as
refused: it may stand beside a network, and is a mistake as soon as the network needs it. Nothing
is ever run: `machine` reads the code piece by piece.
"""

from __future__ import annotations

import ast

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.tokens import check_tokens, clean_text
from cnnviz.syntax import syntax_tree

MAX_NODES = 20_000
MAX_INTEGER = 10**9

ALLOWED: tuple[type[ast.AST], ...] = (
    ast.Module, ast.ClassDef, ast.FunctionDef, ast.arguments, ast.arg, ast.Import, ast.ImportFrom,
    ast.alias, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Pass, ast.If,
    ast.For, ast.While, ast.Try, ast.ExceptHandler, ast.Lambda, ast.DictComp, ast.SetComp,
    ast.Pow, ast.LShift, ast.NamedExpr, ast.Delete, ast.With, ast.withitem, ast.Assert, ast.Raise,
    ast.Break, ast.Continue, ast.Call,
    ast.keyword, ast.Attribute, ast.Name, ast.Constant, ast.Tuple, ast.List, ast.Dict,
    ast.Subscript, ast.Slice, ast.Starred, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
    ast.IfExp, ast.JoinedStr, ast.FormattedValue, ast.ListComp, ast.GeneratorExp,
    ast.comprehension, ast.expr_context, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
    ast.USub, ast.UAdd, ast.Not, ast.And, ast.Or, ast.cmpop,
)  # fmt: skip
SAID = {
    "AsyncFunctionDef": "an async function", "Await": "await", "Yield": "yield",
    "Global": "global", "Nonlocal": "nonlocal", "Set": "a set",
    "Match": "a match statement", "MatMult": "a matrix product", "YieldFrom": "yield from",
    "RShift": "a shift", "BitAnd": "a bit operation",
    "BitOr": "a bit operation", "BitXor": "a bit operation", "Invert": "a bit operation",
}  # fmt: skip

DUNDERS = {"__init__", "__name__"}

Refused = dict[ast.AST, CodeError]  # what is not read, by the expression or statement it is in


def checked_tree(text: str) -> tuple[ast.Module, Refused]:
    """The syntax tree of pasted code, and what of it is of kinds that are not read.

    Raises:
        CodeError: it is no Python, or too long, with the line.
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
    refused: Refused = {}
    for line, node, owner in nodes:
        reason = _reason_against(node)
        if reason is not None:
            refused.setdefault(owner, CodeError(reason, line))
    return tree, refused


def _located(tree: ast.Module) -> list[tuple[int, ast.AST, ast.AST]]:
    """All nodes with their lines and with the expression or statement that they belong to."""
    found: list[tuple[int, ast.AST, ast.AST]] = []
    stack: list[tuple[int, ast.AST, ast.AST]] = [(1, tree, tree)]
    while stack:
        line, node, owner = stack.pop()
        line = getattr(node, "lineno", line)
        owner = node if isinstance(node, ast.expr | ast.stmt) else owner
        found.append((line, node, owner))
        stack += [(line, child, owner) for child in ast.iter_child_nodes(node)]
    return found


def _reason_against(node: ast.AST) -> str | None:
    """Why a node is not read; None if it is."""
    kind = type(node).__name__
    if not isinstance(node, ALLOWED):
        return f"{SAID.get(kind, kind)} is not read."
    match node:
        case ast.Constant(value=bytes() | complex() as value):
            return f"a value of type {type(value).__name__} is not read."
        case ast.Constant(value=int() as value) if abs(value) > MAX_INTEGER:
            return f"a number is larger than {MAX_INTEGER:,}."
        case ast.ClassDef(keywords=[_, *_]):
            return "a class with keywords, such as metaclass, is not read."
    name = next((name for name in _names_in(node) if _is_pythons_own(name)), None)
    if name is not None:
        return f"{name[:40]} is not read: names with two underscores are Python's own."
    return None


def _is_pythons_own(name: str) -> bool:
    return name.startswith("__") and name not in DUNDERS and name != "__future__"


def _names_in(node: ast.AST) -> list[str]:
    match node:
        case ast.Name():
            return [node.id]
        case ast.Attribute():
            return [node.attr]
        case ast.arg():
            return [node.arg]
        case ast.keyword():
            return [node.arg or ""]
        case ast.alias():
            return [*node.name.split("."), node.asname or ""]
    return []
