"""Small kernels behind each other against one large one, as torch counts them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.stacked import against_small, stacked_responses


def _count(layers: nn.Sequential) -> int:
    return sum(parameter.numel() for parameter in layers.parameters())


@pytest.mark.parametrize(
    ("size", "padding", "dilation"), [(5, 2, 1), (5, 0, 1), (7, 3, 1), (7, 6, 2), (9, 0, 1)]
)
def test_both_are_what_torch_makes_of_them(size, padding, dilation):
    settings = ConvSettings(20, 24, 6, 10, (size,) * 2, (1, 1), (padding,) * 2, (dilation,) * 2)
    one, small = against_small(settings)
    count = (size - 1) // 2
    large = nn.Sequential(nn.Conv2d(6, 10, size, 1, padding, dilation))
    layers = nn.Sequential(
        *(nn.Conv2d(10 if i else 6, 10, 3, 1, padding // count, dilation) for i in range(count))
    )
    picture = torch.zeros(1, 6, 20, 24, requires_grad=True)
    for stack, network in ((one, large), (small, layers)):
        network.requires_grad_(True)
        assert stack.num_params == _count(network)
        answer = network(picture)
        assert stack.output_shape == tuple(answer.shape)
        (seen,) = torch.autograd.grad(
            answer[0, 0, answer.shape[2] // 2, answer.shape[3] // 2], picture
        )
        rows = seen[0].abs().sum(0).sum(1).nonzero().flatten()
        assert int(rows[-1] - rows[0]) + 1 <= stack.sees
        if not padding:
            assert int(rows[-1] - rows[0]) + 1 == stack.sees
    assert small.layers == count


def test_multiply_adds_are_weights_times_places():
    one, small = against_small(ConvSettings(32, 32, 64, 64, (5, 5), padding=(2, 2)))
    assert (one.num_params, small.num_params) == (102_464, 73_856)  # the tutorial's
    assert (one.macs, small.macs) == (25 * 64 * 64 * 32 * 32, 2 * 9 * 64 * 64 * 32 * 32)


@pytest.mark.parametrize(
    "settings",
    [
        ConvSettings(),
        ConvSettings(kernel_size=(4, 4)),
        ConvSettings(kernel_size=(5, 3)),
        ConvSettings(12, 12, kernel_size=(5, 5), padding=(2, 2), stride=(2, 2)),
        ConvSettings(12, 12, kernel_size=(5, 5), padding=(1, 1)),
        ConvSettings(12, 12, 2, 2, (5, 5), padding=(2, 2), groups=2),
        ConvSettings(12, 12, kernel_size=(5, 5), padding=(2, 2), transposed=True),
    ],
)
def test_where_small_ones_do_not_stand_for_it_there_are_none(settings):
    assert against_small(settings) is None


@pytest.mark.parametrize(("name", "size", "is_same"), [
    ("sobel_x", 5, True), ("sobel_y", 7, True), ("gaussian_blur", 5, True), ("box_blur", 5, False),
])  # fmt: skip
def test_a_large_sobel_is_a_small_one_blurred(name, size, is_same):
    picture = torch.rand(3, 40, 30, generator=torch.Generator().manual_seed(0))
    large, small = (KERNELS[name].weights((side, side)) for side in (size, 3))
    settings = ConvSettings(kernel_size=(size, size), padding=(size // 2, size // 2))
    found = stacked_responses(picture, settings, large, small)
    summed = picture.sum(0)[None, None]
    expected = nn.functional.conv2d(summed, large[None, None], padding=size // 2)[0, 0]
    assert torch.allclose(found.one, expected, atol=1e-4)
    blur = KERNELS["gaussian_blur"].weights((3, 3))[None, None]
    chain = nn.functional.conv2d(summed, small[None, None], padding=1)
    for _ in range((size - 3) // 2):
        chain = nn.functional.conv2d(chain, blur, padding=1)
    assert torch.allclose(found.chain, chain[0, 0], atol=1e-4)
    assert (found.difference < 1e-4) == is_same


def test_there_is_no_chain_for_an_even_kernel():
    picture = torch.rand(1, 20, 20)
    even = ConvSettings(kernel_size=(4, 4))
    assert stacked_responses(picture, even, torch.ones(4, 4), torch.ones(3, 3)) is None
