"""Recorded activations against torchvision's extractor and against a hooked private copy."""

import copy

import pytest
import torch
from torch import Tensor, nn

from cnnviz.activations import layer_names, layers, record
from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.mlp import MLP
from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.models.seeded import build_seeded
from cnnviz.probes.tape import Kind, tape
from cnnviz.probes.watch import share, told_pass
from cnnviz.progress import StoppedError
from cnnviz.summary.calls import tensors_in
from cnnviz.torchvision_compat import torchvision
from tests.support.seeded import frozen, picture


def hooked(model: nn.Module, batch: Tensor) -> dict[str, Tensor]:
    """Every module's output, cloned in a hook on a private copy."""
    private, found = copy.deepcopy(model), {}
    for name, module in private.named_modules():
        module.register_forward_hook(
            lambda module, inputs, output, name=name: found.__setitem__(name, output.clone())
        )
    with torch.no_grad():
        private(batch)
    return found


MODELS = {
    "LeNet": (LeNet, (2, 3, 32, 32)),
    "LeNetFullyConv": (LeNetFullyConv, (1, 3, 40, 40)),
    "ResNetBlock": (lambda: ResNetBlock(3, 8, 2), (2, 3, 9, 9)),
    "ResNet18": (lambda: ResNet18(10), (1, 3, 64, 64)),
    "MLP": (lambda: MLP(48, (7, 5), 3), (2, 3, 4, 4)),
    "torchvision resnet18": (torchvision.models.resnet18, (1, 3, 64, 64)),
}


@pytest.mark.parametrize("name", MODELS)
def test_every_module_is_recorded_as_a_hook_on_a_private_copy_sees_it(name: str) -> None:
    build, shape = MODELS[name]
    model, batch = frozen(build), picture(*shape)
    expected = hooked(model, batch)
    del expected[""]
    recorded = record(model, batch, expected)
    assert list(recorded) == list(expected)
    computed = tape(model, batch).nodes
    once = [layer for layer in expected if f"{layer}_1" not in computed]
    assert len(once) > 3
    for layer in once:
        assert torch.equal(recorded[layer], expected[layer]), layer


def test_torchvision_models_agree_with_torchvisions_own_extractor() -> None:
    from torchvision.models.feature_extraction import create_feature_extractor

    model, batch = frozen(torchvision.models.resnet18), picture(1, 3, 64, 64)
    names = ["maxpool", "layer1.0.relu_1", "layer2.0.downsample.1", "layer3", "layer4", "fc"]
    expected = create_feature_extractor(model, names)(batch)
    recorded = record(model, batch, names)
    for name in names:
        torch.testing.assert_close(recorded[name], expected[name], rtol=0, atol=1e-5)


def test_an_in_place_relu_does_not_overwrite_the_batch_norm_before_it() -> None:
    model, batch = frozen(torchvision.models.resnet18), picture(1, 3, 64, 64)
    recorded = record(model, batch, ["conv1", "bn1", "relu"])
    assert recorded["bn1"].min() < 0
    assert torch.equal(recorded["relu"], recorded["bn1"].clamp(min=0))
    assert torch.equal(recorded["bn1"], model.bn1(recorded["conv1"]))


def test_the_residual_sum_is_main_path_plus_shortcut_and_the_block_is_its_relu() -> None:
    model, batch = frozen(lambda: ResNet18(10)), picture(1, 3, 64, 64)
    names = ["group1.0.main_path", "group1.0.shortcut_path", "group1.0.add", "group1.0"]
    main, shortcut, total, block = record(model, batch, names).values()
    assert torch.equal(total, main + shortcut)
    assert torch.equal(block, total.clamp(min=0))
    assert total.min() < 0


def test_an_in_place_sum_leaves_what_was_recorded_before_it() -> None:
    model, batch = frozen(torchvision.models.resnet18), picture(1, 3, 64, 64)
    names = ["layer1.0.bn2", "maxpool", "layer1.0.add", "layer1.0"]
    main, shortcut, total, block = record(model, batch, names).values()
    assert torch.equal(total, main + shortcut)
    assert torch.equal(block, total.clamp(min=0))


def test_a_layer_may_be_given_as_the_module_itself() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    assert list(record(model, batch, [model.feature_extractor[3]])) == ["feature_extractor.3"]


def test_recording_leaves_the_model_as_it_was() -> None:
    model, batch = LeNet().train(), picture(1, 3, 32, 32)
    before = copy.deepcopy(model.state_dict())
    record(model, batch, ["feature_extractor"])
    assert model.training
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


def test_batch_norm_statistics_are_not_touched_even_in_training_mode() -> None:
    model = ResNetBlock(3, 4).train()
    record(model, picture(2, 3, 8, 8), ["main_path.1"])
    assert model.main_path[1].num_batches_tracked == 0
    assert torch.equal(model.main_path[1].running_mean, torch.zeros(4))


def test_recorded_tensors_are_ordinary_ones_that_may_be_changed() -> None:
    model = frozen(LeNet)
    recorded = record(model, picture(1, 3, 32, 32), ["feature_extractor.1", "feature_extractor"])
    recorded["feature_extractor"].requires_grad_().sum().backward()
    recorded["feature_extractor.1"].add_(1)


def test_an_unknown_layer_is_refused_with_names_that_exist() -> None:
    with pytest.raises(ValueError, match=r"no layer 'feature_extracto\.9'.*feature_extractor"):
        record(frozen(LeNet), picture(1, 3, 32, 32), ["feature_extracto.9"])


def test_a_module_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="Conv2d is not a layer of this network"):
        record(frozen(LeNet), picture(1, 3, 32, 32), [nn.Conv2d(3, 6, 5)])


def test_lenet_has_these_layers_worth_looking_into() -> None:
    found = layers(frozen(LeNet), (1, 3, 32, 32))
    assert [(layer.kind, layer.shape) for layer in found] == [
        (Kind.CONV, (6, 28, 28)),
        (Kind.ACTIVATION, (6, 28, 28)),
        (Kind.POOL, (6, 14, 14)),
        (Kind.CONV, (16, 10, 10)),
        (Kind.ACTIVATION, (16, 10, 10)),
        (Kind.POOL, (16, 5, 5)),
        (Kind.LINEAR, (120,)),
        (Kind.ACTIVATION, (120,)),
        (Kind.LINEAR, (84,)),
        (Kind.ACTIVATION, (84,)),
        (Kind.LINEAR, (10,)),
    ]


def test_a_residual_block_is_listed_under_its_own_name_after_its_sum() -> None:
    found = layers(frozen(lambda: ResNet18(10)), (1, 3, 64, 64))
    names = [layer.name for layer in found]
    assert names.index("group2.1") == names.index("group2.1.add") + 1
    assert "group2.1.relu" not in names
    assert "group2.1.shortcut_path" not in names  # an identity: nothing to see
    block = found[names.index("group2.1")]
    assert block.is_block
    assert block.is_spatial
    assert block.shape == (256, 4, 4)


@pytest.mark.parametrize("name", MODELS)
def test_every_listed_layer_can_be_recorded_with_the_listed_shape(name: str) -> None:
    build, shape = MODELS[name]
    model = frozen(build)
    listed = layers(model, shape)
    recorded = record(model, picture(*shape), [layer.name for layer in listed])
    assert [value.shape[1:] for value in recorded.values()] == [layer.shape for layer in listed]
    assert layer_names(model, shape) == list(recorded)


def test_an_input_that_does_not_fit_is_refused_with_its_shape() -> None:
    with pytest.raises(ValueError, match=r"^LeNet does not take .* shape \(1, 3, 64, 64\)"):
        layers(frozen(LeNet), (1, 3, 64, 64))


@pytest.mark.parametrize("name", ["googlenet", "densenet121", "shufflenet_v2_x0_5"])
def test_watching_changes_no_score_of_networks_full_of_functions(name: str) -> None:
    model = (
        torchvision.models.get_model(name, weights=None, init_weights=False)
        if (name == "googlenet")
        else torchvision.models.get_model(name)
    )
    model, batch = model.eval().requires_grad_(False), picture(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(tape(model, batch).scores, model(batch))


def test_a_twin_has_the_weights_in_the_same_memory_and_everything_else_for_itself() -> None:
    model = build_seeded(lambda: ResNet18(10), 0).train()
    twin = share(model)
    twin.fc.register_forward_hook(lambda *arguments: None)
    ours, theirs = model.state_dict(), twin.state_dict()
    assert list(ours) == list(theirs)
    assert all(ours[key].data_ptr() == theirs[key].data_ptr() for key in ours)
    assert model.training
    assert not any(module.training for module in twin.modules())
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert not model.fc._forward_hooks
    assert all(a is not b for a, b in zip(model.modules(), twin.modules(), strict=True))


def test_a_module_used_twice_stays_one_module_in_the_twin() -> None:
    shared = nn.Linear(2, 2)
    twin = share(nn.Sequential(shared, nn.ReLU(), shared))
    assert twin[0] is twin[2]


class ViewThenInPlace(nn.Module):
    """Looks at its maps as a row, and then overwrites them."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.relu = nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        maps = self.conv(x)
        row = maps.flatten(1)
        self.relu(maps)
        return row


def test_what_was_kept_of_a_view_is_not_overwritten_by_a_later_layer() -> None:
    model, batch = frozen(ViewThenInPlace), picture(1, 1, 8, 8)
    maps = model.conv(batch)
    assert (maps < 0).any()
    played = tape(model, batch)
    assert torch.equal(played["conv"].output, maps)
    assert torch.equal(played["flatten"].output, maps.flatten(1))
    assert torch.equal(played["relu"].output, maps.relu())


def test_a_pass_holds_each_result_once() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    played = tape(model, batch)
    for node in played.nodes.values():
        for source, read in zip(node.sources, tensors_in(node.args), strict=True):
            assert read.data_ptr() == source.output.data_ptr()


def test_a_layer_that_is_recorded_alone_ends_the_pass_and_is_not_copied() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    reached: list[str] = []
    model.classifier.register_forward_hook(lambda *_: reached.append("classifier"))
    first = record(model, batch, ["feature_extractor.0"])["feature_extractor.0"]
    assert not reached
    assert torch.equal(first, model.feature_extractor[0](batch))


class OverwritesItsMaps(nn.Module):
    """Writes into its maps by an assignment, which gives no result of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.other = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        maps = self.conv(x)
        maps[:, 0] = 0
        return self.other(maps)


def test_a_write_that_no_step_shows_is_noticed() -> None:
    model, batch = frozen(OverwritesItsMaps), picture(1, 1, 8, 8)
    played = tape(model, batch)
    assert torch.equal(played["conv"].output, model.conv(batch))
    assert torch.equal(played.scores, model(batch))


def test_a_told_pass_says_how_far_it_is_and_ends_where_it_is_told_to() -> None:
    model, batch, parts = frozen(LeNet), picture(1, 3, 32, 32), list[float]()

    def listen(part: float) -> bool:
        parts.append(part)
        return len(parts) != 11 + 3  # the second pass ends behind its third layer

    torch.testing.assert_close(told_pass(model, batch, listen), model(batch))
    assert parts == pytest.approx([(n + 1) / 11 for n in range(11)])
    with pytest.raises(StoppedError):
        told_pass(model, batch, listen)
    assert len(parts) == 11 + 3
    assert not any(module._forward_hooks for module in model.modules())
