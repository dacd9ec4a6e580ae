"""The recurrence, the way down and the stages, against the network's own graph."""

from __future__ import annotations

import pytest
from torch import nn

from cnnviz.models import LeNet, ResNet18
from cnnviz.pooling.field import descent, nearest_unit, stages, way_to, without_strides
from cnnviz.pooling.stack import read_stack, stack_module
from cnnviz.probes import receptive_field, receptive_fields
from cnnviz.zoo.on_meta import build_on_meta

SHAPE = (1, 3, 224, 224)


def test_every_step_of_resnet18_follows_the_recurrence():
    steps = way_to(ResNet18(10), "group3", SHAPE)
    assert all(step.is_regular for step in steps)
    assert [step.after[0].size for step in steps][:2] == [7, 11]
    assert steps[-1].after[0].size == 435
    assert without_strides(steps)[-1] == (41, 41)


@pytest.mark.parametrize("layer", ["input_group", "group0", "group1", "group2"])
def test_the_way_down_ends_in_the_pixels_of_the_window(layer):
    network = ResNet18(10)
    frames = descent(way_to(network, layer, SHAPE), (5, 3))
    rows, columns = receptive_field(network, layer, SHAPE).window(5, 3)
    assert frames[-1].pixels == (rows.start, columns.start, rows.stop, columns.stop)
    assert frames[-1].cells == (len(rows), len(columns))


def test_the_way_down_from_group1_passes_15_and_23_cells():
    frames = descent(way_to(ResNet18(10), "group1", SHAPE), (10, 9))
    assert {(15, 15), (23, 23), (99, 99)} <= {frame.cells for frame in frames}


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (lambda: ResNet18(10), ["input_group", "group0", "group1", "group2", "group3"]),
        (LeNet, [f"feature_extractor.{i}" for i in (0, 2, 3, 5)]),
        (
            lambda: build_on_meta("resnet18"),
            ["conv1", "maxpool", "layer1", "layer2", "layer3", "layer4"],
        ),
    ],
)  # fmt: skip
def test_the_stages_are_the_networks_own_parts(network, expected):
    model = network()
    assert [stage.name for stage in stages(model, receptive_fields(model, SHAPE))] == expected


def test_all_fields_in_one_pass_are_those_of_each_layer_alone():
    model = ResNet18(10)
    for name, (_, field) in receptive_fields(model, SHAPE).items():
        if name in ("group1", "group1.0.add", "group2.1.main_path.3"):
            alone = receptive_field(model, name, SHAPE)
            assert (field.size, field.jump, field.offset) == (alone.size, alone.jump, alone.offset)


def test_the_nearest_unit_looks_at_the_place():
    field = receptive_field(ResNet18(10), "group2", SHAPE)
    row, column = nearest_unit(field, (14, 14), (100.0, 30.0))
    rows, columns = field.window(row, column)
    assert abs((rows.start + rows.stop) / 2 - 100) <= 8
    assert abs((columns.start + columns.stop) / 2 - 30) <= 8


def test_a_stack_is_what_it_says():
    stack = stack_module("conv3s2d2 pool2, avg3s1 + UP4s2p1")
    assert read_stack("conv3 ,  pool2") == "conv3 pool2"
    conv, pool, avg, up = stack
    assert isinstance(conv, nn.Conv2d) and (conv.stride, conv.dilation) == ((2, 2), (2, 2))
    assert isinstance(pool, nn.MaxPool2d) and pool.stride == 2
    assert isinstance(avg, nn.AvgPool2d) and avg.stride == 1
    assert isinstance(up, nn.ConvTranspose2d) and up.padding == (1, 1)


@pytest.mark.parametrize("text", ["", "conv0", "conv3x", "conv3 " * 25, "conv99"])
def test_what_is_no_stack_is_refused(text):
    with pytest.raises(ValueError, match=r"such as|from 1 to"):
        read_stack(text)
