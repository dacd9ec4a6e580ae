"""What a text holds: layers, and what it says of their name and of their pictures."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from cnnviz.builder.names import class_name
from cnnviz.builder.reading.cells import Copied, copied
from cnnviz.builder.reading.elsewhere.torchvision_networks import PICTURES
from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.files import FileReader
from cnnviz.builder.reading.gate import Refused, checked_tree
from cnnviz.builder.reading.hints import (
    MAX_HINTS,
    Sizes,
    picture_sizes,
    shapes_said,
    shapes_set,
    shapes_told,
)
from cnnviz.builder.reading.paths import Fit, InnerPlaceError, fits_of
from cnnviz.builder.reading.paths import layers_of as layers_of_flow
from cnnviz.builder.reading.printouts.blocks import IN_TURN, layers_of
from cnnviz.builder.reading.printouts.lines import is_printout, parse_printout
from cnnviz.builder.reading.tokens import clean_text
from cnnviz.builder.reading.values import Instance
from cnnviz.models.specs import Layer, checked_name

TABLE = re.compile(r"^ *Layer \(type.*(Output Shape|Param)", re.MULTILINE)
NO_KERNELS = (
    "this is a summary's table, which does not show kernels and strides: paste what print(model) "
    "shows, or the code."
)
MAX_PIECES = 20  # that are no Python and are left out


@dataclass(frozen=True)
class Found:
    """What a text holds.

    Attributes:
        name: the name of the network.
        layers: its layers.
        hints: input shapes (channels, height, width) that the code mentions.
        told: shapes that comments and data sets name; the network decides which it takes.
        is_printed: the layers come from a printout, which shows no Flatten that forward does.
        notes: what was guessed or left out, each in a sentence.
        is_row: the layers surely follow each other; not so in a printed class.
        fits: what is padded or cropped before joins.
    """

    name: str
    layers: tuple[Layer, ...]
    hints: tuple[Sizes, ...] = ()
    told: tuple[Sizes, ...] = ()
    is_printed: bool = False
    notes: tuple[str, ...] = ()
    is_row: bool = True
    fits: tuple[Fit, ...] = ()


def found_in(text: str) -> Found:
    """What pasted code, or a printed model, holds; without torch.

    Raises:
        CodeError: with the line that is refused, and why.
    """
    text = clean_text(text)
    try:
        pasted = copied(text)
        if table := TABLE.search(pasted.code):
            raise CodeError(NO_KERNELS, pasted.code.count("\n", 0, table.start()) + 1)
        if is_printout(pasted.code):
            return _in_printout(pasted.code)
        return _in_code(pasted)
    except CodeError:
        raise
    except ValueError as error:
        raise CodeError(f"{error}.", 1) from error


def _in_code(pasted: Copied) -> Found:
    """The network of the code; else what is printed between its lines."""
    try:
        return _in_file(pasted.code)
    except CodeError:
        if not is_printout(pasted.output):
            raise
        return _in_printout(pasted.output)


def _in_printout(text: str) -> Found:
    root = parse_printout(text)
    layers, notes = layers_of(root)
    is_own = root.layer is None and root.kind not in IN_TURN
    return Found(_usable_name(root.kind), layers, is_printed=True, notes=notes, is_row=not is_own)


def _in_file(text: str) -> Found:
    tree, refused, left_out = _tree_of(text)
    try:
        return _read(text, FileReader(refused), tree, left_out)
    except InnerPlaceError:  # then its sums are no blocks
        reader = FileReader(refused)
        reader.has_blocks = False
        return _read(text, reader, tree, left_out)


def _read(text: str, reader: FileReader, tree: ast.Module, left_out: list[CodeError]) -> Found:
    try:
        reader.read(tree)
        network, of = reader.network()
        flow = reader.flow_through(network)
        layers = layers_of_flow(flow, reader.place_names)
        reader.is_flowing = False
        hints = _hints(reader, tree)
    except RecursionError as error:
        raise CodeError("calls or lists stand too deep in each other.", reader.line) from error
    except CodeError as error:
        raise left_out[0] if left_out and "no network" in error.reason else error from None
    reader.left_out |= {error.line: error.line for error in left_out}
    notes = (*reader.notes, *reader.passed_over(of))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    node = next((node for node in classes if of is not None and node.name == of.name), None)
    made_for = shapes_set(network.settings) if isinstance(network, Instance) else ()
    told = (*made_for, *shapes_told(text, tree), *([PICTURES] if reader.known_as else []))
    name = reader.known_as.get(id(network)) or _name_of(node)
    fits = fits_of(flow, layers, reader.made)
    return Found(name, layers, hints, told, notes=notes, fits=fits)


def _hints(reader: FileReader, tree: ast.Module) -> tuple[Sizes, ...]:
    """Shapes that the network is called with, before others that the code names."""
    fed = [sizes for shape in reader.fed if (sizes := picture_sizes(shape))]
    found = tuple(dict.fromkeys((*fed, *shapes_said(tree, reader.value_of))))[:MAX_HINTS]
    return tuple((sizes[2], *sizes[:2]) for sizes in found) if reader.is_turned else found


def _tree_of(text: str) -> tuple[ast.Module, Refused, list[CodeError]]:
    """The tree of the code; pieces of the outermost level that are no Python are left out.

    Raises:
        CodeError: a piece that seems to hold layers is no Python, or too much is none.
    """
    left_out: list[CodeError] = []
    while True:
        try:
            tree, refused = checked_tree(text)
        except CodeError as error:
            text = _without_piece(text, error, left_out)
        else:
            return tree, refused, left_out


def _without_piece(text: str, error: CodeError, left_out: list[CodeError]) -> str:
    """The text without the piece around an error, its lines kept."""
    lines = text.split("\n")
    starts = [
        place for place, line in enumerate(lines) if line[:1] not in ("", " ", "#", ")", "]", "}")
    ]
    first = max((place for place in starts if place < error.line), default=0)
    last = min((place for place in starts if place >= error.line), default=len(lines))
    piece = "\n".join(lines[first:last])
    is_small = last - first <= 30 and len(left_out) < MAX_PIECES
    if (
        "not Python" not in error.reason
        or not is_small
        or re.search(r"nn\.|class |def |import", piece)
    ):
        raise error
    left_out.append(error)
    lines[first:last] = [""] * (last - first)
    if not any(line.strip() for line in lines):
        raise left_out[0]
    return "\n".join(lines)


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
