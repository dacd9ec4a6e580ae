"""The bytes of an ONNX file as plain data: nodes, tensors, what comes in and what goes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.models.onnx.limits import MAX_BYTES, MAX_NAME, MAX_NODES, checked_size
from cnnviz.models.onnx.wire import NOT_ONNX, check_wire

Array = NDArray[Any]
SCOPES = "pkg.torch.onnx.name_scopes"  # where torch.onnx.export writes a node's modules
OWN_DOMAINS = ("", "ai.onnx")
OLDEST, NEWEST = 7, 30  # of ONNX's operator sets
HEADS = (
    (b"PK\x03\x04", "this is a zip, as torch.save writes it: give a file of torch.onnx.export"),
    (b"\x80", "this is a pickle, as torch.save wrote it: give a file of torch.onnx.export"),
    (b"\x89HDF", "this is a file of Keras: turn it into ONNX with tf2onnx or model.export"),
)
WHOLE = ("INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64")
REAL = ("FLOAT", "FLOAT16", "DOUBLE", "BFLOAT16")


@dataclass(frozen=True)
class Node:
    """One operation of the file.

    Attributes:
        name: as the file has it, or made from its operator and place.
        op: the operator, such as "Conv".
        inputs: names of what it reads; "" for one that is left out.
        outputs: names of what it gives.
        attributes: numbers, texts, lists of them, and arrays.
        scope: the modules that it lay in when it was written, outermost first, where that is known.
        stands_for: the operators of the nodes that were put together into this one.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    stands_for: tuple[str, ...] = ()

    def refuse(self, why: str) -> ValueError:
        """The sentence that refuses this node."""
        return ValueError(f"{self.op} at {self.name[:80]!r}: {why}")


@dataclass(frozen=True)
class Graph:
    """What an ONNX file holds.

    Attributes:
        nodes: in the order of computation.
        tensors: weights and other numbers, by name.
        input: name of the picture.
        input_shape: of it; None for a size that is left open.
        outputs: names of what the network returns.
        opset: the version of ONNX's operators.
        kept_as: the type of its weights where that is not float32: they are turned into that.
    """

    nodes: tuple[Node, ...]
    tensors: dict[str, Array]
    input: str
    input_shape: tuple[int | None, ...]
    outputs: tuple[str, ...]
    opset: int
    kept_as: str = ""


def read_graph(data: bytes) -> Graph:
    """The graph of a file's bytes, checked: limits, order, no second file.

    Raises:
        ValueError: it cannot be read; one sentence says why.
    """
    _check_head(data)
    check_wire(data)
    model = _parsed(data)
    opset = _opset(model)
    graph = model.graph
    if not 0 < len(graph.node) <= MAX_NODES:
        raise ValueError(f"the file has {len(graph.node):,} nodes; 1 to {MAX_NODES:,} are taken")
    if len(graph.sparse_initializer):
        raise ValueError("the file has sparse weights, which are not read: write them in full")
    own = {(function.domain, function.name) for function in model.functions}
    tensors = {
        _name(t.name): array(t, f"the tensor {_name(t.name)[:60]!r}") for t in graph.initializer
    }
    nodes = tuple(_node(node, place, own) for place, node in enumerate(graph.node, start=1))
    given = [value for value in graph.input if _name(value.name) not in tensors]
    if len(given) != 1:
        names = ", ".join(_name(value.name)[:40] for value in given[:4])
        raise ValueError(f"the network takes {len(given)} inputs ({names}); one picture is taken")
    read = Graph(
        nodes, tensors, _name(given[0].name), _input_shape(given[0]),
        tuple(_name(value.name) for value in graph.output), opset, _kept_as(graph.initializer),
    )  # fmt: skip
    _check_order(read)
    return read


def _kept_as(weights: Any) -> str:
    """The type of weights that are kept in others than float32; "" where none is."""
    from onnx import TensorProto

    number_of = dict(TensorProto.DataType.items())
    found = {tensor.data_type for tensor in weights}
    return next((kind.lower() for kind in REAL if kind != "FLOAT" and number_of[kind] in found), "")


def _check_head(data: bytes) -> None:
    if not data:
        raise ValueError("the file is empty")
    if len(data) > MAX_BYTES:
        raise ValueError(f"the file has {len(data):,} bytes; up to {MAX_BYTES:,} are read")
    for head, words in HEADS:
        if data.startswith(head):
            raise ValueError(words)


def _parsed(data: bytes) -> Any:
    from google.protobuf.message import DecodeError  # here: most pages need none of it
    from onnx import ModelProto

    model = ModelProto()
    try:
        model.ParseFromString(data)
    except (DecodeError, ValueError, RuntimeError) as error:
        raise ValueError(NOT_ONNX) from error
    if not model.HasField("graph"):
        raise ValueError(NOT_ONNX)
    return model


def _opset(model: Any) -> int:
    versions = [one.version for one in model.opset_import if one.domain in OWN_DOMAINS]
    opset = versions[0] if versions else 0
    if not OLDEST <= opset <= NEWEST:
        raise ValueError(
            f"the file uses version {opset} of ONNX's operators; {OLDEST} to {NEWEST} are read"
        )
    return opset


def _name(name: str | bytes) -> str:
    """A name as text: protobuf gives bytes where it is none."""
    name = name.decode(errors="replace") if isinstance(name, bytes) else name
    if len(name) > MAX_NAME:
        raise ValueError(f"a name in the file has {len(name):,} characters")
    return name


def _node(node: Any, place: int, own: set[tuple[str, str]]) -> Node:
    op = "".join(letter if letter.isprintable() else "?" for letter in _name(node.op_type)[:60])
    name = _name(node.name) or f"{op}_{place}"
    if node.domain not in OWN_DOMAINS or (node.domain, op) in own:
        raise ValueError(f"{op} at {name[:80]!r}: it is no operator of ONNX's own")
    read = Node(
        name,
        op,
        tuple(map(_name, node.input)),
        tuple(map(_name, node.output)),
        {_name(one.name): _attribute(one, op, name) for one in node.attribute},
        _scope(node),
    )
    if not any(read.outputs):
        raise read.refuse("it gives nothing")
    return read


def _attribute(one: Any, op: str, name: str) -> Any:
    """The value of an attribute."""
    match one.type:
        case 1:
            return one.f
        case 2:
            return one.i
        case 3:
            return one.s.decode(errors="replace")[:MAX_NAME]
        case 4:
            return array(one.t, f"{op} at {name!r}")
        case 6:
            return list(one.floats)
        case 7:
            return list(one.ints)
        case 8:
            return [text.decode(errors="replace")[:MAX_NAME] for text in one.strings]
    raise ValueError(
        f"{op} at {name!r}: its {_name(one.name)[:40]!r} is a graph or something stranger"
    )


def _scope(node: Any) -> tuple[str, ...]:
    """The modules around a node, as torch wrote them: "['', 'layer1', 'layer1.0', 'conv2d']"."""
    found = (entry.value for entry in node.metadata_props if entry.key == SCOPES)
    text = next((value for value in found if isinstance(value, str)), "")
    if not (text.startswith("[") and text.endswith("]")) or len(text) > 10 * MAX_NAME:
        return ()
    return tuple(part.strip().strip("'\"") for part in text[1:-1].split(","))


def array(tensor: Any, what: str) -> Array:
    """A tensor of the file as float32, int64 or bool.

    Raises:
        ValueError: it lies in another file, is too large, or of a type that is not read.
    """
    from onnx import TensorProto, numpy_helper

    if tensor.data_location == TensorProto.EXTERNAL or len(tensor.external_data):
        raise ValueError(
            f"{what} lies in a second file: write all into one, with external_data=False"
        )
    checked_size(tuple(tensor.dims), MAX_BYTES // 4, what)
    known = TensorProto.DataType.items()
    kind = next((name for name, number in known if number == tensor.data_type), "?")
    if kind not in (*WHOLE, *REAL, "BOOL") or tensor.HasField("segment"):
        raise ValueError(f"{what} holds numbers of the type {kind}, which is not read")
    try:
        values = np.asarray(numpy_helper.to_array(tensor))
    except (ValueError, TypeError, KeyError, OverflowError, RuntimeError) as error:
        raise ValueError(f"{what} has more or fewer numbers than its shape says") from error
    if values.shape != tuple(tensor.dims):
        raise ValueError(f"{what} has more or fewer numbers than its shape says")
    with np.errstate(over="ignore"):
        known = as_known(values, kind)
    if kind in REAL and np.isnan(known).any():
        raise ValueError(f"{what} has numbers that are none (NaN)")
    if kind == "DOUBLE" and (np.isinf(known) & np.isfinite(values)).any():
        raise ValueError(f"{what} has numbers that are too large for float32")
    return known


def as_known(values: Array, kind: str) -> Array:
    """The numbers as float32, int64 or bool."""
    if kind == "BOOL":
        return values.astype(np.bool_)
    return values.astype(np.int64 if kind in WHOLE else np.float32, copy=False)


def _input_shape(value: Any) -> tuple[int | None, ...]:
    from onnx import TensorProto

    name, kind = _name(value.name)[:60], value.type.tensor_type
    if value.type.WhichOneof("value") != "tensor_type" or not kind.HasField("shape"):
        raise ValueError(f"the input {name!r} has no shape: pictures have four axes")
    names = [TensorProto.DataType.Name(t) for t in (kind.elem_type,) if t in range(1, 17)]
    if not names or names[0] not in (*REAL, "UINT8"):
        raise ValueError(f"the input {name!r} takes no real numbers, so it is no picture")
    shape = tuple(
        dim.dim_value if dim.WhichOneof("value") == "dim_value" and dim.dim_value > 0 else None
        for dim in kind.shape.dim
    )
    checked_size(tuple(size or 1 for size in shape), MAX_BYTES // 4, f"the input {name!r}")
    return shape


def _check_order(graph: Graph) -> None:
    """Every node reads what is there by then, and gives what was not: no circle, no second way."""
    known = {graph.input, *graph.tensors, ""}
    for node in graph.nodes:
        if missing := next((name for name in node.inputs if name not in known), None):
            raise node.refuse(
                f"it reads {missing[:60]!r}, which nothing before it gives: the graph runs in a "
                "circle, or is not whole"
            )
        _give(known, node)
    if missing := next((name for name in graph.outputs if name not in known), None):
        raise ValueError(f"nothing gives the output {missing[:60]!r}")
    if not graph.outputs or graph.input in graph.outputs:
        raise ValueError("the file says nothing of what the network returns")


def _give(known: set[str], node: Node) -> None:
    for name in filter(None, node.outputs):
        if name in known:
            raise node.refuse(f"it gives {name[:60]!r}, which is there already")
        known.add(name)


def readers_of(nodes: Iterable[Node], outputs: Iterable[str]) -> dict[str, int]:
    """How often each result is read; what the network returns counts once more."""
    counts: dict[str, int] = {}
    for name in [*outputs, *(name for node in nodes for name in node.inputs)]:
        counts[name] = counts.get(name, 0) + 1
    return counts
