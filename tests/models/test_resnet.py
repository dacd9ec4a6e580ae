"""ResNet18's shapes and counts as in the tutorial, and torchvision's own network beside it."""

import pytest
import torch
from torch import nn

from cnnviz.models import ResNet18, ResNetBlock
from cnnviz.models.resnet_names import from_torchvision, renamed
from cnnviz.torchvision_compat import torchvision


def num_params(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def randomise(model: nn.Module) -> nn.Module:
    """Weights and running statistics that are all different, so that no mix-up goes unseen."""
    generator = torch.Generator().manual_seed(0)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            values = torch.rand(tensor.shape, generator=generator)
            is_weight = tensor.ndim > 1
            tensor.copy_((values - 0.5) * 0.1 if is_weight else values + 0.5 * ("var" in name))
    return model.eval()


def test_the_block_of_the_tutorial_has_its_parameters_and_halves_the_picture():
    block = ResNetBlock(in_channels=3, out_channels=64, first_stride=2)
    main_path = 3 * 64 * 9 + 64 * 2 + 64 * 64 * 9 + 64 * 2
    assert num_params(block) == main_path + 3 * 64 + 64 * 2 == 39_168
    assert block(torch.randn(1, 3, 224, 224)).shape == (1, 64, 112, 112)


def test_a_block_that_changes_no_shape_has_no_weights_in_its_shortcut():
    assert len(ResNetBlock(64, 64).shortcut_path) == 0
    assert len(ResNetBlock(64, 64, first_stride=2).shortcut_path) == 2
    assert len(ResNetBlock(64, 128).shortcut_path) == 2


def test_a_block_adds_its_input_to_its_main_path():
    block, x = ResNetBlock(4, 4).eval(), torch.randn(2, 4, 6, 6)
    torch.testing.assert_close(block(x), (block.main_path(x) + x).clamp(min=0))


def test_resnet18_has_the_parameters_of_the_tutorial():
    assert num_params(ResNet18(num_classes=10)) == 11_181_642


@pytest.mark.parametrize("size", [32, 64, 224])
def test_resnet18_gives_ten_scores_for_a_picture_of_any_size(size):
    assert ResNet18(10).eval()(torch.randn(1, 3, size, size)).shape == (1, 10)


def test_groups_have_the_sizes_of_the_paper():
    model = ResNet18(10).eval()
    out = model.input_group(torch.randn(1, 3, 224, 224))
    sizes = [out.shape[1:]]
    for group in (model.group0, model.group1, model.group2, model.group3):
        out = group(out)
        sizes.append(out.shape[1:])
    assert sizes == [(64, 56, 56), (64, 56, 56), (128, 28, 28), (256, 14, 14), (512, 7, 7)]


def test_no_module_works_in_place():
    assert not any(getattr(module, "inplace", False) for module in ResNet18(10).modules())


def test_what_the_main_path_gave_is_not_changed_by_the_sum():
    block, x, kept = ResNetBlock(4, 4).eval(), torch.randn(1, 4, 6, 6), []
    block.main_path.register_forward_hook(lambda module, args, output: kept.append(output))
    block(x)
    torch.testing.assert_close(kept[0], block.main_path(x), rtol=0, atol=0)


@pytest.fixture(scope="module")
def torchvision_resnet18() -> nn.Module:
    return randomise(torchvision.models.resnet18(weights=None))


def test_torchvision_weights_fit_strictly_and_give_the_same_scores(torchvision_resnet18):
    ours = ResNet18(num_classes=1000).eval()
    ours.load_state_dict(from_torchvision(torchvision_resnet18.state_dict()), strict=True)
    x = torch.randn(2, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = torchvision_resnet18(x)
        torch.testing.assert_close(ours(x), expected, rtol=0, atol=0)
    assert expected.std() > 1e-3  # scores that differ, so that equality means something


def test_every_torchvision_name_gets_another_name_of_ours(torchvision_resnet18):
    names = [renamed(name) for name in torchvision_resnet18.state_dict()]
    assert sorted(names) == sorted(ResNet18(1000).state_dict())


def test_a_block_name_is_translated():
    assert renamed("layer2.0.downsample.1.running_var") == "group1.0.shortcut_path.1.running_var"


@pytest.mark.parametrize("name", ["layer5.0.conv1.weight", "layer1.0.conv3.weight", "head.bias"])
def test_a_name_of_another_network_is_refused(name):
    with pytest.raises(ValueError, match="no weight named"):
        renamed(name)
