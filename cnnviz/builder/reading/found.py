"""What a text holds: layers, and what it says of their name and of their pictures."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from cnnviz.builder.names import class_name
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.files import FileReader
from cnnviz.builder.reading.gate import checked_tree
from cnnviz.builder.reading.hints import shape_hints
from cnnviz.builder.reading.printed import is_printout, parse_printout
from cnnviz.builder.reading.printed_blocks import layers_of
from cnnviz.builder.reading.text import clean_text
from cnnviz.models.specs import Layer, checked_name


@dataclass(frozen=True)
class Found:
    """What a text holds.

    Attributes:
        name: the name of the network.
        layers: its layers.
        hints: input shapes (channels, height, width) that the code mentions.
        is_printed: the layers come from a printout, which shows no Flatten that forward does.
        notes: what was guessed, each in a sentence.
    """

    name: str
    layers: tuple[Layer, ...]
    hints: tuple[tuple[int, int, int], ...] = ()
    is_printed: bool = False
    notes: tuple[str, ...] = ()


def found_in(text: str) -> Found:
    """What pasted code, or a printed model, holds; without torch.

    Raises:
        CodeError: with the line that is refused, and why.
    """
    text = clean_text(text)
    try:
        return _in_printout(text) if is_printout(text) else _in_file(text)
    except CodeError:
        raise
    except ValueError as error:
        raise CodeError(f"{error}.", 1) from error


def _in_printout(text: str) -> Found:
    root = parse_printout(text)
    layers, notes = layers_of(root)
    return Found(_usable_name(root.kind), layers, is_printed=True, notes=notes)


def _in_file(text: str) -> Found:
    tree = checked_tree(text)
    reader = FileReader()
    try:
        reader.read(tree)
        network, of, notes = reader.network()
        layers = reader.flow_through(network).layers
    except RecursionError as error:
        raise CodeError("calls or lists stand too deep in each other.", reader.line) from error
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    node = next((node for node in classes if of is not None and node.name == of.name), None)
    return Found(_name_of(node), layers, shape_hints(tree), notes=notes)


def _name_of(class_node: ast.ClassDef | None) -> str:
    """The name of a network: the one in its docstring if it was exported here, else its class's."""
    if class_node is None:
        return "Network"
    words = (ast.get_docstring(class_node) or "").split("\n")[0]
    found = re.match(r"(.{1,40}) for pictures of \d+ × \d+ × \d+:", words)
    name = found[1] if found and class_name(found[1]) == class_node.name else class_node.name
    return _usable_name(name)


def _usable_name(name: str) -> str:
    """The name, or "Network" where it cannot be one."""
    try:
        return checked_name(name)
    except ValueError:
        return "Network"
