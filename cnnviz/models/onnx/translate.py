"""The graph of a file as a network of torch's modules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from torch import nn

from cnnviz.models.onnx import numbers, shapes, windows
from cnnviz.models.onnx.builder import MISFITS, Builder, Operator, Place
from cnnviz.models.onnx.file import Graph, Node, read_graph
from cnnviz.models.onnx.folding import RULES, folded
from cnnviz.models.onnx.limits import FREE_SIDE
from cnnviz.models.onnx.names import module_paths
from cnnviz.models.onnx.network import Call, assembled
from cnnviz.models.onnx.patterns import simplified, with_constants

P = ParamSpec("P")
R = TypeVar("R")
OPERATORS: dict[str, Operator] = {**windows.OPERATORS, **numbers.OPERATORS, **shapes.OPERATORS}
UNFORESEEN = "the file holds something that no exporter writes"
MOST_WORDS = 120  # characters of torch's own words in a sentence


@dataclass(frozen=True)
class Translation:
    """A network that was read from a file.

    Attributes:
        model: float32, in eval mode; takes one tensor of `input_shape`, whose batch may be another.
        input_shape: as the file says it; sizes that it leaves open are 1 for the batch and 224.
        operators: how many nodes of each operator the file has, the most frequent first.
        kinds: for each of them, the modules that they became; none where they were worked out.
    """

    model: nn.Module
    input_shape: tuple[int, ...]
    operators: tuple[tuple[str, int], ...]
    kinds: dict[str, tuple[str, ...]]


def _sentences(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with a sentence for what no check has foreseen."""

    @wraps(function)
    def safe(*args: P.args, **options: P.kwargs) -> R:
        try:
            return function(*args, **options)
        except (*MISFITS, KeyError, AttributeError, RecursionError, MemoryError) as error:
            if isinstance(error, ValueError):
                raise
            raise ValueError(f"{UNFORESEEN} ({type(error).__name__})") from error

    return safe


def load_onnx(data: bytes) -> nn.Module:
    """The network of an ONNX file, of torch's own modules: Conv2d, BatchNorm2d, Linear, …

    It is float32, in eval mode, and takes one tensor, in the layout that the file has (one of
    Keras takes channels last). Its modules are named as the graph names its nodes, in the modules
    that these lay in where the file says so. Several outputs are returned as a tuple.

    Args:
        data: the file, with its weights: `torch.onnx.export(net.eval(), (x,), "mine.onnx",
            external_data=False)` writes it.

    Raises:
        ValueError: it is no such file, holds more than is taken, takes several inputs, or has an
            operator that is not covered; the sentence names the operator and its place.
    """
    return translated(_sentences(read_graph)(data)).model


@_sentences
def translated(graph: Graph) -> Translation:
    """The network of a graph, and what became of its operators.

    Raises:
        ValueError: as for `load_onnx`.
    """
    counts = Counter(node.op for node in graph.nodes)
    shape = _batch_shape(graph)
    short = simplified(with_constants(graph))
    builder = Builder(short, shape)
    for node, path in zip(short.nodes, module_paths(short.nodes), strict=True):
        _translate(builder, node, path)
    if missing := next((name for name in graph.outputs if name not in builder.results), None):
        raise ValueError(f"the output {missing[:60]!r} does not depend on the picture")
    calls, modules = _used(builder, graph.outputs)
    model = assembled(calls, modules, graph.input, graph.outputs).eval()
    kinds = {op: tuple(builder.made.get(op, ())) for op in counts}
    return Translation(model, shape, tuple(counts.most_common()), kinds)


def _batch_shape(graph: Graph) -> tuple[int, ...]:
    """The shape of a batch, with sizes for what the file leaves open."""
    if len(graph.input_shape) not in (2, 3, 4):
        raise ValueError(f"the network takes {len(graph.input_shape)} axes; a picture has four")
    free = [1, FREE_SIDE, FREE_SIDE, FREE_SIDE]
    return tuple(
        default if size is None else size
        for size, default in zip(graph.input_shape, free, strict=False)
    )


def _translate(builder: Builder, node: Node, path: str) -> None:
    """One node: worked out where it reads numbers alone, else a module.

    Raises:
        ValueError: it is not covered, or does not fit.
    """
    given = [builder.arrays.get(name) for name in node.inputs]
    known = [array for array in given if array is not None]
    if len(known) == len(given) and len(node.outputs) == 1 and node.op in RULES:
        value = folded(node, known)
        if value is not None:
            builder.arrays[node.outputs[0]] = value
            return
    make = OPERATORS.get(node.op)
    if make is None:
        raise node.refuse("this operator is not covered")
    if not node.inputs:
        raise node.refuse("it reads nothing")
    try:
        make(Place(builder, node, path))
    except MISFITS as error:
        raise _sentence(node, error) from error


def _sentence(node: Node, error: Exception) -> ValueError:
    """What does not fit, with the node's name; a sentence that has it already stays."""
    words = str(error).partition("\n")[0][:MOST_WORDS]
    own = str(node.refuse(""))
    if isinstance(error, ValueError) and str(error).startswith(own):
        return error
    return node.refuse(f"it does not fit ({words})")


def _used(builder: Builder, outputs: tuple[str, ...]) -> tuple[list[Call], dict[str, nn.Module]]:
    """The calls that something returned depends on, and their modules."""
    wanted, calls = set(outputs), []
    for call in reversed(builder.calls):
        if wanted.intersection(call.outputs):
            wanted.update(call.inputs)
            calls.append(call)
    calls.reverse()
    return calls, {call.path: builder.modules[call.path] for call in calls}
