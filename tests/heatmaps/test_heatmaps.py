"""Heatmaps against captum, against second implementations, and on networks done by hand."""

import copy
from concurrent.futures import ThreadPoolExecutor

import captum.attr
import pytest
import torch
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.heatmaps import (
    METHODS,
    Difference,
    StoppedError,
    class_activation_maps,
    default_layer,
    grad_cam,
    grad_cam_plus_plus,
    guided_backprop,
    hires_cam,
    input_x_gradient,
    integrated_gradients,
    layer_cam,
    occlusion,
    pass_from,
    random_map,
    saliency,
    smooth_grad,
    suitable_layers,
    upsample,
)
from cnnviz.heatmaps.scores import _with_one_rule
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.models.lenet import LeNet, LeNetFullyConv
from cnnviz.models.mlp import MLP
from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.torchvision_compat import torchvision
from tests.support.seeded import frozen, picture


class BlockOfModules(nn.Module):
    """ResNetBlock with a ReLU module after the sum, as captum needs it."""

    def __init__(self, block: ResNetBlock) -> None:
        super().__init__()
        self.main_path, self.shortcut_path = block.main_path, block.shortcut_path
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.main_path(x) + self.shortcut_path(x))


def small_residual(seed: int = 0) -> nn.Sequential:
    blocks = [ResNetBlock(3, 6, 2), ResNetBlock(6, 6), ResNetBlock(6, 8, 2)]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4)]
    model = frozen(lambda: nn.Sequential(*blocks, *head), seed)
    generator = torch.Generator().manual_seed(seed + 1)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.uniform_(0.5, 1.5, generator=generator)
            module.bias.uniform_(-0.5, 0.5, generator=generator)
    return model


CAM_CASES = {
    "LeNet": (LeNet, (1, 3, 32, 32), "feature_extractor.4"),
    "LeNet, last pooling": (LeNet, (1, 3, 32, 32), "feature_extractor"),
    "ResNet18, last block": (lambda: ResNet18(10), (1, 3, 96, 96), "group3"),
    "ResNet18, inside a block": (lambda: ResNet18(10), (1, 3, 64, 64), "group2.0.main_path.1"),
    "torchvision": (torchvision.models.resnet18, (1, 3, 96, 96), "layer4"),
}


@pytest.mark.parametrize("case", CAM_CASES)
def test_grad_cam_equals_captums(case: str) -> None:
    build, shape, layer = CAM_CASES[case]
    model, batch = frozen(build), picture(*shape)
    private = copy.deepcopy(model)
    reference = captum.attr.LayerGradCam(private, private.get_submodule(layer))
    for class_idx in (0, 7):
        expected = reference.attribute(
            batch.clone().requires_grad_(), target=class_idx, relu_attributions=True
        )
        heatmap = grad_cam(model, batch, class_idx, layer)
        assert heatmap.max() > 0
        torch.testing.assert_close(heatmap, expected[0, 0].detach(), rtol=1e-5, atol=1e-5)


def test_grad_cam_of_a_linear_head_on_average_pooling_is_the_class_activation_map() -> None:
    # Zhou et al., 2016: with y = w · mean(A) + b, the mean gradient is w / cells
    model, batch = frozen(lambda: ResNet18(10)), picture(1, 3, 96, 96)
    maps = record(model, batch, ["group3"])["group3"][0]  # (512, 3, 3)
    expected = torch.einsum("k,khw->hw", model.fc.weight[4], maps).relu() / 9
    torch.testing.assert_close(grad_cam(model, batch, 4, "group3"), expected)


def test_grad_cam_before_an_in_place_relu_takes_the_gradient_of_what_was_there() -> None:
    model, batch = frozen(torchvision.models.resnet18), picture(1, 3, 64, 64)
    out_of_place = copy.deepcopy(model)
    for module in out_of_place.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    expected = grad_cam(out_of_place, batch, 1, "layer3.0.bn1")
    assert torch.equal(grad_cam(model, batch, 1, "layer3.0.bn1"), expected)
    captums = captum.attr.LayerGradCam(out_of_place, out_of_place.layer3[0].bn1)
    captums = captums.attribute(batch, target=1, relu_attributions=True)[0, 0].detach()
    torch.testing.assert_close(expected, captums, rtol=1e-5, atol=1e-5)


class TwoMaps(nn.Module):
    """Passes two maps on, and scores them with weights one can do by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.maps(x)
        first = 2 * x[:, 0, 0, 0] - 4 * x[:, 0, 1, 1] + 3 * x[:, 1, 0, 1]
        return torch.stack([first, x.sum(dim=(1, 2, 3))], dim=1)


def test_the_maps_of_a_layer_at_once_are_the_ones_one_by_one() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    together = class_activation_maps(model, batch, Difference(3, 1), "1")
    assert list(together) == [name for name, method in METHODS.items() if method.needs_layer]
    for name, heatmap in together.items():
        assert torch.equal(heatmap, METHODS[name](model, batch, Difference(3, 1), "1"))


def test_one_pass_answers_for_every_class_and_for_several_threads() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    passed, classes = pass_from(model, batch, "1"), [0, 1, 2, 3] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(passed.class_activation_maps, classes))
    for class_idx, maps in zip(classes, found, strict=True):
        for name, heatmap in class_activation_maps(model, batch, class_idx, "1").items():
            assert torch.equal(maps[name], heatmap)


def test_a_pass_says_what_it_keeps_in_memory() -> None:
    before, behind = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3)
    model = nn.Sequential(before, nn.ReLU(), behind, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    passed = pass_from(model, picture(1, 3, 16, 16), "1")
    passed.gradient(0)
    places = {tensor.data_ptr() for tensor in passed.held()}
    assert behind.weight.data_ptr() in places
    assert before.weight.data_ptr() not in places


def test_before_an_average_and_a_linear_layer_hires_cam_is_grad_cam() -> None:
    network = pretrained("resnet18-cifar10")
    batch = network.transform(sample("cat"))
    same = grad_cam(network.model, batch, 3, "group3")
    torch.testing.assert_close(hires_cam(network.model, batch, 3, "group3"), same)
    earlier = grad_cam(network.model, batch, 3, "group1")
    assert not torch.allclose(hires_cam(network.model, batch, 3, "group1"), earlier)


MAPS = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0], [0.0, 2.0]]]])


def test_class_activation_maps_done_by_hand() -> None:
    model = TwoMaps()
    # gradients of class 0: [[2, 0], [0, -4]] and [[0, 3], [0, 0]]; means -1/2 and 3/4
    by_hand = torch.tensor([[0.25, 0.0], [0.0, 0.0]])  # ReLU(-A_0 / 2 + 3 A_1 / 4)
    assert torch.equal(grad_cam(model, MAPS, 0, "maps"), by_hand)
    by_hand = torch.tensor([[2.0, 3.0], [0.0, 0.0]])
    assert torch.equal(layer_cam(model, MAPS, 0, "maps"), by_hand)
    assert torch.equal(hires_cam(model, MAPS, 0, "maps"), by_hand)
    by_hand = torch.tensor([[0.0, 0.0], [0.0, 16.0]])  # (-4) · (-4): less against is more for
    assert torch.equal(hires_cam(model, -MAPS, 0, "maps"), by_hand)
    # α g: 4 / (8 + 8 · 10) · 2 = 1/11 for map 0, where A_0 sums to 10; for map 1, which sums to 4,
    # 9 / (18 + 27 · 4) · 3 = 3/14
    by_hand = MAPS[0, 0] / 11 + MAPS[0, 1] * 3 / 14
    torch.testing.assert_close(grad_cam_plus_plus(model, MAPS, 0, "maps"), by_hand)


def test_a_spatial_class_map_is_explained_by_the_mean_of_its_scores() -> None:
    model, batch = frozen(LeNetFullyConv), picture(1, 3, 48, 48)

    class Averaged(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = copy.deepcopy(model)

        def forward(self, x: Tensor) -> Tensor:
            return self.network(x).mean(dim=(2, 3))

    expected = grad_cam(Averaged(), batch, 2, "network.feature_extractor.4")
    heatmap = grad_cam(model, batch, 2, "feature_extractor.4")
    torch.testing.assert_close(heatmap, expected)
    assert saliency(model, batch, 2).shape == (48, 48)


def test_saliency_and_input_x_gradient_equal_a_gradient_taken_here() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    leaf = batch.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(leaf)[0, 3], leaf)
    torch.testing.assert_close(saliency(model, batch, 3), gradient[0].abs().amax(dim=0))
    torch.testing.assert_close(input_x_gradient(model, batch, 3), (gradient * batch)[0].sum(dim=0))


def test_smooth_grad_without_noise_is_saliency_and_with_noise_is_reproducible() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    still = smooth_grad(model, batch, 0, copies=3, noise=0.0)
    torch.testing.assert_close(still, saliency(model, batch, 0))
    noisy = smooth_grad(model, batch, 0, seed=5)
    assert torch.equal(noisy, smooth_grad(model, batch, 0, seed=5))
    assert not torch.equal(noisy, smooth_grad(model, batch, 0, seed=6))
    assert not torch.equal(noisy, still)


def test_smooth_grad_is_the_mean_gradient_of_its_noisy_copies() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    noise = torch.randn((5, 3, 16, 16), generator=torch.Generator().manual_seed(0))
    copies = batch + 0.15 * (batch.max() - batch.min()) * noise
    total = torch.zeros(3, 16, 16)
    for one in copies:
        leaf = one[None].requires_grad_()
        total += torch.autograd.grad(model(leaf)[0, 1], leaf)[0][0]
    expected = (total / 5).abs().amax(dim=0)
    torch.testing.assert_close(smooth_grad(model, batch, 1, copies=5), expected)


def test_integrated_gradients_add_up_and_equal_a_fine_sum_along_the_path() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    heatmap = integrated_gradients(model, batch, 2, steps=64)
    assert heatmap.sum() == pytest.approx(
        (model(batch) - model(torch.zeros_like(batch)))[0, 2].item(), abs=1e-3
    )
    alphas = (torch.arange(2000) + 0.5) / 2000  # midpoints
    leaf = (alphas[:, None, None, None] * batch).requires_grad_()
    (gradient,) = torch.autograd.grad(model(leaf)[:, 2].sum(), leaf)
    expected = (gradient.mean(dim=0) * batch[0]).sum(dim=0)
    torch.testing.assert_close(heatmap, expected, rtol=0, atol=3e-3)


PIXEL_CASES = {
    "LeNet": (lambda: frozen(LeNet), (1, 3, 32, 32)),
    "one channel, no square": (lambda: frozen(lambda: MLP(60, (7,), 4)), (1, 1, 6, 10)),
    "residual": (small_residual, (1, 3, 16, 20)),
}


@pytest.mark.parametrize("case", PIXEL_CASES)
@pytest.mark.parametrize("steps", [1, 8, 20])
def test_integrated_gradients_equal_captums(case: str, steps: int) -> None:
    build, shape = PIXEL_CASES[case]
    model, batch, start = build(), picture(*shape), picture(*shape, seed=1)
    theirs = captum.attr.IntegratedGradients(_with_one_rule(copy.deepcopy(model)))
    for baseline in (None, start):
        expected = theirs.attribute(batch, baseline, target=1, n_steps=steps)[0].sum(dim=0)
        ours = integrated_gradients(model, batch, 1, steps, baseline)
        torch.testing.assert_close(ours, expected.float(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("case", PIXEL_CASES)
@pytest.mark.parametrize(("cover", "step"), [(None, None), (1, 1), (3, 2), (5, 5), (6, 4)])
def test_occlusion_equals_captums(case: str, cover: int | None, step: int | None) -> None:
    build, shape = PIXEL_CASES[case]
    model, batch = build(), picture(*shape)
    side = cover or max(1, min(shape[2:]) // 6)
    strides = (shape[1], *[step or max(1, side // 2)] * 2)
    theirs = captum.attr.Occlusion(copy.deepcopy(model))
    expected = theirs.attribute(batch, (shape[1], side, side), strides, target=1)[0, 0]
    ours = occlusion(model, batch, 1, cover, step)
    torch.testing.assert_close(ours, expected, rtol=0, atol=1e-6)


def test_saliency_and_input_x_gradient_equal_captums() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 20)
    leaf, private = batch.clone().requires_grad_(), copy.deepcopy(model)
    expected = captum.attr.Saliency(private).attribute(leaf, target=3)[0].amax(dim=0)
    torch.testing.assert_close(saliency(model, batch, 3), expected, rtol=0, atol=1e-6)
    expected = captum.attr.InputXGradient(private).attribute(leaf, target=3)[0].sum(dim=0)
    torch.testing.assert_close(
        input_x_gradient(model, batch, 3), expected.detach(), rtol=0, atol=1e-6
    )


def test_integrated_gradients_start_at_the_baseline_they_are_given() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    baseline = picture(1, 3, 16, 16, seed=1)
    heatmap = integrated_gradients(model, batch, 2, steps=64, baseline=baseline)
    difference = (model(batch) - model(baseline))[0, 2].item()
    assert heatmap.sum().item() == pytest.approx(difference, abs=1e-3)
    assert integrated_gradients(model, batch, 2, baseline=batch).abs().max() == 0


@pytest.mark.parametrize("case", ["LeNet", "torchvision"])
def test_guided_backpropagation_equals_captums_where_every_relu_is_a_module(case: str) -> None:
    build, shape, _ = CAM_CASES[case]
    model, batch = frozen(build), picture(*shape)
    private = copy.deepcopy(model)
    for module in private.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    reference = captum.attr.GuidedBackprop(private)
    expected = reference.attribute(batch.clone().requires_grad_(), target=5)[0].abs().amax(dim=0)
    torch.testing.assert_close(guided_backprop(model, batch, 5), expected, rtol=1e-5, atol=1e-6)


def test_guided_backpropagation_guides_the_function_at_the_end_of_a_residual_block() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    of_modules = copy.deepcopy(model)
    for index in range(3):
        of_modules[index] = BlockOfModules(of_modules[index])
    expected, unaware = (
        captum.attr.GuidedBackprop(network).attribute(batch.clone().requires_grad_(), target=1)
        for network in (of_modules, copy.deepcopy(model))
    )
    heatmap = guided_backprop(model, batch, 1)
    torch.testing.assert_close(heatmap, expected[0].abs().amax(dim=0), rtol=1e-5, atol=1e-6)
    assert not torch.allclose(heatmap, unaware[0].abs().amax(dim=0), atol=1e-4)


def test_occlusion_of_one_pixel_is_the_fall_of_the_score() -> None:
    model, batch = frozen(lambda: MLP(16, (5,), 3)), picture(1, 1, 4, 4)
    heatmap = occlusion(model, batch, 1, cover=1)
    before = model(batch)[0, 1]
    for row in range(4):
        for column in range(4):
            covered = batch.clone()
            covered[0, 0, row, column] = 0
            fall = before - model(covered)[0, 1]
            torch.testing.assert_close(heatmap[row, column], fall, atol=1e-6, rtol=1e-4)


def test_occlusion_covers_all_channels_of_a_square_at_once() -> None:
    model, batch = small_residual(), picture(1, 3, 12, 12)
    covered = batch.clone()
    covered[..., 0:3, 0:3] = 0  # the only cover of side 3 and step 1 on the corner pixel
    expected = (model(batch) - model(covered))[0, 0]
    torch.testing.assert_close(occlusion(model, batch, 0, cover=3)[0, 0], expected)


def test_a_cover_larger_than_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="cover of 40 pixels does not fit a picture of 32×32"):
        occlusion(frozen(LeNet), picture(1, 3, 32, 32), 0, cover=40)


def test_the_random_map_belongs_to_picture_and_class_and_not_to_the_network() -> None:
    batch = picture(1, 3, 32, 32)
    heatmap = random_map(frozen(LeNet), batch, 0)
    assert torch.equal(heatmap, random_map(frozen(LeNet, seed=1), batch, 0))
    assert not torch.equal(heatmap, random_map(frozen(LeNet), batch, 1))
    assert not torch.equal(heatmap, random_map(frozen(LeNet), picture(1, 3, 32, 32, seed=9), 0))
    assert heatmap.min() == 0
    assert heatmap.max() == 1


def test_the_highest_point_of_random_maps_is_in_each_quarter_equally_often() -> None:
    model, hits = nn.Identity(), 0
    for seed in range(400):
        top = random_map(model, picture(1, 1, 20, 20, seed=seed), 0).argmax().item()
        hits += top // 20 < 10 and top % 20 < 10
    assert abs(hits - 100) < 30  # 3.5 standard deviations of a fair quarter


@pytest.mark.parametrize("name", METHODS)
def test_every_method_gives_a_finite_map_of_its_sign_and_repeats_itself(name: str) -> None:
    model, batch, method = small_residual(), picture(1, 3, 16, 16), METHODS[name]
    heatmap = method(model, batch, 1)
    assert heatmap.ndim == 2
    assert heatmap.isfinite().all()
    assert heatmap.max() > heatmap.min()
    assert method.is_signed == (heatmap.min().item() < 0)
    assert not heatmap.requires_grad
    assert torch.equal(heatmap, method(model, batch, 1))
    assert (heatmap.shape == (4, 4)) == method.needs_layer


@pytest.mark.parametrize("name", METHODS)
def test_methods_leave_no_trace_on_the_model_even_in_inference_mode(name: str) -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    before = copy.deepcopy(model.state_dict())
    with torch.inference_mode():
        inside = METHODS[name](model, batch.clone(), 0)
    assert torch.equal(inside, METHODS[name](model, batch, 0))
    assert batch.grad is None
    for module in model.modules():
        assert not (module._forward_hooks or module._forward_pre_hooks or module._backward_hooks)
        assert not module._backward_pre_hooks
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


@pytest.mark.parametrize("name", METHODS)
def test_a_method_works_on_weights_that_are_being_trained_and_stores_no_gradient(name: str) -> None:
    model, batch = small_residual().requires_grad_(True).train(), picture(1, 3, 16, 16)
    expected = METHODS[name](copy.deepcopy(model).eval().requires_grad_(False), batch, 0)
    assert torch.equal(METHODS[name](model, batch, 0), expected)
    assert model.training
    assert all(parameter.grad is None for parameter in model.parameters())


SLOW = [name for name, method in METHODS.items() if method.is_slow]


@pytest.mark.parametrize("name", SLOW)
def test_slow_methods_tell_how_far_they_are_and_stop_when_told(name: str) -> None:
    model, batch, told = small_residual(), picture(1, 3, 16, 16), []
    METHODS[name](model, batch, 0, progress=lambda done: told.append(done) or True)
    assert len(told) >= 3
    assert told == sorted(told)
    assert told[0] == 0
    assert 0.5 < told[-1] <= 1
    with pytest.raises(StoppedError, match="stopped after"):
        METHODS[name](model, batch, 0, progress=lambda done: done < 0.4)


@pytest.mark.parametrize("name", [name for name in METHODS if not METHODS[name].is_control])
def test_a_class_that_does_not_exist_is_refused_with_the_range(name: str) -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    for class_idx in (-1, 4):
        with pytest.raises(ValueError, match=f"class {class_idx} is not one of 0 to 3"):
            METHODS[name](model, batch, class_idx)


@pytest.mark.parametrize("name", METHODS)
def test_several_pictures_at_once_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"looks at one picture.*\(2, 3, 16, 16\)"):
        METHODS[name](small_residual(), picture(2, 3, 16, 16), 0, "2")


def test_a_layer_without_maps_and_an_unknown_layer_are_refused() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    with pytest.raises(ValueError, match=r"layer '5' gives numbers of shape \(1, 4\) and no maps"):
        grad_cam(model, batch, 0, "5")
    with pytest.raises(ValueError, match="has no layer '9'"):
        grad_cam(model, batch, 0, "9")


def test_a_layer_may_be_the_module_itself() -> None:
    model, batch = frozen(LeNet), picture(1, 3, 32, 32)
    by_name = grad_cam(model, batch, 0, "feature_extractor.4")
    assert torch.equal(grad_cam(model, batch, 0, model.feature_extractor[4]), by_name)


def test_the_default_layer_is_the_last_with_more_than_one_cell() -> None:
    model = frozen(lambda: ResNet18(10))
    assert default_layer(model, (1, 3, 64, 64)) == "group3.1"
    assert default_layer(model, (1, 3, 32, 32)) == "group2.1"  # group3 is one cell
    assert default_layer(frozen(LeNet), (1, 3, 32, 32)) == "feature_extractor.5"
    with pytest.raises(ValueError, match="no layer of this network has maps"):
        default_layer(frozen(lambda: MLP(48, (5,), 3)), (1, 3, 4, 4))


def test_suitable_layers_are_those_with_maps_and_none_for_methods_of_pixels() -> None:
    model = frozen(LeNet)
    names = suitable_layers(model, METHODS["grad_cam"], (1, 3, 32, 32))
    assert names == [f"feature_extractor.{index}" for index in range(6)]
    assert suitable_layers(model, METHODS["saliency"], (1, 3, 32, 32)) == []


def test_upsampling_keeps_the_values_and_only_changes_the_size() -> None:
    heatmap = torch.tensor([[0.0, 4.0]])
    large = upsample(heatmap, (2, 4))
    assert torch.equal(large, torch.tensor([[0.0, 1.0, 3.0, 4.0], [0.0, 1.0, 3.0, 4.0]]))


def test_every_method_says_what_it_is_and_what_it_cannot_tell() -> None:
    for name, method in METHODS.items():
        assert method.name == name
        assert method.function.__name__ in (name, "random_map")
        assert len(method.cannot_tell) > 30
        assert method.formula.count("{") == method.formula.count("}")
        assert method.is_control == (name in ("random", "edges"))
        assert method.is_chance == (name == "random")


@pytest.mark.parametrize(
    "name", ["saliency", "input_x_gradient", "integrated_gradients", "occlusion", "grad_cam"]
)
def test_a_difference_of_two_classes_is_explained_as_one_score(name: str) -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    minus = copy.deepcopy(model)
    head = minus[5]
    head.weight = nn.Parameter(head.weight[3:4] - head.weight[1:2], requires_grad=False)
    head.bias = nn.Parameter(head.bias[3:4] - head.bias[1:2], requires_grad=False)
    expected = METHODS[name](minus, batch, 0)
    heatmap = METHODS[name](model, batch, Difference(3, 1))
    torch.testing.assert_close(heatmap, expected, rtol=1e-4, atol=1e-5)


def test_signed_maps_of_a_difference_are_the_difference_of_the_maps() -> None:
    model, batch = small_residual(), picture(1, 3, 16, 16)
    for name in ("input_x_gradient", "integrated_gradients", "occlusion"):
        of, minus = (METHODS[name](model, batch, class_idx) for class_idx in (2, 0))
        both = METHODS[name](model, batch, Difference(2, 0))
        torch.testing.assert_close(both, of - minus, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="class 7 is not one of 0 to 3"):
        saliency(model, batch, Difference(2, 7))


class Scores(nn.Module):
    """A network whose scores are handed over by `give`, and a layer that is never called."""

    def __init__(self, give=lambda scores, maps: scores, cut=False, in_place=False) -> None:
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3)
        self.act = nn.Sigmoid()
        self.head = nn.Linear(8, 4)
        self.extra = nn.ReLU()
        self.give, self.cut, self.in_place = give, cut, in_place

    def forward(self, x: Tensor) -> object:
        x = x.sub_(0.5) if self.in_place else x
        maps = self.act(self.c(x))
        maps = maps.detach() if self.cut else maps
        return self.give(self.head(maps.mean((2, 3))), maps)


BY_LAYER = ("grad_cam", "grad_cam_plus_plus", "layer_cam", "hires_cam")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("give", "says"),
    [
        (lambda scores, maps: (scores, maps), "returns a tuple of 2 and not one tensor of scores"),
        (lambda scores, maps: {"out": scores}, "returns a dict of 1 and not"),
        (lambda scores, maps: scores[0], r"numbers of shape \(4,\)"),
    ],
)
def test_a_network_that_returns_more_than_scores_is_told(method, give, says) -> None:
    arguments = ("c",) if method in BY_LAYER else ()
    if not METHODS[method].is_control:
        with pytest.raises(ValueError, match=says):
            function_of(method)(Scores(give), torch.rand(1, 3, 12, 14), 0, *arguments)


def function_of(name: str):
    return {
        "grad_cam": grad_cam, "grad_cam_plus_plus": grad_cam_plus_plus, "layer_cam": layer_cam,
        "hires_cam": hires_cam, "saliency": saliency, "input_x_gradient": input_x_gradient,
        "smooth_grad": smooth_grad, "integrated_gradients": integrated_gradients,
        "guided_backprop": guided_backprop, "occlusion": occlusion,
    }[name]  # fmt: skip


def test_a_gradient_that_is_cut_off_and_a_layer_that_is_never_called_are_told() -> None:
    batch = torch.rand(1, 3, 12, 14)
    with pytest.raises(ValueError, match="cuts it off"):
        grad_cam(Scores(cut=True).requires_grad_(False), batch, 0, "c")
    with pytest.raises(ValueError, match="never comes to its layer 'extra'"):
        grad_cam(Scores(), batch, 0, "extra")
    with pytest.raises(ValueError, match="never comes to its layer 'extra'"):
        record(Scores(), batch, ["extra"])
    with pytest.raises(ValueError, match="no layer 'extro'"):
        record(Scores(), batch, ["extro"])


def test_a_network_that_writes_over_the_picture_or_over_a_layer_is_taken_or_told() -> None:
    batch = torch.rand(1, 3, 12, 14)
    plain = Scores()
    changed = Scores(in_place=True)
    changed.load_state_dict(plain.state_dict())
    assert torch.equal(saliency(changed, batch, 1), saliency(plain, batch - 0.5, 1))
    changed.act = nn.Sequential(nn.Sigmoid(), nn.ReLU(inplace=True))
    with pytest.raises(ValueError, match="inplace=True"):
        grad_cam(changed, batch, 0, "c")
