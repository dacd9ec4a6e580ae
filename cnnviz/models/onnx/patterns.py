"""What a file writes with several nodes, put back into one: SiLU, GELU, the bias of a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from cnnviz.models.onnx.file import Array, Graph, Node, readers_of
from cnnviz.models.onnx.folding import RULES, folded

SQRT2 = 2**0.5
Pattern = Callable[["Book", Node], tuple[Node, list[Node]] | None]


def with_constants(graph: Graph) -> Graph:
    """The graph without the nodes that read nothing but numbers of the file."""
    tensors, nodes = dict(graph.tensors), []
    for node in graph.nodes:
        known = [tensors[name] for name in node.inputs if name in tensors]
        is_constant = len(known) == len(node.inputs) and len(node.outputs) == 1
        value = folded(node, known) if is_constant and node.op in RULES else None
        if value is None:
            nodes.append(node)
        else:
            tensors[node.outputs[0]] = value
    return replace(graph, nodes=tuple(nodes), tensors=tensors)


class Book:
    """Who gives what, who reads it, and which numbers are known."""

    def __init__(self, nodes: Iterable[Node], tensors: Mapping[str, Array], outputs: Iterable[str]):
        self.nodes = list(nodes)
        self.tensors = tensors
        self.readers = readers_of(self.nodes, outputs)
        self.giver = {name: node for node in self.nodes for name in node.outputs}

    def behind(self, name: str, op: str) -> Node | None:
        """The node of an operator that gives a result which nobody else reads."""
        node = self.giver.get(name)
        if node is None or node.op != op or self.readers.get(name) != 1:
            return None
        return node

    def number(self, node: Node, value: float) -> str | None:
        """What a node of two operands reads beside this number; None where it has no such."""
        for mine, other in (node.inputs, node.inputs[::-1]):
            array = self.tensors.get(mine)
            if array is not None and array.size == 1 and _is_near(array, value):
                return other
        return None


def _is_near(array: Array, value: float) -> bool:
    return abs(float(array.reshape(-1)[0]) - value) <= 1e-4 * max(1.0, abs(value))


def simplified(graph: Graph) -> Graph:
    """The graph with what several nodes say in one, where nothing else reads what lies between."""
    for pattern in (_sigmoid_product, _gelu, _group_norm, _linear_with_bias, _all_in_order):
        book = Book(graph.nodes, graph.tensors, graph.outputs)
        graph = replace(graph, nodes=tuple(_matched(book, pattern)))
    return graph


def _matched(book: Book, pattern: Pattern) -> list[Node]:
    instead: dict[int, Node] = {}
    gone: set[int] = set()
    for node in book.nodes:
        found = pattern(book, node) if len(node.inputs) == 2 else None
        if found and not gone & {id(part) for part in found[1]}:
            ops = (node.op, *(part.op for part in found[1]))
            instead[id(node)] = replace(found[0], stands_for=ops)
            gone |= {id(part) for part in found[1]}
    return [instead.get(id(node), node) for node in book.nodes if id(node) not in gone]


def _sigmoid_product(book: Book, node: Node) -> tuple[Node, list[Node]] | None:
    """x · sigmoid(x) is SiLU, x · hardsigmoid(x) is Hardswish."""
    if node.op != "Mul":
        return None
    for x, gate in (node.inputs, node.inputs[::-1]):
        for op, instead in (("Sigmoid", "Swish"), ("HardSigmoid", "HardSwish")):
            before = book.behind(gate, op)
            if before and before.inputs[0] == x and _is_torchs(before):
                return replace(node, op=instead, inputs=(x,)), [before]
    return None


def _is_torchs(node: Node) -> bool:
    """Whether a HardSigmoid is the one of torch, x / 6 + 1/2."""
    if node.op != "HardSigmoid":
        return True
    alpha, beta = node.attributes.get("alpha", 0.2), node.attributes.get("beta", 0.5)
    return abs(alpha - 1 / 6) < 1e-6 and beta == 0.5


def _gelu(book: Book, node: Node) -> tuple[Node, list[Node]] | None:
    """x/2 · (1 + erf(x / √2)), in the orders in which torch and tf2onnx write it."""
    if node.op != "Mul":
        return None
    for first, second in (node.inputs, node.inputs[::-1]):
        half = book.behind(first, "Mul")
        x = book.number(half, 0.5) if half else None
        if half and x and (parts := _one_plus_erf(book, second, x)):
            return replace(node, op="Gelu", inputs=(x,), attributes={}), [half, *parts]
    if (product := book.number(node, 0.5)) and (inner := book.behind(product, "Mul")):
        for x, other in (inner.inputs, inner.inputs[::-1]):
            if parts := _one_plus_erf(book, other, x):
                return replace(node, op="Gelu", inputs=(x,), attributes={}), [inner, *parts]
    return None


def _one_plus_erf(book: Book, name: str, x: str) -> list[Node] | None:
    """The nodes of 1 + erf(x / √2), if that is what gives a result."""
    plus = book.behind(name, "Add")
    inside = book.number(plus, 1.0) if plus else None
    erf = book.behind(inside, "Erf") if inside else None
    if plus is None or erf is None:
        return None
    for op, value in (("Div", SQRT2), ("Mul", 1 / SQRT2)):
        scaled = book.behind(erf.inputs[0], op)
        if scaled and book.number(scaled, value) == x:
            return [scaled, erf, plus]
    return None


def _group_norm(book: Book, node: Node) -> tuple[Node, list[Node]] | None:
    """A norm of groups as torch writes it: in a row for each group, normed, laid back, scaled."""
    for scaled, bias in (node.inputs, node.inputs[::-1]):
        product = book.behind(scaled, "Mul") if node.op == "Add" else None
        for laid, scale in (product.inputs, product.inputs[::-1]) if product else ():
            parts = _normed_groups(book, laid)
            if parts is None or product is None or not {scale, bias} <= book.tensors.keys():
                continue
            rows, norm, back = parts
            settings = {"num_groups": int(book.tensors[rows.inputs[1]].reshape(-1)[1]),
                        "epsilon": norm.attributes.get("epsilon", 1e-5)}  # fmt: skip
            if back.inputs[1] in book.tensors:
                settings["back"] = book.tensors[back.inputs[1]].reshape(-1).tolist()
            inputs = (rows.inputs[0], scale, bias)
            one = replace(node, op="GroupNormalization", inputs=inputs, attributes=settings)
            return one, [*parts, product]
    return None


def _normed_groups(book: Book, name: str) -> tuple[Node, Node, Node] | None:
    """The nodes that lay x in rows of groups, norm each, and lay it back as it was."""
    back = book.behind(name, "Reshape")
    norm = book.behind(back.inputs[0], "InstanceNormalization") if back else None
    rows = book.behind(norm.inputs[0], "Reshape") if norm else None
    if back is None or norm is None or rows is None:
        return None
    shape = book.tensors.get(rows.inputs[1])
    plain = [book.tensors.get(one) for one in norm.inputs[1:3]]
    is_plain = all(
        array is not None and np.all(array == value)
        for array, value in zip(plain, (1.0, 0.0), strict=False)
    )
    giver = book.giver.get(back.inputs[1])
    is_back = giver is not None and giver.op == "Shape" and giver.inputs[0] == rows.inputs[0]
    is_rows = shape is not None and shape.size == 3 and shape[0] in (0, 1) and shape[2] == -1
    known = is_back or back.inputs[1] in book.tensors
    return (rows, norm, back) if is_plain and is_rows and known else None


def _linear_with_bias(book: Book, node: Node) -> tuple[Node, list[Node]] | None:
    """x · W + b with a matrix and a row of the file is one linear layer."""
    if node.op != "Add":
        return None
    for product, bias in (node.inputs, node.inputs[::-1]):
        before, numbers = book.behind(product, "MatMul"), book.tensors.get(bias)
        if before is None or numbers is None or numbers.dtype != np.float32:
            continue
        weight = book.tensors.get(before.inputs[1])
        if weight is not None and weight.ndim == 2 and numbers.shape == weight.shape[1:]:
            return replace(before, inputs=(*before.inputs, bias), outputs=node.outputs), [before]
    return None


def _all_in_order(book: Book, node: Node) -> tuple[Node, list[Node]] | None:
    """All numbers of one picture, taken from a row in their order, are in another shape."""
    row = book.behind(node.inputs[0], "Reshape") if node.op == "Gather" else None
    places = book.tensors.get(node.inputs[1])
    wanted = book.tensors.get(row.inputs[1]) if row and len(row.inputs) == 2 else None
    if row is None or places is None or wanted is None or wanted.size != 1:
        return None
    flat = places.reshape(-1)
    if node.attributes.get("axis", 0) or not np.array_equal(flat, np.arange(flat.size)):
        return None
    shape = {"shape": list(places.shape)}
    return replace(row, inputs=row.inputs[:1], outputs=node.outputs, attributes=shape), [row]
