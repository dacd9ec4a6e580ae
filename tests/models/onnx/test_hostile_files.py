"""Files made to do harm, or damaged: each is read, or refused in one sentence, quickly."""

import io
import pickle
import random
import time
import zipfile
from collections.abc import Callable
from resource import RUSAGE_SELF, getrusage

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from cnnviz.models import load_onnx
from cnnviz.models.onnx import file, limits
from cnnviz.models.onnx.translate import UNFORESEEN

MUTATED = 600
MOST_SECONDS = 1.0  # of a processor, for one file of 4 kB
MOST_KILOBYTES = 100_000
LONGEST_SENTENCE = 400


def weights(name: str, *shape: int) -> TensorProto:
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    return numpy_helper.from_array(values, name)


def model(nodes: list[onnx.NodeProto], tensors: list[TensorProto], **changes: object) -> bytes:
    """A file with an input x of one 8×8 picture in two channels and an output y."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, changes.get("shape", [1, 2, 8, 8]))
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [x], [y], tensors)
    opset = helper.make_opsetid("", 18)
    return helper.make_model(graph, opset_imports=[opset], ir_version=10).SerializeToString()


def plain() -> tuple[list[onnx.NodeProto], list[TensorProto]]:
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("MaxPool", ["r"], ["m"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Add", ["m", "m"], ["a"], "add"),
        helper.make_node("Concat", ["a", "m"], ["k"], "cat", axis=1),
        helper.make_node("Resize", ["k", "", "s"], ["z"], "up", mode="nearest",
                         coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
        helper.make_node("ReduceMean", ["z", "axes"], ["p"], "mean", keepdims=1),
        helper.make_node("Reshape", ["p", "shape"], ["f"], "flat"),
        helper.make_node("Gemm", ["f", "v"], ["y"], "fc", transB=1),
    ]  # fmt: skip
    numbers = {"axes": [2, 3], "shape": [1, -1]}
    arrays = [numpy_helper.from_array(np.array(v, np.int64), n) for n, v in numbers.items()]
    scale = numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "s")
    return nodes, [weights("w", 3, 2, 3, 3), weights("b", 3), weights("v", 5, 6), scale, *arrays]


def mutated(data: bytes, seed: int) -> bytes:
    """The file cut off, with bits turned, bytes put in, taken out or copied to another place."""
    draw, damaged = random.Random(seed), bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 5, 40))):
        at = draw.randrange(len(damaged))
        match draw.randrange(6):
            case 0:
                damaged[at] ^= 1 << draw.randrange(8)
            case 1:
                damaged[at] = draw.choice((0, 127, 128, 255))
            case 2:
                del damaged[at : at + draw.randrange(1, 20)]
            case 3:
                damaged[at:at] = draw.randbytes(draw.randrange(1, 9))
            case 4:
                piece = damaged[at : at + draw.randrange(1, 60)]
                to = draw.randrange(len(damaged))
                damaged[to : to + len(piece)] = piece
            case 5 if draw.random() < 0.3:
                del damaged[max(1, at) :]
        if not damaged:
            return b""
    return bytes(damaged)


def read_or_refused(data: bytes) -> str:
    """The sentence that refuses a file; empty where it was read and its network runs."""
    begun = time.process_time()
    try:
        net = load_onnx(data)
    except ValueError as error:
        assert time.process_time() - begun < MOST_SECONDS
        return str(error)
    assert time.process_time() - begun < MOST_SECONDS
    assert isinstance(net, torch.nn.Module)
    return ""


def assert_sentence(text: str) -> None:
    assert 5 < len(text) < LONGEST_SENTENCE
    assert "\n" not in text
    assert "Traceback" not in text
    assert "/site-packages" not in text


def test_six_hundred_damaged_files_are_read_or_refused_in_a_sentence() -> None:
    base = model(*plain())
    load_onnx(base)  # what is imported for the first file is not counted
    before = getrusage(RUSAGE_SELF).ru_maxrss
    said = [read_or_refused(mutated(base, seed)) for seed in range(MUTATED)]
    grown = getrusage(RUSAGE_SELF).ru_maxrss - before
    refused = [text for text in said if text]
    for text in refused:
        assert_sentence(text)
        assert UNFORESEEN not in text
    assert grown < MOST_KILOBYTES
    assert len(refused) > MUTATED / 3
    assert len(set(refused)) > 30  # they are refused for what is wrong with them


def test_a_file_cut_off_anywhere_is_refused() -> None:
    base = model(*plain())
    for end in range(0, len(base), 37):
        assert_sentence(read_or_refused(base[:end]))


def changed(change: Callable[[onnx.ModelProto], object]) -> bytes:
    """The plain file with one thing made hostile."""
    proto = onnx.load_from_string(model(*plain()))
    change(proto)
    return proto.SerializeToString()


def _node(proto: onnx.ModelProto, name: str) -> onnx.NodeProto:
    return next(node for node in proto.graph.node if node.name == name)


def _set(proto: onnx.ModelProto, node: str, **values: object) -> None:
    found = _node(proto, node)
    for name, value in values.items():
        kept = [one for one in found.attribute if one.name != name]
        del found.attribute[:]
        found.attribute.extend([*kept, helper.make_attribute(name, value)])


def _circle(proto: onnx.ModelProto) -> None:
    _node(proto, "conv").input[0] = "f"


def _to_itself(proto: onnx.ModelProto) -> None:
    _node(proto, "relu").input[0] = "r"


def _external(proto: onnx.ModelProto) -> None:
    tensor = proto.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../../etc/passwd")


def _huge_tensor(proto: onnx.ModelProto) -> None:
    proto.graph.initializer[0].dims[:] = [2**40, 2**20]


def _huge_picture(proto: onnx.ModelProto) -> None:
    for dim in proto.graph.input[0].type.tensor_type.shape.dim[2:]:
        dim.dim_value = 2**30


def _of_shape(proto: onnx.ModelProto, op: str, value: list[int]) -> None:
    numbers = numpy_helper.from_array(np.array(value, np.int64), "big")
    proto.graph.initializer.append(numbers)
    proto.graph.node.insert(0, helper.make_node(op, ["big"], ["made"], "made"))
    proto.graph.node.append(helper.make_node("Add", ["y", "made"], ["end"], "last"))


def _range(proto: onnx.ModelProto) -> None:
    for name, number in (("from", 0), ("to", 2**60), ("by", 1)):
        proto.graph.initializer.append(numpy_helper.from_array(np.array(number, np.int64), name))
    proto.graph.node.insert(0, helper.make_node("Range", ["from", "to", "by"], ["made"], "range"))


def _doubling(proto: onnx.ModelProto) -> None:
    """Forty results, each twice as large as the one before."""
    last = "x"
    for step in range(40):
        name = f"twice{step}"
        proto.graph.node.append(helper.make_node("Concat", [last, last], [name], name, axis=1))
        last = name


def _many_nodes(proto: onnx.ModelProto) -> None:
    proto.graph.node.extend([_node(proto, "relu")] * (limits.MAX_NODES + 1))


def _loop(proto: onnx.ModelProto) -> None:
    body = proto.graph.__class__.FromString(proto.graph.SerializeToString())
    proto.graph.node.insert(0, helper.make_node("Loop", ["x"], ["loop"], "loop", body=body))


def _deep(proto: onnx.ModelProto) -> None:
    for _ in range(30):
        inner = onnx.GraphProto.FromString(proto.graph.SerializeToString())
        del proto.graph.node[:]
        proto.graph.node.append(helper.make_node("If", ["x"], ["y"], "if", then_branch=inner))


def _beyond_float32(proto: onnx.ModelProto) -> None:
    tensor = next(one for one in proto.graph.initializer if one.name == "w")
    values = numpy_helper.to_array(tensor).astype(np.float64) * 1e200
    tensor.CopyFrom(numpy_helper.from_array(values, "w"))


def _none(proto: onnx.ModelProto) -> None:
    tensor = next(one for one in proto.graph.initializer if one.name == "w")
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * np.float32("nan"), "w"))


HOSTILE: dict[str, tuple[Callable[[onnx.ModelProto], object], str]] = {
    "a circle": (_circle, "Conv at 'conv': it reads 'f'"),
    "a node that reads itself": (_to_itself, "Relu at 'relu': it reads 'r'"),
    "weights in another file": (_external, "external_data=False"),
    "doubles beyond float32": (_beyond_float32, "the tensor 'w' has numbers that are too large"),
    "weights that are no numbers": (_none, "the tensor 'w' has numbers that are none (NaN)"),
    "a tensor of 10^18 numbers": (_huge_tensor, "the tensor 'w' has 1.2e+18 numbers"),
    "a picture of 10^18 pixels": (_huge_picture, "the input 'x' has"),
    "a tensor of a shape": (lambda p: _of_shape(p, "ConstantOfShape", [2**20, 2**20]), "1.1e+12"),
    "a negative shape": (lambda p: _of_shape(p, "ConstantOfShape", [-5]), "(-5,)"),
    "a long row of numbers": (_range, "Range at 'range'"),
    "results that grow": (_doubling, "Concat at 'twice"),
    "many nodes": (_many_nodes, "nodes; 1 to 4,000 are taken"),
    "a loop": (_loop, "Loop at 'loop': its 'body' is a graph"),
    "graphs in graphs": (_deep, "graphs in graphs in graphs"),
    "a stride of 0": (lambda p: _set(p, "pool", strides=[0, 0]), "its strides is [0, 0]"),
    "a huge stride": (lambda p: _set(p, "pool", strides=[2**40, 1]), "its strides is"),
    "a negative pad": (lambda p: _set(p, "conv", pads=[-1, 0, 0, 0]), "its pads are [-1"),
    "a huge pad": (lambda p: _set(p, "conv", pads=[2**60] * 4), "its pads are"),
    "no groups": (lambda p: _set(p, "conv", group=0), "Conv at 'conv'"),
    "an axis that is not there": (lambda p: _set(p, "cat", axis=9), "there is no axis 9 among 4"),
    "an operator that is not known": (
        lambda p: setattr(_node(p, "relu"), "op_type", "NonMaxSuppression"),
        "NonMaxSuppression at 'relu': this operator is not covered",
    ),
    "an operator of somebody else": (
        lambda p: setattr(_node(p, "relu"), "domain", "com.evil"), "no operator of ONNX's own"),
    "an old version": (lambda p: setattr(p.opset_import[0], "version", 3), "uses version 3"),
    "a name of a megabyte": (
        lambda p: setattr(_node(p, "relu"), "name", "a" * 10**6), "1,000,000 characters"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_hostile_is_refused_for_what_it_is(what: str) -> None:
    change, words = HOSTILE[what]
    said = read_or_refused(changed(change))
    assert words in said
    assert_sentence(said)


def test_pickles_and_zips_of_torch_are_told_apart_and_not_opened() -> None:
    file_of_torch = io.BytesIO()
    torch.save({"weight": torch.zeros(2)}, file_of_torch)
    old = pickle.dumps({"weight": 1}, protocol=2)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a", "b")
    for data in (file_of_torch.getvalue(), old, zipped.getvalue()):
        assert "torch.onnx.export" in read_or_refused(data)


def test_millions_of_empty_nodes_are_counted_before_they_are_made() -> None:
    empty = b"\x0a\x00" * 500_000  # each would take a hundred bytes
    said = read_or_refused(b"\x3a" + _varint(len(empty)) + empty)
    assert "is made of more than" in said


def test_a_list_of_small_numbers_does_not_grow_eightfold() -> None:
    packed = b"\x01" * (limits.MAX_NUMBERS + 1)
    tensor = b"\x3a" + _varint(len(packed)) + packed
    graph = b"\x2a" + _varint(len(tensor)) + tensor
    assert "more whole numbers" in read_or_refused(b"\x3a" + _varint(len(graph)) + graph)


def test_too_many_bytes_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MAX_BYTES", 1000)
    assert read_or_refused(bytes(1001)) == "the file has 1,001 bytes; up to 1,000 are read"


def test_paths_and_traces_of_a_file_are_nowhere_in_the_network() -> None:
    def tell(proto: onnx.ModelProto) -> None:
        for node in proto.graph.node:
            node.doc_string = "/home/ada/secret.py"
            node.metadata_props.add(key="pkg.torch.onnx.stack_trace", value="/home/ada/secret.py")
        proto.metadata_props.add(key="path", value="/home/ada/secret.py")
        proto.producer_name = "/home/ada/secret.py"

    net = load_onnx(changed(tell))
    held = [repr(net), *(name for name, _ in net.named_modules()), str(vars(net))]
    assert not any("ada" in text or "secret" in text for text in held)


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])
