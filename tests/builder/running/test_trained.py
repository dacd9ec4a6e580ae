"""The networks to start from carry the shipped weights until a layer is changed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from cnnviz.builder.edits import (
    add_layer,
    change_arguments,
    change_input_shape,
    duplicate_layer,
    remove_layer,
    rename,
)
from cnnviz.builder.import_code import read_code
from cnnviz.builder.modules import build
from cnnviz.builder.reading.elsewhere.torchvision_networks import written_out
from cnnviz.builder.running.trained import published_name, trained_name, why_random, with_trained
from cnnviz.models import networks, pretrained
from cnnviz.models.imagenet import torchvision_models
from cnnviz.models.specs import Dropout, NetworkSpec, Tanh

LENET = networks.lenet()


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (LENET, "lenet-cifar10"),
        (networks.lenet(1), "lenet-mnist"),
        (networks.resnet(), "resnet18-cifar10"),
        (networks.resnet(input_size=64), "resnet18-cifar10"),
    ],
)
def test_a_network_gives_the_scores_of_the_shipped_one(spec: NetworkSpec, name: str) -> None:
    assert trained_name(spec) == name
    shipped = pretrained(name)
    batch = torch.rand((1, *spec.input_shape), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        ours, theirs = with_trained(spec, shipped)(batch), shipped.model(batch)
    assert torch.allclose(ours, theirs, atol=1e-4)


def test_convolutions_have_the_numbers_of_the_linear_layers_they_replace() -> None:
    spec, shipped = networks.lenet_fully_conv(), pretrained("lenet-cifar10")
    batch = torch.rand((1, 3, 32, 32), generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        ours = with_trained(spec, shipped)(batch).flatten(1)
        assert torch.allclose(ours, shipped.model(batch), atol=1e-4)


def test_a_name_and_the_size_of_pictures_change_no_weight() -> None:
    assert trained_name(rename(LENET, "Mine")) == "lenet-cifar10"
    wide = change_input_shape(networks.lenet_fully_conv(), (3, 64, 96))
    assert trained_name(wide) == "lenet-cifar10"


@pytest.mark.parametrize("make", [networks.alexnet, networks.vgg13, networks.vgg19])
def test_what_torchvision_publishes_is_known_and_has_its_weights_in_its_order(make):
    spec = make()
    assert published_name(spec) == make.__name__
    assert published_name(change_arguments(spec, (0,), stride=2)) == ""
    with torch.device("meta"):
        theirs = getattr(torchvision_models(), make.__name__)().state_dict()
    ours = build(spec, device="meta").state_dict()
    assert [t.shape for t in ours.values()] == [t.shape for t in theirs.values()]


@pytest.mark.parametrize(
    "name", [one for one in written_out() if not one.startswith(("vgg", "alexnet", "wide"))]
)
def test_a_pasted_network_of_torchvision_gives_its_scores_with_its_weights(name: str) -> None:
    spec = read_code(f"from torchvision import models\nnet = models.{name}()").spec
    assert published_name(spec) == name
    theirs = torchvision_models().get_model(name).eval().double()  # random: scores of thousands
    network = with_trained(spec, SimpleNamespace(model=theirs))
    batch = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(2)).double()
    with torch.inference_mode():
        assert torch.allclose(network(batch), theirs(batch))


def test_a_pasted_squeezenet_has_the_weights_that_are_shipped() -> None:
    spec = read_code("from torchvision import models\nnet = models.squeezenet1_1()").spec
    shipped = pretrained(trained_name(spec))
    batch = torch.rand((1, 3, 96, 96), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        ours, theirs = with_trained(spec, shipped)(batch), shipped.model(batch)
    assert torch.allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def block_with(**changes: object) -> NetworkSpec:
    spec = networks.resnet()
    (block, *_) = [layer for layer in spec.layers if layer.kind == "Residual"]
    place = spec.layers.index(block)
    layers = list(spec.layers)
    layers[place] = replace(block, **changes)
    return replace(spec, layers=tuple(layers))


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (change_arguments(LENET, (3,), kernel_size=3), "kernel_size of layer 4 is 3 and was 5"),
        (change_arguments(LENET, (0,), padding=2), "padding of layer 1 is 2 and was 0"),
        (add_layer(LENET, (4,), Dropout()), "Dropout 5 is new"),
        (remove_layer(LENET, (2,)), "MaxPool2d 3 is gone"),
        (duplicate_layer(LENET, (0,)), "Conv2d 1 is new"),
        (
            replace(LENET, layers=(LENET.layers[0], Tanh(), *LENET.layers[2:])),
            "layer 2 is Tanh and was ReLU",
        ),
        (block_with(activation="GELU"), "activation of layer 5 is GELU and was ReLU"),
        (networks.resnet((2, 2, 2, 3)), ""),
    ],
)
def test_the_edit_that_made_weights_random_is_named(spec: NetworkSpec, reason: str) -> None:
    assert trained_name(spec) == ""
    assert why_random(spec, []) == reason


def test_the_network_that_it_was_before_is_compared_and_not_its_namesake() -> None:
    was = rename(networks.lenet(1), "Mine")
    changed = change_arguments(was, (7,), out_features=60)
    assert why_random(changed, [change_arguments(was, (7,), out_features=80), was]) == (
        "out_features of layer 8 is 60 and was 120"
    )
    assert why_random(changed, []) == ""


def test_channels_of_the_picture_are_named_too() -> None:
    four = change_input_shape(LENET, (4, 32, 32))
    assert why_random(four, [LENET]) == "it takes 4 channels, and the trained LeNet 3 channels"
