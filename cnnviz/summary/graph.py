"""A network's graph with few enough nodes to look at, from its summary.

Norms and activations stand with the layer before them. Where that is still too much, equal blocks
in a row are one, and then the modules that do not fit any more stay closed: one node each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cnnviz.summary.equal_blocks import Run, equal_runs, lies_in, modules_around
from cnnviz.summary.report import Row, Summary

INPUT = -1  # stands for the picture where rows have their index
MOST_NODES = 80
EDGES_PER_NODE = 1.3  # more than that cannot be followed with the eye
NORMS = ("BatchNorm1d", "BatchNorm2d", "LayerNorm", "LayerNorm2d", "GroupNorm")
ACTIVATIONS = ("ReLU", "ReLU6", "SiLU", "GELU", "Sigmoid", "Hardswish", "Hardsigmoid", "Softmax")
FUNCTIONS = ("relu", "relu6", "silu", "gelu", "sigmoid", "softmax", "dropout")
FOLDED = {*NORMS, *ACTIVATIONS, *FUNCTIONS, "Dropout", "Dropout2d", "StochasticDepth", "Identity"}
Edge = tuple[int, int]


@dataclass(frozen=True)
class GraphNode:
    """A layer with what follows it, a sum, or a whole module that stays closed.

    Attributes:
        name: of the layer or module, as in `model.named_modules()`.
        rows: what is written in it: the layer and those that are folded into it; empty for a module
            that stays closed.
        kind: class of the module or name of the operation: Conv2d, add, cat, Bottleneck.
        shape: of its result, without the batch.
        numbers: places in `Summary.rows`, from 1, of everything it stands for.
        num_layers: layers in a closed module; 1 for a layer.
        times: how many equal ones in a row it stands for, where it is one of them itself.
        block: name of the open block that it lies in, "" for none.
    """

    name: str
    rows: tuple[Row, ...]
    kind: str
    shape: tuple[int, ...]
    numbers: tuple[int, ...]
    num_layers: int = 1
    times: int = 1
    block: str = ""


@dataclass(frozen=True)
class NetworkGraph:
    """Nodes in the order of computation, and which reads which.

    Attributes:
        nodes: without the picture.
        edges: (index, index) of nodes, -1 for the picture; each pair once.
        blocks: title of each open block, by name.
        runs: equal blocks in a row that are drawn once.
        num_closed: modules that are drawn as one node.
        input_shape: of the picture, without the batch.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]
    blocks: Mapping[str, str]
    runs: tuple[Run, ...]
    num_closed: int
    input_shape: tuple[int, ...]


def network_graph(summary: Summary, most_nodes: int = MOST_NODES) -> NetworkGraph:
    """The graph of a network with its skips, of at most `most_nodes` nodes where modules allow it.

    Args:
        summary: of any network that `cnnviz.summary.summarize` reads.
        most_nodes: how many nodes there may be, the picture and the output among them.
    """
    place = {row.name: index for index, row in enumerate(summary.rows)} | {"input": INPUT}
    links = [(place[start], place[end]) for start, end in summary.edges]
    owner = _owners(summary.rows, links)
    edges = _quotient(links, owner)
    used = _on_the_way(edges, owner[len(summary.rows) - 1] if summary.rows else INPUT)
    edges = [edge for edge in edges if used.issuperset(edge)]
    runs: tuple[Run, ...] = ()
    if len(used) + 1 > most_nodes:
        runs = equal_runs(summary, owner, edges)
        twin = {start: kept for run in runs for start, kept in run.twin_of.items()}
        owner = {row: twin.get(first, first) for row, first in owner.items()}
        edges = _forward(_quotient(edges, owner))
        used = {owner[row] for row in used}
    opened = _opened(summary, used - {INPUT}, edges, most_nodes)
    return _assembled(summary, owner, edges, runs, opened)


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


def _forward(edges: list[Edge]) -> list[Edge]:
    """Without the edges from the end of an equal block to the start of the next."""
    return [(start, end) for start, end in edges if start < end]


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


def _ancestors(summary: Summary, row: Row) -> Iterator[str]:
    """The modules that a row was called in, outermost first."""
    return (name for name in modules_around(row.parent) if name in summary.containers)


def _opened(
    summary: Summary, used: Collection[int], edges: list[Edge], most_nodes: int
) -> set[str]:
    """The modules whose inside is drawn: from the outermost and the first on, while it fits."""
    above = {index: list(_ancestors(summary, summary.rows[index])) for index in sorted(used)}
    modules = dict.fromkeys(name for names in above.values() for name in names)
    opened: set[str] = set()
    for module in sorted(modules, key=lambda name: name.count(".")):
        opened.add(module)
        drawn = {index: _drawn_as(index, names, opened) for index, names in above.items()}
        lines = {(drawn.get(start), drawn.get(end)) for start, end in edges}
        lines = {line for line in lines if line[0] != line[1]}
        fits = len(set(drawn.values())) + 2 <= most_nodes
        if not fits or len(lines) > EDGES_PER_NODE * most_nodes:
            opened.remove(module)
    return opened


def _drawn_as(index: int, ancestors: list[str], opened: Collection[str]) -> str | int:
    """The outermost module around a row that is closed; without one, the row itself."""
    return next((name for name in ancestors if name not in opened), index)


def _assembled(
    summary: Summary, owner: Mapping[int, int], edges: list[Edge], runs: tuple[Run, ...],
    opened: set[str],
) -> NetworkGraph:  # fmt: skip
    drawn: dict[int, str | int] = {INPUT: INPUT}
    members: dict[str | int, list[int]] = {}
    for index in sorted({end for _, end in edges}):
        ancestors = list(_ancestors(summary, summary.rows[index]))
        drawn[index] = _drawn_as(index, ancestors, opened)
        members.setdefault(drawn[index], []).append(index)
    held: dict[int, list[int]] = {}
    for row, first in owner.items():
        held.setdefault(first, []).append(row)
    blocks = _blocks(summary, members, runs)
    nodes = [_node(summary, key, rows, held, runs, blocks) for key, rows in members.items()]
    place = {key: number for number, key in enumerate(members)} | {INPUT: INPUT}
    pairs = ((place[drawn[start]], place[drawn[end]]) for start, end in edges)
    return NetworkGraph(
        tuple(nodes),
        tuple(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1])),
        blocks,
        runs,
        sum(isinstance(key, str) and len(rows) > 1 for key, rows in members.items()),
        tuple(summary.input_shape[1:]),
    )


def _blocks(
    summary: Summary, members: Mapping[str | int, list[int]], runs: tuple[Run, ...]
) -> dict[str, str]:
    """Titles of open modules that bring results together themselves, and of runs of equal ones."""
    single = [summary.rows[rows[0]] for key, rows in members.items() if isinstance(key, int)]
    blocks = {row.parent: row.parent for row in single if is_merge(row.type) and row.parent}
    return blocks | {run.name: run.title for run in runs}


def is_merge(kind: str) -> bool:
    """Whether an operation brings several results together."""
    return kind in ("add", "mul", "cat", "sub")


def _node(
    summary: Summary, key: str | int, members: list[int], held: Mapping[int, list[int]],
    runs: tuple[Run, ...], blocks: Collection[str],
) -> GraphNode:  # fmt: skip
    """A node of the layers `members`, and all that is drawn with them."""
    rows = [summary.rows[row] for first in members for row in held[first]]
    numbers = tuple(sorted(row + 1 for first in members for row in held[first]))
    first = summary.rows[members[0]]
    name = key if isinstance(key, str) else first.name
    around = [one for one in _ancestors(summary, first) if one in blocks and one != name]
    run_around = [run.name for run in runs if run.name in around]
    mine = [row for row in rows if _is_in_the_first(row, name, runs)]
    return GraphNode(
        name=name,
        rows=() if isinstance(key, str) and len(members) > 1 else tuple(mine),
        kind=summary.containers.get(name, first.type) if len(members) > 1 else first.type,
        shape=tuple(summary.rows[members[-1]].output_shape[1:]),
        numbers=numbers,
        num_layers=sum(row.is_module for row in mine) if isinstance(key, str) else 1,
        times=next((run.times for run in runs if run.name == name), 1),
        block=(run_around or around or [""])[0],
    )


def _is_in_the_first(row: Row, node: str, runs: tuple[Run, ...]) -> bool:
    """Whether a row is one of the block that is drawn, not of those that are equal to it."""
    run = next((run for run in runs if lies_in(node, run.name)), None)
    return run is None or lies_in(row.name, run.name)
