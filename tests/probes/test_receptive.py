"""Receptive fields against the footprint of gradients."""

import copy

import pytest
import torch
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.models.seeded import build_seeded
from cnnviz.probes import tape as tapes
from cnnviz.probes.receptive import Box, effective_receptive_field, extents, receptive_box
from cnnviz.probes.tape import Tape, shapes, tape
from cnnviz.torchvision_compat import torchvision
from tests.support.seeded import picture

WITHOUT_MORE = {"googlenet": {"init_weights": False, "aux_logits": False}}


def frozen(build, seed: int = 0) -> nn.Module:
    model = build_seeded(build, seed).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.ConvTranspose2d):
            for parameter in module.parameters():
                parameter.normal_(generator=generator)
    return model


class OpenBlock(nn.Module):
    """A residual block without the ReLU after its sum."""

    def __init__(self, block: ResNetBlock) -> None:
        super().__init__()
        self.main_path, self.shortcut_path = block.main_path, block.shortcut_path

    def forward(self, x: Tensor) -> Tensor:
        return self.main_path(x) + self.shortcut_path(x)


def opened(model: nn.Module) -> nn.Module:
    """A copy in which everything that picks or cuts averages or passes: no gradient gets lost."""
    copied = copy.deepcopy(model)
    for module in copied.modules():
        for name, child in module.named_children():
            if isinstance(child, nn.ReLU):
                setattr(module, name, nn.Softplus())
            if isinstance(child, ResNetBlock):
                setattr(module, name, OpenBlock(child))
            if isinstance(child, nn.MaxPool2d):
                args = child.kernel_size, child.stride, child.padding, child.ceil_mode
                setattr(module, name, nn.AvgPool2d(*args))
    return copied


def footprint(model: nn.Module, batch: Tensor, layer: str, cell: tuple[int, ...]) -> Box:
    """The smallest box around the pixels with a gradient, taken through a plain hook."""
    private, found = opened(model), []
    private.get_submodule(layer).register_forward_hook(lambda m, i, out: found.append(out))
    leaf = batch.clone().requires_grad_()
    private(leaf)
    (gradient,) = torch.autograd.grad(found[0][(0, *cell)], leaf)
    if not gradient.any():
        return Box(0, 0, 0, 0)
    rows, columns = gradient[0].abs().sum(dim=0).nonzero(as_tuple=True)
    return Box(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)


def test_the_tutorials_lenet_cell_sees_sixteen_by_sixteen_pixels() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    assert receptive_box(model, batch, "feature_extractor", 3, 2, 2) == Box(8, 8, 24, 24)
    assert receptive_box(model, batch, "classifier", 3) == Box(0, 0, 32, 32)


@pytest.mark.parametrize(("layer", "size"), [("input_group", 11), ("group0", 43), ("group1", 99)])
def test_resnet18_sees_the_tutorials_receptive_fields(layer: str, size: int) -> None:
    model, batch = frozen(lambda: ResNet18(10)), picture(1, 3, 224, 224)
    middle = record(model, batch, [layer])[layer].shape[-1] // 2
    box = receptive_box(model, batch, layer, 0, middle, middle)
    assert (box.height, box.width, box.area) == (size, size, size**2)


NETWORKS = {
    "LeNetFullyConv": (LeNetFullyConv, (1, 3, 41, 38), ["feature_extractor.2", "classifier.4"]),
    "residual": (
        lambda: nn.Sequential(ResNetBlock(3, 4, 2), ResNetBlock(4, 4), ResNetBlock(4, 6, 2)),
        (1, 3, 37, 50),
        ["0.main_path.1", "1.main_path.4", "2"],
    ),
    "paddings, dilation, groups, ceil": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=2, dilation=2, groups=2),
            nn.MaxPool2d(3, 2, padding=1, ceil_mode=True),
            nn.Conv2d(4, 4, (3, 5), padding="same"),
            nn.AvgPool2d(2, ceil_mode=True),
            nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1),
            nn.AdaptiveAvgPool2d((4, 5)),
        ),
        (1, 2, 23, 30),
        ["0", "1", "2", "3", "4", "5"],
    ),
    "padding that copies": (
        lambda: nn.Sequential(
            nn.Conv2d(1, 2, 5, padding=2, padding_mode="reflect"),
            nn.Conv2d(2, 2, 5, padding=2, padding_mode="replicate"),
        ),
        (1, 1, 12, 12),
        ["0", "1"],
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_box_is_the_footprint_of_the_gradient(name: str) -> None:
    build, shape, names = NETWORKS[name]
    model, batch = frozen(build), picture(*shape)
    generator = torch.Generator().manual_seed(1)
    for layer in names:
        maps = record(model, batch, [layer])[layer][0]
        corners = [(0, 0, 0), tuple(size - 1 for size in maps.shape)]
        drawn = [
            tuple(int(torch.randint(size, (), generator=generator)) for size in maps.shape)
            for _ in range(8)
        ]
        for cell in corners + drawn:
            box = receptive_box(model, batch, layer, *cell)
            assert box == footprint(model, batch, layer, cell), (layer, cell)


def test_a_concatenation_is_followed_into_the_branch_that_the_map_came_from() -> None:
    model = torchvision.models.googlenet(weights=None, init_weights=False, aux_logits=False).eval()
    batch = picture(1, 3, 96, 96)
    branch1 = receptive_box(model, batch, "inception3a", 0, 6, 6)  # 1×1: the first 64 maps
    branch2 = receptive_box(model, batch, "inception3a", 64, 6, 6)  # 1×1 then 3×3
    assert branch1 == receptive_box(model, batch, "maxpool2", 0, 6, 6)
    assert branch2.height > branch1.height


def test_moving_channels_about_keeps_the_place() -> None:
    model = torchvision.models.shufflenet_v2_x0_5().eval()
    box = receptive_box(model, picture(1, 3, 64, 64), "stage2.0", 5, 4, 4)
    assert 0 < box.area < 64 * 64
    assert box.top <= 36 < box.bottom and box.left <= 36 < box.right


def test_the_effective_field_is_the_gradients_size_and_lies_inside_the_box() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    field = effective_receptive_field(model, batch, "feature_extractor.3", 2, 4, 7)
    leaf = batch.clone().requires_grad_()
    value = model.feature_extractor[:4](leaf)[0, 2, 4, 7]
    expected = torch.autograd.grad(value, leaf)[0][0].abs().sum(dim=0)
    torch.testing.assert_close(field, expected)
    box = receptive_box(model, batch, "feature_extractor.3", 2, 4, 7)
    assert field[box.top : box.bottom, box.left : box.right].sum() == field.sum()


def test_no_number_of_the_pass_is_kept_for_the_effective_field(monkeypatch) -> None:
    batches = []

    def seen(model: nn.Module, batch: Tensor, last: str) -> Tape:
        batches.append(batch)
        return tape(model, batch, last)

    monkeypatch.setattr(tapes, "tape", seen)
    effective_receptive_field(frozen(LeNet), picture(1, 3, 32, 32), "feature_extractor.3", 2, 4, 7)
    assert [batch.is_meta for batch in batches] == [True]


def test_the_effective_field_of_a_shut_relu_is_that_of_the_number_before_it() -> None:
    model, batch = frozen(lambda: ResNet18(10)), picture(1, 3, 64, 64)
    maps = record(model, batch, ["group0.0"])["group0.0"][0]
    channel, row, column = (maps == 0).nonzero()[0].tolist()
    field = effective_receptive_field(model, batch, "group0.0", channel, row, column)
    expected = effective_receptive_field(model, batch, "group0.0.add", channel, row, column)
    assert torch.equal(field, expected)
    assert field.sum() > 0


def test_a_cell_outside_the_map_is_refused_with_the_shape() -> None:
    with pytest.raises(ValueError, match=r"shape \(6, 28, 28\): there is no cell \(0, 28, 0\)"):
        receptive_box(frozen(LeNet), picture(1, 3, 32, 32), "feature_extractor.0", 0, 28, 0)


@pytest.mark.parametrize("name", ["resnet18", "squeezenet1_1", "densenet121", "googlenet"])
def test_what_cells_see_follows_from_shapes_alone(name: str) -> None:
    model = frozen(
        lambda: torchvision.models.get_model(name, num_classes=3, **WITHOUT_MORE.get(name, {}))
    )
    batch = picture(1, 3, 64, 64)
    played, without = tape(model, batch), shapes(model, batch)
    assert without.names == played.names
    assert all(node.output.is_meta for node in without.nodes.values())
    for layer in list(played.nodes)[5::25]:
        assert extents(without, layer) == extents(played, layer)


def test_a_network_that_asks_its_numbers_is_run_with_them() -> None:
    class Asks(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.relu() if float(x.sum()) > 0 else x

    batch = picture(1, 3, 8, 8).abs()
    assert torch.equal(shapes(Asks(), batch).scores, batch)
