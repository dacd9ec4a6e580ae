"""What load_onnx makes of a file computes what onnxruntime computes from it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from cnnviz.models import LeNet, load_onnx, pretrained
from tests.support.onnx_networks import (
    OTHERS,
    TIMM,
    TORCHVISION,
    exported,
    lively,
    picture,
    timm_network,
)

FILES = Path(__file__).parents[2] / "support" / "onnx_files"  # made by the programs there


def by_onnxruntime(data: bytes, batch: Tensor) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(data, options)
    return session.run(None, {session.get_inputs()[0].name: batch.numpy()})[0]


def assert_same(data: bytes, batch: Tensor) -> nn.Module:
    net, wanted = load_onnx(data), by_onnxruntime(data, batch)
    with torch.inference_mode():
        found = net(batch).numpy()
    assert found.shape == wanted.shape
    assert not net.training
    assert np.isfinite(wanted).all()
    assert np.ptp(wanted) > 1e-3  # the network says something
    assert np.abs(found - wanted).max() <= 1e-5 * np.abs(wanted).max() + 1e-6
    return net


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvisions_networks(name: str) -> None:
    net = lively(TORCHVISION[name]())
    assert_same(exported(net, picture()), picture())


@pytest.mark.parametrize("name", ["shufflenet_v2", "efficientnet_v2"])
def test_files_of_the_newer_exporter(name: str) -> None:
    net = assert_same((FILES / f"{name}_dynamo.onnx").read_bytes(), picture())
    wanted = {module for module, _ in TORCHVISION[name]().named_modules()}
    convolutions = [n for n, module in net.named_modules() if isinstance(module, nn.Conv2d)]
    assert len(convolutions) > 10
    assert wanted.issuperset(convolutions)  # modules have the names that they had in torch


@pytest.mark.parametrize("name", TIMM)
def test_timms_networks(name: str) -> None:
    assert_same(exported(lively(timm_network(name)), picture()), picture())


@pytest.mark.parametrize("name", OTHERS)
def test_networks_whose_paths_join_at_other_sizes(name: str) -> None:
    assert_same(exported(lively(OTHERS[name]()), picture()), picture())


@pytest.mark.parametrize("make", [lambda: LeNet(1), lambda: pretrained("lenet-mnist").model])
def test_networks_of_the_tutorial(make: Callable[[], nn.Module]) -> None:
    assert_same(exported(make().eval(), picture(32, 1)), picture(32, 1))


def test_lenet_of_keras_takes_channels_last() -> None:
    batch = picture(28, 1).permute(0, 2, 3, 1).contiguous()
    net = assert_same((FILES / "lenet_keras.onnx").read_bytes(), batch)
    kinds = [type(module) for module in net.modules()]
    assert kinds.count(nn.Conv2d) == 2
    assert kinds.count(nn.Linear) == 3


@pytest.mark.parametrize("options", [{}, {"dynamic_axes": {"x": {0: "n"}}, "input_names": ["x"]}])
def test_a_norm_of_groups_is_put_back_into_one(options: dict[str, object]) -> None:
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.GroupNorm(4, 8), nn.ReLU(), nn.Conv2d(8, 4, 3))
    loaded = assert_same(exported(lively(net), picture(), **options), picture())
    assert [type(module) for module in loaded.modules()].count(nn.GroupNorm) == 1


def test_a_file_with_an_open_batch_takes_several_pictures() -> None:
    net = lively(TORCHVISION["resnet18"]())
    names = {"input_names": ["x"], "dynamic_axes": {"x": {0: "n", 2: "h", 3: "w"}}}
    data = exported(net, picture(), **names)
    assert_same(data, torch.rand(3, 3, 64, 96, generator=torch.Generator().manual_seed(2)))


def test_a_file_for_one_picture_takes_several_here() -> None:
    net, batch = lively(TORCHVISION["shufflenet_v2"]()), torch.rand(4, 3, 64, 64)
    loaded = load_onnx(exported(net, picture()))
    with torch.inference_mode():
        assert torch.allclose(loaded(batch), net(batch), atol=1e-5)


def test_a_row_that_is_taken_in_its_order_is_a_shape() -> None:
    places = numpy_helper.from_array(np.arange(12).reshape(1, 3, 4, 1), "places")
    row = numpy_helper.from_array(np.array([-1]), "row")
    nodes = [
        helper.make_node("Relu", ["x"], ["r"], "relu"),
        helper.make_node("Reshape", ["r", "row"], ["flat"], "reshape"),
        helper.make_node("Gather", ["flat", "places"], ["y"], "as_strided", axis=0),
    ]
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in "xy")
    x.type.tensor_type.shape.CopyFrom(
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 2, 2]).type.tensor_type.shape
    )
    graph = helper.make_graph(nodes, "g", [x], [y], [places, row])
    opset = helper.make_opsetid("", 18)
    data = helper.make_model(graph, opset_imports=[opset], ir_version=10).SerializeToString()
    assert_same(data, torch.rand(1, 3, 2, 2))
