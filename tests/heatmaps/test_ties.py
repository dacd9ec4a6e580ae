"""Ties of max pooling against torch's own choice, and against what a layout of memory does."""

from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnviz.heatmaps import saliency
from cnnviz.heatmaps.ties import _pooled, max_pool_ties
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.models.shipped import SHIPPED
from cnnviz.models.transforms import normalised, padded
from cnnviz.training.digits import shipped_digits


@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(0, 1), st.integers(1, 2), st.booleans(),
    st.integers(0, 10_000),
)  # fmt: skip
def test_the_first_of_equal_cells_is_torchs_choice(kernel, stride, padding, dilation, ceil, seed):
    padding = min(padding, kernel // 2)
    pool = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil)
    generator = torch.Generator().manual_seed(seed)
    x = torch.randint(0, 4, (1, 2, 7, 8), generator=generator).float().requires_grad_()
    ours, windows, tied = _pooled(pool, x, last=False)
    theirs = pool(x)
    assert torch.equal(ours, theirs)
    assert windows == theirs.numel() >= tied
    weights = torch.rand(theirs.shape, generator=generator)
    (mine,) = torch.autograd.grad((ours * weights).sum(), x)
    (other,) = torch.autograd.grad((theirs * weights).sum(), x)
    assert torch.allclose(mine, other, atol=1e-6)


def test_a_hand_computed_window():
    x = torch.tensor([[[[5.0, 5.0], [1.0, 5.0]]]], requires_grad=True)
    for last, cell in ((False, (0, 0)), (True, (1, 1))):
        output, windows, tied = _pooled(nn.MaxPool2d(2), x, last)
        (gradient,) = torch.autograd.grad(output.sum(), x)
        assert (windows, tied, gradient[0, 0].nonzero().tolist()) == (1, 1, [list(cell)])


def test_the_spread_is_as_large_as_what_a_layout_does():
    network, spec = pretrained("lenet-mnist"), SHIPPED["lenet-mnist"].input
    rows = copy.deepcopy(network.model).to(memory_format=torch.contiguous_format)
    channels = copy.deepcopy(network.model).to(memory_format=torch.channels_last)
    digits, worst = shipped_digits(), 0.0
    for number in range(30):
        batch = padded(normalised(digits.pictures[number : number + 1], spec), spec)
        label = int(digits.labels[number])
        one = saliency(rows, batch.contiguous(), label)
        other = saliency(channels, batch.contiguous(memory_format=torch.channels_last), label)
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
