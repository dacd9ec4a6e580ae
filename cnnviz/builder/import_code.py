"""Reading a network from what people paste: their code, or what print(model) shows.

The text is never run. Code passes through a list of allowed syntax (`reading.gate`) and is then
read by a small machine of our own (`reading.machine`) that knows layers, lists and loops, and
nothing of the computer it stands on.
"""

from __future__ import annotations

import ast

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.files import FileReader
from cnnviz.builder.reading.gate import checked_tree
from cnnviz.builder.reading.hints import shape_hints
from cnnviz.builder.reading.network import Reading, name_of, reading_of, usable_name
from cnnviz.builder.reading.printed import is_printout, parse_printout
from cnnviz.builder.reading.printed_blocks import layers_of
from cnnviz.builder.reading.text import clean_text
from cnnviz.models.specs import NetworkSpec

__all__ = ["CodeError", "Reading", "from_code", "read_code"]


def from_code(text: str) -> NetworkSpec:
    """The network of pasted code or of a printed model.

    Raises:
        CodeError: with the line that is refused, and why.
    """
    return read_code(text).spec


def read_code(text: str) -> Reading:
    """The network of pasted code or of a printed model, with what had to be guessed.

    Read are classes with a forward in the ways of PyTorch's tutorials, nn.Sequential, rows of
    layers, and printouts. A network without a picture size gets one for which it fits.

    Raises:
        CodeError: with the line that is refused, and why.
    """
    text = clean_text(text)
    try:
        return _read_printout(text) if is_printout(text) else _read_file(text)
    except CodeError:
        raise
    except ValueError as error:
        raise CodeError(f"{error}.", 1) from error


def _read_printout(text: str) -> Reading:
    root = parse_printout(text)
    layers, notes = layers_of(root)
    reading = reading_of(usable_name(root.kind), layers, is_printed=True)
    return Reading(reading.spec, (*notes, *reading.notes))


def _read_file(text: str) -> Reading:
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
    reading = reading_of(name_of(node), layers, shape_hints(tree))
    return Reading(reading.spec, (*notes, *reading.notes))
