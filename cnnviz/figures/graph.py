"""A network as a graph in the DOT language, for the browser to lay out: each step and each skip.

The colours are right on light and dark ground: lines and shapes in a middle grey, layers on light
fills with dark letters. The class of a node holds the numbers of its layers ("l8", "l8-2"), so that
a page can light the node of the layer that is pointed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cnnviz.builder.calls import short_text
from cnnviz.builder.names import layer_names, number_of
from cnnviz.builder.shapes import LayerShape, Shape, failure, forward_shapes
from cnnviz.figures.graph_style import (
    BLOCK_LINE,
    GRAPH_STYLE,
    PROBLEM,
    SELECTED,
    dot_text,
    edge_dot,
    node_dot,
    node_html,
)
from cnnviz.figures.layer_groups import groups_of, role_of
from cnnviz.models.specs import Layer, NetworkSpec, Path, Residual, count_layers

INPUT: tuple[Path, ...] = ((),)  # the path of the input is that of no layer
MANY_LAYERS = 60  # above this, equal blocks in a row are drawn once


@dataclass
class _Graph:
    """The lines written so far, with what is known of the network."""

    rows: dict[Path, LayerShape]
    failed: Path | None
    selected: Path | None
    prefix: str
    lines: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)  # written last: in a cluster they add nodes
    merges: bool = False


def network_dot(
    spec: NetworkSpec, selected: Path | None = None, direction: str = "TB", prefix: str = "n"
) -> str:
    """The graph of a network in the DOT language (graphviz.org/doc/info/lang.html).

    A convolution and what follows it without changing the shape are one node; edges carry shapes.
    A residual block is a cluster; its shortcut is dashed where it is the identity. Where a layer
    does not fit, the edge into it says so.

    Args:
        spec: the network.
        selected: path of the layer to frame.
        direction: "TB" from top to bottom, "LR" from left to right.
        prefix: what the names of the nodes begin with. A page that draws one graph in the place of
            another gives each its own: d3-graphviz morphs nodes of the same name, point by point,
            which takes a second.
    """
    rows = {row.path: row for row in forward_shapes(spec)}
    failed = failure(list(rows.values()))
    graph = _Graph(rows, failed.path if failed else None, selected, prefix)
    graph.merges = count_layers(spec.layers) > MANY_LAYERS
    graph.lines = [*GRAPH_STYLE, f'rankdir="{"LR" if direction == "LR" else "TB"}";']
    first, final = f"{prefix}in", f"{prefix}out"
    graph.lines.append(_node(first, "Input", [("input", "")], "input", INPUT, is_framed=False))
    last = _chain(graph, spec.layers, layer_names(spec.layers), (), first, spec.input_shape)
    end = rows.get((len(spec.layers) - 1,)) if spec.layers else None
    shape = end.output_shape if end else spec.input_shape if not spec.layers else None
    graph.lines.append(_node(final, "Output", [("output", "")], "output", (), is_framed=False))
    graph.edges.append(_edge(last, final, shape))
    body = "\n  ".join([*graph.lines, *graph.edges])
    return f"digraph {dot_text(spec.name)} {{\n  {body}\n}}\n"


def _chain(
    graph: _Graph, layers: Sequence[Layer], names: Sequence[str], parent: Path, start: str,
    shape: Shape | None,
) -> str:  # fmt: skip
    """Write a row of layers from the node `start` on; the name of the last node."""
    last = start
    groups = groups_of(layers)
    skipped = 0
    for position, group in enumerate(groups):
        if skipped:
            skipped -= 1
            continue
        path = (*parent, group[0])
        layer = layers[group[0]]
        if isinstance(layer, Residual):
            skipped = _equal_blocks_behind(layers, groups, position) if graph.merges else 0
            until = groups[position + skipped][0]
            title = names[group[0]] if not skipped else f"{names[group[0]]} … {names[until]}"
            note = f", {skipped + 1} times the same" if skipped else ""
            last = _block(graph, layer, title + note, path, last, shape)
            path = (*parent, until)
        else:
            last = _group(graph, layers, names, parent, group, last, shape)
        end = graph.rows.get((*parent, group[-1]) if not isinstance(layer, Residual) else path)
        shape = end.output_shape if end else None
    return last


def _group(
    graph: _Graph, layers: Sequence[Layer], names: Sequence[str], parent: Path,
    group: list[int], last: str, shape: Shape | None,
) -> str:  # fmt: skip
    paths = [(*parent, place) for place in group]
    node = _node_name(graph, paths[0])
    texts = [(names[place], _describe(names[place], layers[place])) for place in group]
    end = graph.rows.get(paths[-1])
    role = role_of(layers[group[0]], end.output_shape if end else None)
    is_framed = graph.selected in paths
    graph.lines.append(_node(node, texts[0][0], texts, role, paths, is_framed))
    graph.edges.append(_edge(last, node, shape, is_wrong=graph.failed in paths))
    return node


def _block(
    graph: _Graph, block: Residual, title: str, path: Path, last: str, shape: Shape | None
) -> str:
    """Write a block as a cluster: its layers, its shortcut, and the sum."""
    total = f"{_node_name(graph, path)}_sum"
    is_framed = graph.selected == path
    colour = SELECTED if is_framed else BLOCK_LINE
    graph.lines += [
        f"subgraph cluster_{_node_name(graph, path)} {{",
        f'label={dot_text(title)}; color="{colour}"; penwidth={2.5 if is_framed else 1};',
        f'class="{" ".join(["layer", *_classes([path])])}";',
    ]
    names = [name.rstrip("0123456789") for name in layer_names(block.layers)]
    end = _chain(graph, block.layers, names, path, last, shape)
    inner = graph.rows.get((*path, len(block.layers) - 1)) if block.layers else None
    after = inner.output_shape if inner else shape
    activation = "" if block.activation == "none" else block.activation
    texts = [("+", activation)]
    graph.lines.append(_node(total, title, texts, "sum", [path], is_framed=False))
    graph.edges.append(_edge(end, total, after))
    _shortcut(graph, block, path, last, total)
    graph.lines.append("}")
    return total


def _shortcut(graph: _Graph, block: Residual, path: Path, last: str, total: str) -> None:
    is_wrong = graph.failed == path
    if block.shortcut == "identity":
        graph.edges.append(_edge(last, total, None, is_wrong, is_identity=True))
        return
    node = f"{_node_name(graph, path)}_shortcut"
    names = ("shortcut", "bn")
    texts = [
        (name, _describe(name, layer))
        for name, layer in zip(names, block.shortcut_layers, strict=False)
    ]
    graph.lines.append(_node(node, "shortcut", texts, "output", [path], is_framed=False))
    graph.edges.append(_edge(last, node, None))
    graph.edges.append(_edge(node, total, None, is_wrong))


def _equal_blocks_behind(layers: Sequence[Layer], groups: list[list[int]], position: int) -> int:
    """How many blocks behind this one are equal to it."""
    block, count = layers[groups[position][0]], 0
    for group in groups[position + 1 :]:
        if layers[group[0]] != block:
            break
        count += 1
    return count


def _describe(name: str, layer: Layer) -> str:
    """What stands behind the name of a layer; nothing where the name says it all."""
    text = short_text(layer)
    says_it = name.startswith(layer.kind.lower()) and not text
    return "" if says_it else f"{layer.kind} {text}".strip()


def _node(
    node: str, title: str, texts: Sequence[tuple[str, str]], role: str, paths: Sequence[Path],
    is_framed: bool,
) -> str:  # fmt: skip
    label = node_html(texts, role, SELECTED if is_framed else None)
    return node_dot(node, label, title, _classes(paths))


def _edge(
    start: str, end: str, shape: Shape | None, is_wrong: bool = False, is_identity: bool = False
) -> str:
    words = " × ".join(map(str, shape)) if shape else "identity" if is_identity else ""
    if is_wrong:
        return edge_dot(start, end, f"{words} does not fit".strip(), is_identity, PROBLEM)
    return edge_dot(start, end, words, is_identity)


def _node_name(graph: _Graph, path: Path) -> str:
    return graph.prefix + "_".join(str(index) for index in path)


def _classes(paths: Sequence[Path]) -> list[str]:
    numbers = (number_of(path).replace(".", "-") or "input" for path in paths)
    return [f"l{number}" for number in numbers]
