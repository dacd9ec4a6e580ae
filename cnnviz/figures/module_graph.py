"""The graph of any network in the DOT language, in the look of the builder's own graph."""

from __future__ import annotations

import re

from cnnviz.figures.graph_style import (
    BLOCK_LINE,
    GRAPH_STYLE,
    dot_text,
    edge_dot,
    node_dot,
    node_html,
)
from cnnviz.summary.graph import INPUT, GraphNode, NetworkGraph, is_merge
from cnnviz.summary.report import Row

SIGNS = {"add": "+", "cat": "cat", "mul": "×", "sub": "−"}
ARGUMENTS = (("kernel_size", "kernel"), ("stride", "stride"), ("groups", "groups"))


def module_dot(graph: NetworkGraph, name: str, prefix: str = "n") -> str:
    """The graph in DOT: edges carry shapes, blocks are clusters, what goes round a path is dashed.

    The class of a node holds the numbers of its rows ("l8"), so that a page can light the node of
    the layer that is pointed at.

    Args:
        graph: nodes and edges.
        name: of the network.
        prefix: what the names of the nodes begin with, different for each network on a page (see
            `cnnviz.figures.graph.network_dot`).
    """
    lines = [*GRAPH_STYLE, 'rankdir="TB";', _end(f"{prefix}in", "Input", "linput")]
    loose = [index for index, node in enumerate(graph.nodes) if not node.block]
    lines += [_node(f"{prefix}{index}", graph.nodes[index]) for index in loose]
    for number, block in enumerate(dict.fromkeys(n.block for n in graph.nodes if n.block)):
        inside = [index for index, node in enumerate(graph.nodes) if node.block == block]
        lines += [
            f"subgraph cluster_{prefix}{number} {{",
            f'label={dot_text(graph.blocks[block])}; color="{BLOCK_LINE}"; penwidth=1;',
            *(_node(f"{prefix}{index}", graph.nodes[index]) for index in inside),
            "}",
        ]
    lines += [_end(f"{prefix}out", "Output"), *_edges(graph, prefix)]
    body = "\n  ".join(lines)
    return f"digraph {dot_text(name)} {{\n  {body}\n}}\n"


def _end(node: str, title: str, *classes: str) -> str:
    return node_dot(node, node_html([(title.lower(), "")], "input", None), title, classes)


def _node(node: str, shown: GraphNode) -> str:
    label = node_html(_texts(shown), _role(shown), None)
    return node_dot(node, label, shown.name, [f"l{number}" for number in shown.numbers])


def _role(node: GraphNode) -> str:
    if node.rows and is_merge(node.kind):
        return "sum"
    return "flat" if len(node.shape) == 1 else "output"


def _texts(node: GraphNode) -> list[tuple[str, str]]:
    """Name and description of each layer in a node, or of the module that stays closed."""
    if node.rows:
        return [_row_text(row) for row in node.rows]
    words = f"{node.kind}, {node.num_layers} layers"
    if node.times > 1:
        words += f", {node.times} times the same"
    return [(node.name, words)]


def _row_text(row: Row) -> tuple[str, str]:
    if row.type in SIGNS:
        return SIGNS[row.type], ""
    name, words = row.name.rpartition(".")[2], describe(row.kind)
    if name.isdigit():  # places in a Sequential say less than the class
        return row.type, words
    says_it = name.lower().startswith(row.type.lower()) and not words
    return name, "" if says_it else f"{row.type} {words}".strip()


def describe(kind: str) -> str:
    """What matters of a layer's arguments, in the words of the builder: "64, kernel 7, stride 2".

    Args:
        kind: the layer as `repr` shows it.
    """
    words = []
    if match := re.match(r"(?:Conv\w+\(\d+, |NonDynamically\w+\(.*out_features=)(\d+)", kind):
        words.append(match[1])
    if match := re.match(r"Linear\(.*out_features=(\d+)", kind):
        words.append(match[1])
    for argument, word in ARGUMENTS:
        if match := re.search(rf"\b{argument}=(\([^)]*\)|\d+)", kind):
            value = " × ".join(dict.fromkeys(re.findall(r"\d+", match[1])))
            if value != "1" or word == "kernel":
                words.append(f"{word} {value}")
    return ", ".join(words)


def _edges(graph: NetworkGraph, prefix: str) -> list[str]:
    sources: dict[int, list[int]] = {}
    for start, end in graph.edges:
        sources.setdefault(end, []).append(start)
    before: dict[int, set[int]] = {INPUT: set()}
    for end in range(len(graph.nodes)):
        before[end] = {one for start in sources[end] for one in (start, *before[start])}
    lines = []
    for start, end in graph.edges:
        goes_round = any(start in before[other] for other in sources[end])
        label = _shape(graph, start)
        if goes_round:
            label = "identity" if graph.nodes[end].kind == "add" else ""
        lines.append(edge_dot(_name(prefix, start), f"{prefix}{end}", label, goes_round))
    last = len(graph.nodes) - 1
    lines.append(edge_dot(_name(prefix, last), f"{prefix}out", _shape(graph, last)))
    return lines


def _name(prefix: str, index: int) -> str:
    return f"{prefix}in" if index == INPUT else f"{prefix}{index}"


def _shape(graph: NetworkGraph, index: int) -> str:
    shape = graph.input_shape if index == INPUT else graph.nodes[index].shape
    return " × ".join(map(str, shape))
