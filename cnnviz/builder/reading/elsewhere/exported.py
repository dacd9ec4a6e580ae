"""The functions that exported code makes maps equal with, read back as what a join does first."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from cnnviz.builder.reading.values import Flow
from cnnviz.syntax import syntax_tree

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


@cache
def _exported() -> dict[str, str]:
    """The functions as they stand in exported code."""
    text = JOINING.read_text(encoding="utf-8")
    plain = text.replace("F.", "nn.functional.").replace("Tensor", "torch.Tensor")
    nodes = syntax_tree(plain.replace("import torch.Tensor", "import Tensor")).body
    return {
        node.name: ast.dump(node)
        for node in nodes
        if isinstance(node, ast.FunctionDef) and node.name in SIZES
    }
