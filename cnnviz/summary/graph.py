"""Which layers of a network are drawn together, what each reads, and which blocks are equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cnnviz.summary.equal_blocks import Run, equal_runs, lies_in
from cnnviz.summary.report import Row, Summary

INPUT = -1  # stands for the picture where rows have their index
NORMS = ("BatchNorm1d", "BatchNorm2d", "LayerNorm", "LayerNorm2d", "GroupNorm", "InstanceNorm2d")
ACTIVATIONS = ("ReLU", "ReLU6", "SiLU", "GELU", "Sigmoid", "Hardswish", "Hardsigmoid", "Softmax")
FUNCTIONS = ("relu", "relu6", "silu", "gelu", "sigmoid", "softmax", "dropout")
FOLDED = {*NORMS, *ACTIVATIONS, *FUNCTIONS, "Dropout", "Dropout2d", "StochasticDepth", "Identity"}
# Operations that bring several results together, as functions and as modules.
MERGES = ("add", "mul", "cat", "sub", "Add", "Mul", "Concat", "Sub")
Edge = tuple[int, int]


@dataclass(frozen=True)
class NetworkGraph:
    """Layers with what is drawn with them, in the order of computation, and which reads which.

    Attributes:
        drawn: by the index of a row in `Summary.rows`, the rows that are drawn with it, it first.
        edges: (index, index) of those, -1 for the picture; each pair once.
        runs: equal blocks in a row.
    """

    drawn: Mapping[int, tuple[int, ...]]
    edges: tuple[Edge, ...]
    runs: tuple[Run, ...]


def network_graph(summary: Summary) -> NetworkGraph:
    """The graph of a network with its skips.

    Norms and activations stand with the layer before them. What neither comes from the picture nor
    leads to the output (tables of positions, say) is left out. A concatenation that goes on with
    all of an earlier one reads that one: in DenseNet each reads two results instead of all before.

    Args:
        summary: of any network that `cnnviz.summary.summarize` reads.
    """
    place = {row.name: index for index, row in enumerate(summary.rows)} | {"input": INPUT}
    links = [(place[start], place[end]) for start, end in summary.edges]
    links = _chained(summary.rows, links)
    owner = _owners(summary.rows, links)
    edges = _quotient(links, owner)
    used = _on_the_way(edges, owner[len(summary.rows) - 1] if summary.rows else INPUT)
    edges = [edge for edge in edges if used.issuperset(edge)]
    drawn: dict[int, list[int]] = {first: [] for first in sorted(used - {INPUT})}
    for row in range(len(summary.rows)):
        if owner[row] in drawn:
            drawn[owner[row]].append(row)
    runs = equal_runs(
        summary, {row: first for row, first in owner.items() if first in drawn}, edges
    )
    return NetworkGraph({first: tuple(rows) for first, rows in drawn.items()}, tuple(edges), runs)


def _chained(rows: tuple[Row, ...], links: list[Edge]) -> list[Edge]:
    """The links; a concatenation with all the inputs of an earlier one reads that one instead."""
    sources = _sources(links)
    cats = [index for index, row in enumerate(rows) if row.type == "cat"]
    kept = {index: list(dict.fromkeys(sources.get(index, []))) for index in cats}
    for number, index in enumerate(cats):
        mine = set(sources.get(index, []))
        held = (cat for cat in reversed(cats[:number]) if 1 < len(set(sources[cat])) < len(mine)
                and mine.issuperset(sources[cat]))  # fmt: skip
        if (before := next(held, None)) is not None:
            rest = mine.difference(sources[before])
            kept[index] = [before, *(start for start in kept[index] if start in rest)]
    others = [link for link in links if link[1] not in kept]
    return others + [(start, end) for end, starts in kept.items() for start in starts]


def _sources(links: Iterable[Edge]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for start, end in links:
        found.setdefault(end, []).append(start)
    return found


def _owners(rows: tuple[Row, ...], links: list[Edge]) -> dict[int, int]:
    """Which row each row is drawn with: a norm or activation with the only row that it reads."""
    sources: dict[int, list[int]] = {index: [] for index in range(len(rows))}
    readers: dict[int, int] = dict.fromkeys(range(INPUT, len(rows)), 0)
    for start, end in links:
        sources[end].append(start)
        readers[start] += 1
    owner = {INPUT: INPUT}
    for index, row in enumerate(rows):
        owner[index] = index
        before = sources[index]
        if len(before) == 1 and before[0] != INPUT and readers[before[0]] == 1:
            first = rows[owner[before[0]]]
            if _stands_with(row, rows[before[0]], first):
                owner[index] = owner[before[0]]
    return owner


def _stands_with(row: Row, before: Row, first: Row) -> bool:
    """Whether a row is drawn in the node of `first`: it keeps the shape, and no module opens."""
    is_inside = not row.parent or lies_in(first.parent, row.parent)
    return row.type in FOLDED and row.output_shape == before.output_shape and is_inside


def _quotient(edges: list[Edge], owner: Mapping[int, int]) -> list[Edge]:
    """The edges between what the rows are drawn with, each once."""
    pairs = ((owner[start], owner[end]) for start, end in edges)
    return list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))


def _on_the_way(edges: list[Edge], last: int) -> set[int]:
    """The rows between the picture and the output; tables of positions, say, are not."""
    from_picture, to_output = {INPUT}, {last}
    for start, end in sorted(edges, key=lambda edge: edge[1]):
        if start in from_picture:
            from_picture.add(end)
    for start, end in sorted(edges, key=lambda edge: -edge[0]):
        if end in to_output:
            to_output.add(start)
    return from_picture & to_output
