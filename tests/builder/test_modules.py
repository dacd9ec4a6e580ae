import pytest
import torch
from torch import nn

from cnnviz.builder.modules import build
from cnnviz.builder.names import class_name, layer_names, module_name, number_of
from cnnviz.models import networks
from cnnviz.models.specs import Conv2d, Linear, NetworkSpec, ReLU, Residual, walk
from tests.support.random_networks import random_network


def test_the_same_seed_gives_the_same_weights_whatever_the_global_seed() -> None:
    first = build(networks.lenet(), seed=3).state_dict()
    torch.manual_seed(11)
    torch.rand(5)
    again = build(networks.lenet(), seed=3).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    other = build(networks.lenet(), seed=4).state_dict()
    assert not torch.equal(first["conv1.weight"], other["conv1.weight"])


def test_building_leaves_the_global_random_numbers_alone() -> None:
    before = torch.get_rng_state()
    build(networks.lenet())
    assert torch.equal(before, torch.get_rng_state())


def test_weights_spread_as_torch_spreads_them() -> None:
    spec = NetworkSpec("net", (32, 9, 9), (Conv2d(32, 64, 3), Linear(7, 4000)))
    model = build(spec)
    for ours, truth in ((model.conv, nn.Conv2d(32, 64, 3)), (model.fc, nn.Linear(7, 4000))):
        assert ours.weight.std().item() == pytest.approx(truth.weight.std().item(), rel=0.05)
        assert ours.bias.abs().max().item() == pytest.approx(truth.bias.abs().max().item(), rel=0.2)


@pytest.mark.parametrize("seed", range(30))
def test_every_parameter_and_buffer_is_filled(seed: int) -> None:
    spec = random_network(seed)
    first, again = build(spec, seed=1).state_dict(), build(spec, seed=1).state_dict()
    for name, values in first.items():
        assert torch.isfinite(values).all()
        assert torch.equal(values, again[name])
        if name.endswith("running_var"):
            assert (values == 1).all()


def test_no_module_works_in_place() -> None:
    for seed in range(30):
        modules = build(random_network(seed), device="meta").modules()
        assert not any(getattr(module, "inplace", False) for module in modules)


def test_children_have_the_names_of_the_layers() -> None:
    names = layer_names(networks.resnet((1, 1), 8).layers)
    assert names == [
        "conv", "bn", "relu", "pool", "block1", "block2", "avgpool", "flatten", "fc",
    ]  # fmt: skip
    children = build(networks.lenet(), device="meta").named_children()
    assert [name for name, _ in children][:4] == ["conv1", "relu1", "pool1", "conv2"]


@pytest.mark.parametrize("seed", range(10))
def test_the_module_of_a_path_is_the_layers(seed: int) -> None:
    spec = random_network(seed)
    model = build(spec, device="meta")
    for path, layer in walk(spec.layers):
        module = model.get_submodule(module_name(spec, path))
        kind = "ResidualBlock" if isinstance(layer, Residual) else layer.kind
        assert type(module).__name__ == kind


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LeNet", "LeNet"), ("my net 2", "MyNet2"), ("3 layers", "Net3Layers"), ("class", "Class"),
        ("None", "NetNone"), ("nn", "Nn"), ("Residual", "NetResidual"), ("été", "Ete"),
        ("網路", "Net"), ("__init__", "Init"), ("ResNet18", "ResNet18"),
    ],
)  # fmt: skip
def test_a_class_name_is_made_from_any_name(name: str, expected: str) -> None:
    assert class_name(name) == expected
    assert class_name(name).isidentifier()


def test_layers_are_numbered_from_one_for_readers() -> None:
    assert number_of((7, 1)) == "8.2"


def test_a_network_prints_like_a_module_of_its_name() -> None:
    text = str(build(NetworkSpec("My net", (3, 8, 8), (ReLU(),)), device="meta"))
    assert text == "My net(\n  (relu): ReLU()\n)"
