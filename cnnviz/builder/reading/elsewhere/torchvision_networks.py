"""torchvision's networks, written out so that they are read as pasted code is."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from cnnviz.syntax import syntax_tree

HOMES = "torchvision.models"
TEXT = Path(__file__).with_name("torchvision_networks.txt")
NOT_READ = ("weights", "pretrained", "progress")  # arguments that change no layer
PICTURES = (3, 224, 224)  # what they are made for


@cache
def _definitions() -> tuple[str, frozenset[str]]:
    text = TEXT.read_text(encoding="utf-8")
    tree = syntax_tree(text)
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return text, frozenset(functions - {"shortcut"})


def written_out() -> tuple[str, ...]:
    """Names of the networks that are written out, as torchvision calls them."""
    return tuple(sorted(_definitions()[1]))


def network_called(path: str, args: Sequence[object]) -> str:
    """The network of torchvision that a function makes; "" where it is none that is written out."""
    home, _, name = path.rpartition(".")
    if not home.startswith(HOMES):
        return ""
    if name == "get_model" and args and isinstance(args[0], str):
        name = args[0]
    return name if name in _definitions()[1] else ""


def definitions_at(line: int) -> list[ast.stmt]:
    """The classes and functions of all networks, as if they stood in one line of the paste."""
    tree = syntax_tree(_definitions()[0])
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno = node.end_lineno = line  # ty: ignore
    return tree.body
