"""Networks cut into columns: nothing is lost, and what fits is not folded."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from cnnviz.activations import layers
from cnnviz.models import ResNet18
from cnnviz.models.efficientnet_lite import EfficientNetLite0
from cnnviz.models.lenet import LeNet
from cnnviz.overview.columns import MOST, Column, columns_of
from cnnviz.probes.tape import tape
from cnnviz.torchvision_compat import import_torchvision

MODELS = import_torchvision().models
squeezenet1_1, vgg19 = MODELS.squeezenet1_1, MODELS.vgg19


def cut(model: nn.Module, *shape: int) -> tuple[Column, ...]:
    model.eval()
    with torch.device("meta"):
        batch = torch.empty(1, *shape)
    model = model.to("meta")
    return columns_of(layers(model, (1, *shape)), tape(model, batch))


@pytest.mark.parametrize(
    ("model", "shape", "count"),
    [
        (LeNet(1), (1, 32, 32), 11),
        (ResNet18(10), (3, 64, 64), 20),
        (squeezenet1_1(), (3, 64, 64), 14),
        (EfficientNetLite0(), (3, 64, 64), 20),
        (nn.Sequential(*[nn.Conv2d(2, 2, 1) for _ in range(50)]), (2, 4, 4), 1),
    ],
)
def test_every_layer_is_in_one_column_in_its_order(model: nn.Module, shape, count: int):
    columns = cut(model, *shape)
    assert len(columns) == count <= MOST
    found = [layer.name for column in columns for layer in column.layers]
    assert sorted(found) == sorted(layer.name for layer in layers(model, (1, *shape)))
    ends = [layer.name for layer in layers(model, (1, *shape))]
    places = [ends.index(column.name) for column in columns]
    assert places == sorted(places)


def test_lenet_is_not_folded_and_a_block_of_resnet_is_its_two_relus():
    assert all(len(column.layers) == 1 for column in cut(LeNet(1), 1, 32, 32))
    names = [column.name for column in cut(ResNet18(10), 3, 64, 64)]
    assert names[2:6] == ["group0.0.main_path.2", "group0.0", "group0.1.main_path.2", "group0.1"]


def test_fire_modules_and_inverted_residuals_are_a_column_each():
    fires = [column.name for column in cut(squeezenet1_1(), 3, 64, 64) if len(column.layers) == 7]
    assert fires == [f"features.{index}" for index in (3, 4, 6, 7, 9, 10, 11, 12)]
    lite = cut(EfficientNetLite0(), 3, 64, 64)
    assert [column.name.split(".")[1] for column in lite[1:17]] == [str(i) for i in range(16)]


def test_a_flat_network_is_folded_where_its_maps_change_their_size():
    columns = cut(vgg19(), 3, 64, 64)
    sizes = [column.layer.shape[1:] for column in columns]
    assert len(columns) <= MOST
    assert all(one != other for one, other in pairwise(sizes))
