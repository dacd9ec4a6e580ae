import pytest
import torch
from torch import nn

from cnnviz.builder.counts import count_params
from cnnviz.builder.modules import build
from cnnviz.builder.shapes import forward_shapes, output_shape
from cnnviz.models import networks
from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.resnet import ResNet18
from cnnviz.torchvision_compat import torchvision


def params_of(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(
    ("spec", "make_truth", "count"),
    [
        (networks.lenet(), LeNet, 62_006),
        (networks.lenet(1), lambda: LeNet(1), 61_706),
        (networks.lenet_fully_conv(), LeNetFullyConv, 62_006),
        (networks.resnet(), lambda: ResNet18(10), 11_181_642),
        (networks.alexnet(), torchvision.models.alexnet, 61_100_840),
        (networks.vgg11(), torchvision.models.vgg11, 132_863_336),
        (networks.vgg13(), torchvision.models.vgg13, 133_047_848),
        (networks.vgg16(), torchvision.models.vgg16, 138_357_544),
        (networks.resnet((3, 4, 6, 3), 64, 1000), torchvision.models.resnet34, 21_797_672),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_parameters_are_those_of_the_real_module(spec, make_truth, count: int) -> None:
    with torch.device("meta"):
        truth = make_truth()
    shapes = [tuple(parameter.shape) for parameter in truth.parameters()]
    ours = build(spec, device="meta")
    assert sorted(shapes) == sorted(tuple(parameter.shape) for parameter in ours.parameters())
    assert params_of(ours) == params_of(truth) == count == sum(map(count_params, spec.layers))
    assert sum(row.num_params for row in forward_shapes(spec)) == count


@pytest.mark.parametrize(
    ("make_ours", "make_theirs", "size"),
    [
        (networks.lenet, LeNet, 32),
        (networks.lenet_fully_conv, LeNetFullyConv, 40),
        (lambda: networks.resnet(num_classes=7), lambda: ResNet18(7), 64),
    ],
)
def test_with_the_tutorials_weights_a_spec_gives_the_tutorials_outputs(
    make_ours, make_theirs, size: int
) -> None:
    theirs = make_theirs().eval()
    ours = build(make_ours()).eval()
    weights = zip(ours.state_dict(), theirs.state_dict().values(), strict=True)
    ours.load_state_dict(dict(weights), strict=True)
    batch = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert torch.equal(ours(batch), theirs(batch))


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        (networks.lenet(), (10,)),
        (networks.lenet_fully_conv(), (10, 1, 1)),
        (networks.lenet_fully_conv(input_size=64), (10, 9, 9)),
        (networks.lenet_fully_conv(input_size=128), (10, 25, 25)),
        (networks.alexnet(), (1000,)),
        (networks.vgg16(), (1000,)),
        (networks.resnet(), (10,)),
        (networks.resnet((1, 1), 8, 3, 32), (3,)),
        (networks.tiny(), (10,)),
        (networks.mlp(), (10,)),
        (networks.mlp((3, 8, 8), (), 4), (4,)),
        (networks.empty(), (3, 32, 32)),
    ],
)
def test_every_network_fits_and_gives_its_shape(spec, shape: tuple[int, ...]) -> None:
    assert output_shape(spec) == shape


def test_the_tiny_network_has_314_parameters() -> None:
    assert params_of(build(networks.tiny())) == 314  # 8 · (3 · 9 + 1) + 10 · (8 + 1)


@pytest.mark.parametrize("blocks", [(), (2, 0), (200,)])
def test_blocks_that_cannot_be_are_refused(blocks: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"block|layers"):
        networks.resnet(blocks)


def test_resnets_of_any_block_count_are_named_by_their_layers_with_weights() -> None:
    assert networks.resnet().name == "ResNet18"
    assert networks.resnet((3, 4, 6, 3)).name == "ResNet34"
