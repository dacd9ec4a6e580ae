"""The check's quick MaxPool against onnx's own reference."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from cnnviz.models.onnx.check import quick_max_pool

SETTINGS = [
    {"kernel_shape": [2, 2], "strides": [2, 2]},
    {"kernel_shape": [3, 3], "strides": [2, 2]},
    {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1]},
    {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 0, 1]},
    {"kernel_shape": [3, 2]},
    {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1},
    {"kernel_shape": [2, 2], "strides": [1, 1], "dilations": [2, 2]},
    {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"},
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_it_gives_what_the_reference_gives(settings: dict[str, object]) -> None:
    node = helper.make_node("MaxPool", ["x"], ["y"], **settings)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 3, 9, 12])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    model = helper.make_model(helper.make_graph([node], "g", [x], [y]))
    given = np.random.default_rng(0).normal(size=(2, 3, 9, 12)).astype(np.float32)
    wanted, *_ = ReferenceEvaluator(model).run(None, {"x": given})
    found, *_ = ReferenceEvaluator(model, new_ops=[quick_max_pool()]).run(None, {"x": given})
    assert np.array_equal(found, wanted)
