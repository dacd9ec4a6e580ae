"""Ties of max pooling against torch's own choice, and against what a layout of memory does."""

from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnviz.heatmaps import METHODS
from cnnviz.heatmaps.max_pooling import pooled, tied_windows
from cnnviz.heatmaps.ties import max_pool_ties
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.models.shipped import SHIPPED
from cnnviz.models.transforms import normalised, padded
from cnnviz.training.digits import shipped_digits


def torchs_own(model: nn.Module, batch: torch.Tensor, class_idx: int) -> torch.Tensor:
    """The map of `saliency` by plain torch."""
    leaf = batch.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(leaf)[0, class_idx], leaf)
    return gradient[0].abs().amax(dim=0)


@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(0, 1), st.integers(1, 2), st.booleans(),
    st.integers(0, 10_000),
)  # fmt: skip
def test_the_first_of_equal_cells_is_torchs_choice(kernel, stride, padding, dilation, ceil, seed):
    padding = min(padding, kernel // 2)
    pool = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil)
    generator = torch.Generator().manual_seed(seed)
    x = torch.randint(0, 4, (1, 2, 7, 8), generator=generator).float().requires_grad_()
    ours, theirs = pooled(pool, x), pool(x)
    assert torch.equal(ours, theirs)
    assert theirs.numel() >= tied_windows(pool, x)
    weights = torch.rand(theirs.shape, generator=generator)
    (mine,) = torch.autograd.grad((ours * weights).sum(), x)
    (other,) = torch.autograd.grad((theirs * weights).sum(), x)
    assert torch.allclose(mine, other, atol=1e-6)


def test_a_hand_computed_window():
    x = torch.tensor([[[[5.0, 5.0], [1.0, 5.0]]]], requires_grad=True)
    for last, cell in ((False, (0, 0)), (True, (1, 1))):
        (gradient,) = torch.autograd.grad(pooled(nn.MaxPool2d(2), x, takes_last=last).sum(), x)
        assert gradient[0, 0].nonzero().tolist() == [list(cell)]
    assert tied_windows(nn.MaxPool2d(2), x) == 1


def test_a_cell_that_is_larger_by_rounding_only_is_not_taken_for_it():
    x = torch.tensor([[[[1.0, 1.0 + 1e-6], [0.5, 1.0]]]], requires_grad=True)
    (ours,) = torch.autograd.grad(pooled(nn.MaxPool2d(2), x).sum(), x)
    (theirs,) = torch.autograd.grad(nn.MaxPool2d(2)(x).sum(), x)
    assert ours[0, 0].nonzero().tolist() == [[0, 0]]
    assert theirs[0, 0].nonzero().tolist() == [[0, 1]]


@pytest.mark.parametrize("name", ["saliency", "input_x_gradient", "guided_backprop"])
def test_no_map_of_pixels_hangs_on_the_layout_of_memory(name):
    network = pretrained("lenet-mnist")
    batch, told = network.transform(sample("digit_7")), []
    for layout in (torch.contiguous_format, torch.channels_last):
        model = copy.deepcopy(network.model).to(memory_format=layout)
        told.append(METHODS[name](model, batch.contiguous(memory_format=layout), 7).detach())
    assert torch.allclose(*told, atol=1e-4 * float(told[0].abs().max()))


def test_torchs_own_choice_hangs_on_the_layout_and_the_spread_says_how_far():
    network, spec = pretrained("lenet-mnist"), SHIPPED["lenet-mnist"].input
    rows = copy.deepcopy(network.model).to(memory_format=torch.contiguous_format)
    channels = copy.deepcopy(network.model).to(memory_format=torch.channels_last)
    digits, worst = shipped_digits(), 0.0
    for number in range(30):
        batch = padded(normalised(digits.pictures[number : number + 1], spec), spec)
        label = int(digits.labels[number])
        one = torchs_own(rows, batch.contiguous(), label)
        other = torchs_own(channels, batch.contiguous(memory_format=torch.channels_last), label)
        apart = float((one - other).abs().max() / max(one.max(), other.max()))
        ties = max_pool_ties(network.model, batch, label)
        assert apart < 1e-4 or ties.tied > 0
        worst = max(worst, apart)
        assert ties.windows == 6 * 14 * 14 + 16 * 5 * 5
    assert worst > 0.05  # so the page has something to say


def test_a_photo_has_next_to_no_ties():
    network = pretrained("resnet18-cifar10")
    batch = network.transform(sample("cat"))
    ties = max_pool_ties(network.model, batch, 3)
    assert ties.windows > 0
    assert ties.spread < 0.2


def test_a_network_without_max_pooling_has_none():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    assert max_pool_ties(network, torch.rand(1, 1, 8, 8), 1).windows == 0
    with pytest.raises(ValueError, match="class 5 is not one of"):
        max_pool_ties(network, torch.rand(1, 1, 8, 8), 5)
