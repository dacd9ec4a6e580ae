"""What exported code defines beside its network: functions of joins, and layers torch lacks."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from cnnviz.builder.reading.values import Flow
from cnnviz.builder.reading.vocabulary import OPERATIONS as KINDS
from cnnviz.syntax import syntax_tree

OPERATIONS = Path(__file__).parents[3] / "models" / "joins.py"
HOME = "cnnviz.operations"  # of layers that exported code defines itself
JOINING = Path(__file__).parents[2] / "joining.py"  # as text: reading needs no torch
SIZES = {"cropped": "crop", "padded": "pad", "resized": "resize"}


class Aligned(list[Flow]):
    """Maps that are made equal in height and width before they are joined.

    Attributes:
        sizes: how, as `Join.sizes` has it.
    """

    def __init__(self, flows: list[Flow], sizes: str) -> None:
        super().__init__(flows)
        self.sizes = sizes


def sizes_made_by(definition: ast.FunctionDef) -> str:
    """What a function of the code does to maps, if it is letter by letter one of the export's."""
    name = definition.name
    is_exported = name in SIZES and ast.dump(definition) == _exported()[name]
    return SIZES[name] if is_exported else ""


def layer_of_class(definition: ast.ClassDef) -> str:
    """The path of the layer that a class is, if it is letter by letter one of the export's."""
    name = definition.name
    is_exported = name in KINDS and ast.dump(definition) == _exported()[name]
    return f"{HOME}.{name}" if is_exported else ""


@cache
def _exported() -> dict[str, str]:
    """The functions and classes as they stand in exported code."""
    text = f"{JOINING.read_text(encoding='utf-8')}\n{OPERATIONS.read_text(encoding='utf-8')}"
    plain = text.replace("F.", "nn.functional.").replace("Tensor", "torch.Tensor")
    plain = plain.replace("import torch.Tensor", "import Tensor")
    nodes = syntax_tree(plain.replace("from __future__ import annotations", "")).body
    return {
        node.name: ast.dump(node)
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
