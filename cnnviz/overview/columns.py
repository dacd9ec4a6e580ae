"""A network cut into columns: every layer one, or folded until they fit beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from torch import nn

from cnnviz.activations import Layer
from cnnviz.probes.tape import Kind, Node, Tape

MOST = 20  # columns that fit beside each other on a screen of 1280 pixels
PADDINGS = (nn.ZeroPad2d, nn.ConstantPad2d, nn.ReflectionPad2d, nn.ReplicationPad2d)
FOLDED = (Kind.NORM, Kind.ACTIVATION, Kind.SUM)  # what only these read is folded into them


@dataclass(frozen=True)
class Column:
    """Some layers in a row that are shown as one: by the maps of the last of them.

    Attributes:
        layers: in the order of computation; one where nothing is folded.
    """

    layers: tuple[Layer, ...]

    @property
    def layer(self) -> Layer:
        """The layer whose maps are shown."""
        return self.layers[-1]

    @property
    def name(self) -> str:
        """The name of that layer."""
        return self.layer.name

    @property
    def is_vector(self) -> bool:
        """Whether it has numbers and no maps."""
        return not self.layer.is_spatial


def columns_of(known: Sequence[Layer], played: Tape, most: int = MOST) -> tuple[Column, ...]:
    """The columns of a network, in the order of computation: as few are folded as must be.

    First what a norm, an activation function or a sum alone reads goes into it; then what shares a
    name, from the innermost names out; then what has maps of one size.

    Args:
        known: from `cnnviz.activations.layers`.
        played: a pass of the network.
        most: columns at most.
    """
    chains = _chains(known, played)
    for columns in ([Column((layer,)) for layer in known], chains, *_coarser(chains)):
        if len(columns) <= most:
            return tuple(columns)
    return tuple(_evenly(chains, most))


def _chains(known: Sequence[Layer], played: Tape) -> list[Column]:
    """Layers with what they alone read before them."""
    reader = sole_readers(played)
    open_layers: dict[Node, list[Layer]] = {}
    columns = []
    for layer in known:
        node = played[layer.name]
        mine = [*open_layers.pop(node, []), layer]
        into = reader.get(node)
        if into is not None and (into.kind in FOLDED or is_padding(node)):
            open_layers.setdefault(into, []).extend(mine)
        else:
            columns.append(Column(tuple(mine)))
    return columns


def is_padding(node: Node) -> bool:
    """Whether a step only puts a border around maps."""
    return isinstance(node.operation, PADDINGS)


def sole_readers(played: Tape) -> dict[Node, Node]:
    """By result, the only one that was computed from it; what is just moved is looked through."""
    readers: dict[Node, list[Node]] = {}
    for node in played.nodes.values():
        if node.kind is not Kind.MOVE:
            for source in sources_of(node):
                readers.setdefault(source, []).append(node)
    return {node: found[0] for node, found in readers.items() if len(found) == 1}


def sources_of(node: Node) -> Iterator[Node]:
    """The results that a step read, where they were computed: before they were only moved."""
    for source in node.sources:
        while source.kind is Kind.MOVE:
            source = source.sources[0]
        yield source


def _coarser(chains: Sequence[Column]) -> Iterator[list[Column]]:
    deepest = max(column.name.count(".") + 1 for column in chains)
    for depth in range(deepest, 1, -1):
        yield _grouped(chains, lambda column, depth=depth: _stem(column.name, depth))
    yield _grouped(chains, lambda column: column.layer.shape[1:])
    yield _grouped(chains, lambda column: _stem(column.name, 1))


def _stem(name: str, depth: int) -> str:
    return ".".join(name.split(".")[:depth])


def _grouped(columns: Sequence[Column], key: Callable[[Column], Hashable]) -> list[Column]:
    return [_together(list(group)) for _, group in groupby(columns, key)]


def _together(columns: Sequence[Column]) -> Column:
    return Column(tuple(layer for column in columns for layer in column.layers))


def _evenly(columns: Sequence[Column], most: int) -> list[Column]:
    step = -(-len(columns) // most)
    return [_together(columns[at : at + step]) for at in range(0, len(columns), step)]


def block_of(column: Column) -> str:
    """The longest name that all layers of a column share; of one layer, its own."""
    parts = [layer.name.split(".") for layer in column.layers]
    shared = []
    for names in zip(*parts, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return ".".join(shared) or column.name


def convolutions(column: Column) -> int:
    """How many convolutions are in a column."""
    return Counter(layer.kind for layer in column.layers)[Kind.CONV]


def stem_of(column: Column) -> str:
    """The name of the block that a column stands for; of a single layer, its own."""
    is_folded = len(column.layers) > 1
    return block_of(column).removesuffix(".main_path") if is_folded else column.name


def run_of(columns: Sequence[Column], index: int) -> range:
    """The columns beside each other that are of the same block."""
    stem = stem_of(columns[index])
    first = last = index
    while first > 0 and stem_of(columns[first - 1]) == stem:
        first -= 1
    while last < len(columns) - 1 and stem_of(columns[last + 1]) == stem:
        last += 1
    return range(first, last + 1)


def column_of(columns: Sequence[Column], name: str) -> int | None:
    """The index of the column that a layer is in; None where there is no layer of that name."""
    return next(
        (i for i, column in enumerate(columns) if name in [layer.name for layer in column.layers]),
        None,
    )
