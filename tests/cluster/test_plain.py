"""Only plain data travels, comes back as it was, and nothing that is read can do anything."""

import pickle
from contextlib import suppress

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.belief.randomisation import Randomised
from cnnviz.cluster.plain import DATACLASS, packed, unpacked
from cnnviz.heatmaps import Difference

LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=9)
    | st.floats(allow_nan=False) | st.binary(max_size=9) | st.just(Difference(3, 5))
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(VALUES)
def test_what_is_plain_comes_back_as_it_was(value):
    assert unpacked(packed(value)) == value


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.uint8, torch.int64])
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_tensors_and_arrays_keep_shape_kind_and_numbers(dtype, shape):
    tensor = (10 * torch.rand(shape)).to(dtype)
    again = unpacked(packed([tensor, tensor.numpy(), tensor.mT if tensor.ndim > 1 else tensor]))
    assert torch.equal(again[0], tensor)
    assert again[0].dtype == dtype
    assert np.array_equal(again[1], tensor.numpy())
    assert again[2].shape == (tensor.mT.shape if tensor.ndim > 1 else shape)


def test_a_dataclass_of_the_table_comes_back_and_another_does_not_go():
    one = unpacked(packed([Randomised("conv1", torch.ones(2, 2), None)]))[0]
    assert (one.stage, one.rank_correlation) == ("conv1", None)
    assert torch.equal(one.heatmap, torch.ones(2, 2))
    for other in (torch.nn.Linear(1, 1), print, {1, 2}, np.array([print], dtype=object)):
        with pytest.raises(TypeError, match="is not plain data"):
            packed(other)


class _Boom:
    def __reduce__(self):
        return pytest.fail, ("unpickled",)


@settings(max_examples=40)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_as_plain_data_or_refused_in_one_way(data):
    with suppress(ValueError):
        unpacked(data)


@pytest.mark.parametrize(
    "hostile",
    [
        pickle.dumps(_Boom()),
        msgpack.packb(msgpack.ExtType(DATACLASS, packed(["Popen", {"args": ["true"]}]))),
        msgpack.packb(msgpack.ExtType(DATACLASS, packed(["Difference", {"no": 1}]))),
        msgpack.packb(msgpack.ExtType(1, packed(["|O", [1], pickle.dumps(_Boom())]))),
        msgpack.packb(msgpack.ExtType(1, packed(["<f4", [9], b"short"]))),
        msgpack.packb(msgpack.ExtType(99, packed([]))),
    ],
)
def test_what_is_meant_to_do_harm_is_refused(hostile):
    with pytest.raises(ValueError):
        unpacked(hostile)
