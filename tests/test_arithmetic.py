"""Every formula against torch itself, on real CPU tensors."""

import random

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.arithmetic import (
    check_groups,
    conv_macs,
    conv_num_params,
    conv_output_size,
    conv_transpose_output_size,
    pool_output_size,
    positions,
    rf_step,
    same_padding,
    span,
    unread_at_end,
)


def size_or_none(function, *values):
    try:
        return function(*values)
    except ValueError:
        return None


def torch_size_or_none(function, *values):
    try:
        with torch.inference_mode():
            size = function(*values).shape[-1]
    except (RuntimeError, ValueError):
        return None
    return size or None  # some of torch's transposed convolutions return nothing, others refuse


def test_ten_thousand_convolutions_have_the_size_torch_gives_or_are_refused_as_by_torch():
    dice = random.Random(0)
    for _ in range(10_000):
        size, kernel_size, stride = dice.randint(1, 14), dice.randint(1, 6), dice.randint(1, 5)
        padding, dilation = dice.randint(0, 4), dice.randint(1, 4)
        line, weight = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel_size)
        expected = torch_size_or_none(F.conv1d, line, weight, None, stride, padding, dilation)
        found = size_or_none(conv_output_size, size, kernel_size, stride, padding, dilation)
        assert found == expected, (size, kernel_size, stride, padding, dilation)


def test_five_thousand_transposed_convolutions_agree_with_torch():
    dice = random.Random(1)
    for _ in range(5_000):
        size, kernel_size, stride = dice.randint(1, 8), dice.randint(1, 5), dice.randint(1, 4)
        padding, dilation, more = dice.randint(0, 4), dice.randint(1, 3), dice.randint(0, 3)
        plane, weight = torch.zeros(1, 1, 1, size), torch.zeros(1, 1, 1, kernel_size)
        expected = torch_size_or_none(
            F.conv_transpose2d,
            plane,
            weight,
            None,
            (1, stride),
            (0, padding),
            (0, more),
            1,
            (1, dilation),
        )
        found = size_or_none(
            conv_transpose_output_size, size, kernel_size, stride, padding, more, dilation
        )
        assert found == expected, (size, kernel_size, stride, padding, more, dilation)


def test_ten_thousand_poolings_agree_with_torch_also_with_ceil_mode():
    dice = random.Random(2)
    for _ in range(10_000):
        size, kernel_size = dice.randint(1, 14), dice.randint(1, 5)
        stride = dice.choice((None, 1, 2, 3, 4, 5))
        padding, dilation = dice.randint(0, 3), dice.randint(1, 3)
        ceil_mode = dice.random() < 0.5
        step = kernel_size if stride is None else stride
        pool = nn.MaxPool2d(
            (1, kernel_size), (1, step), (0, padding), (1, dilation), False, ceil_mode
        )
        expected = torch_size_or_none(pool, torch.zeros(1, 1, size))
        found = size_or_none(
            pool_output_size, size, kernel_size, stride, padding, dilation, ceil_mode
        )
        assert found == expected, (size, kernel_size, stride, padding, dilation, ceil_mode)


def test_average_pooling_has_the_same_sizes():
    for size in range(1, 12):
        for ceil_mode in (False, True):
            pool = nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=ceil_mode)
            expected = torch_size_or_none(pool, torch.zeros(1, size, size))
            assert size_or_none(pool_output_size, size, 3, 2, 1, 1, ceil_mode) == expected


@pytest.mark.parametrize(
    ("input_size", "padding", "stride", "dilation", "output_size"),
    [(4, 0, 1, 1, 2), (5, 1, 1, 1, 5), (5, 1, 2, 1, 3), (7, 0, 1, 2, 3)],
)
def test_the_four_animations_of_the_tutorial(input_size, padding, stride, dilation, output_size):
    assert conv_output_size(input_size, 3, stride, padding, dilation) == output_size


def test_the_layers_of_the_tutorial():
    assert conv_num_params(3, 10, 3) == 280
    assert conv_output_size(32, 3, padding=1) == 32
    assert conv_num_params(10, 20, 6) == 7_220
    assert conv_output_size(32, 6, stride=2) == 14
    assert conv_num_params(3, 10, 5) == 760
    assert conv_output_size(1000, 5) == 996
    assert pool_output_size(14, 2) == 7


def test_a_transposed_convolution_finds_the_way_back_to_the_input_size():
    for size in range(5, 40):
        small = conv_output_size(size, 3, stride=2, padding=1)
        lost = unread_at_end(size + 2, 3, stride=2)
        assert conv_transpose_output_size(small, 3, 2, padding=1, output_padding=lost) == size


@pytest.mark.parametrize("kernel_size", range(1, 8))
@pytest.mark.parametrize("dilation", (1, 2, 3))
def test_same_padding_is_what_torch_adds(kernel_size, dilation):
    layer = nn.Conv1d(1, 1, kernel_size, padding="same", dilation=dilation, bias=False)
    before, after = same_padding(kernel_size, dilation)
    line = torch.rand(1, 1, 30, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        padded = F.conv1d(F.pad(line, (before, after)), layer.weight, dilation=dilation)
        assert torch.allclose(layer(line), padded)


def test_pixels_behind_the_last_window_have_no_influence_and_all_before_them_do():
    for size, kernel_size, stride in ((8, 3, 2), (9, 3, 2), (10, 3, 4), (7, 2, 5), (6, 6, 3)):
        line = torch.ones(1, 1, size, requires_grad=True)
        output = F.conv1d(line, torch.ones(1, 1, kernel_size), stride=stride)
        (influence,) = torch.autograd.grad(output.sum(), line)
        unread = unread_at_end(size, kernel_size, stride)
        assert influence.flatten()[size - unread :].sum() == 0
        assert influence.flatten()[size - unread - 1] > 0
        assert len(output.flatten()) == positions(size, kernel_size, stride)


@pytest.mark.parametrize("groups", (1, 2, 4))
@pytest.mark.parametrize("bias", (True, False))
@pytest.mark.parametrize("kernel_size", (3, (1, 5)))
def test_parameters_and_multiply_adds_are_those_of_the_module(groups, bias, kernel_size):
    layer = nn.Conv2d(4, 8, kernel_size, groups=groups, bias=bias)
    counted = sum(parameter.numel() for parameter in layer.parameters())
    assert conv_num_params(4, 8, kernel_size, groups, bias) == counted
    with FlopCounterMode(display=False) as flops, torch.inference_mode():
        output = layer(torch.zeros(1, 4, 9, 11))
    size = (output.shape[2], output.shape[3])
    assert conv_macs(4, 8, kernel_size, size, groups) == flops.get_total_flops() // 2


def test_a_transposed_layer_lays_its_kernel_once_on_each_input_pixel():
    layer = nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2)
    with FlopCounterMode(display=False) as flops, torch.inference_mode():
        layer(torch.zeros(1, 4, 5, 7))
    assert conv_macs(4, 6, 3, (5, 7), groups=2) == flops.get_total_flops() // 2


def test_the_receptive_field_is_where_the_gradient_reaches():
    layers = [(3, 1, 2), (2, 2, 1), (5, 2, 1), (3, 1, 1)]
    line = torch.ones(1, 1, 101, requires_grad=True)
    output, rf, jump = line, 1, 1
    for kernel_size, stride, dilation in layers:
        weight = torch.ones(1, 1, kernel_size)
        output = F.conv1d(output, weight, stride=stride, dilation=dilation)
        rf, jump = rf_step(rf, jump, kernel_size, stride, dilation)
        reached = [
            torch.autograd.grad(output[0, 0, cell], line, retain_graph=True)[0].flatten().nonzero()
            for cell in (2, 3)
        ]
        assert reached[0].max() - reached[0].min() + 1 == rf
        assert reached[1].min() - reached[0].min() == jump


def test_the_tutorial_s_chain_sees_ten_pixels():
    assert rf_step(1, 1, 3) == (3, 1)
    assert rf_step(3, 1, 6, 2) == (8, 2)
    assert rf_step(8, 2, 2, 2) == (10, 4)


def test_the_span_counts_the_holes():
    assert [span(3, dilation) for dilation in (1, 2, 3)] == [3, 5, 7]
    assert span(1, 9) == 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: conv_output_size(3, 4, padding=1, dilation=2),
            "the kernel spans 7 pixels but the padded input has only 5",
        ),
        (lambda: conv_output_size(3, 3, stride=0), "stride must be at least 1, but it is 0"),
        (lambda: conv_output_size(3, 3, padding=-1), "padding must be at least 0, but it is -1"),
        (lambda: conv_output_size(0, 3), "input_size must be at least 1, but it is 0"),
        (
            lambda: conv_transpose_output_size(2, 2, padding=2),
            "the padding cuts 4 pixels off an output of only 3",
        ),
        (
            lambda: conv_transpose_output_size(4, 3, 2, output_padding=3),
            "output_padding is 3 but must be smaller than stride or dilation, here 2 and 1",
        ),
        (
            lambda: pool_output_size(8, 3, padding=2),
            "padding is 2 but at most half of kernel_size 3 may be",
        ),
        (
            lambda: pool_output_size(2, 3),
            "the kernel spans 3 pixels but the padded input has only 2",
        ),
        (
            lambda: conv_num_params(6, 4, 3, groups=4),
            "in_channels is 6, which cannot be split into 4 equal groups",
        ),
        (lambda: conv_num_params(1, 1, (3, 0)), "kernel_size must be at least 1, but it is 0"),
        (lambda: conv_macs(1, 1, 3, 0), "output_size must be at least 1, but it is 0"),
        (lambda: conv_macs(1, 1, 3, (0, 3)), "output_size must be at least 1, but it is 0"),
        (lambda: span(0), "kernel_size must be at least 1, but it is 0"),
        (lambda: span(3, 0), "dilation must be at least 1, but it is 0"),
        (lambda: conv_transpose_output_size(0, 3), "input_size must be at least 1"),
        (lambda: conv_transpose_output_size(3, 3, 0), "stride must be at least 1"),
        (lambda: conv_transpose_output_size(3, 3, padding=-1), "padding must be at least 0"),
        (
            lambda: conv_transpose_output_size(3, 3, output_padding=-1),
            "output_padding must be at least 0",
        ),
        (lambda: pool_output_size(0, 1), "input_size must be at least 1"),
        (lambda: pool_output_size(3, 2, 0), "stride must be at least 1"),
        (lambda: pool_output_size(3, 2, padding=-1), "padding must be at least 0"),
        (lambda: pool_output_size(1, 5, padding=1), "spans 5 pixels but .* has only 3"),
        (lambda: positions(0, 1), "the kernel spans 1 pixel but the padded input has only 0"),
        (lambda: check_groups(0, 1, 1), "in_channels must be at least 1, but it is 0"),
        (lambda: check_groups(1, 0, 1), "out_channels must be at least 1, but it is 0"),
        (lambda: check_groups(1, 1, 0), "groups must be at least 1, but it is 0"),
        (lambda: check_groups(4, 6, 4), "out_channels is 6, which cannot be split into 4"),
        (lambda: rf_step(0, 1, 3), "rf must be at least 1, but it is 0"),
        (lambda: rf_step(1, 0, 3), "jump must be at least 1, but it is 0"),
        (lambda: rf_step(1, 1, 3, 0), "stride must be at least 1, but it is 0"),
    ],
)
def test_what_cannot_be_is_said_with_both_numbers(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_what_is_left_out_is_what_torch_takes_for_it():
    assert positions(7, 3) == conv_output_size(7, 3) == F.conv1d(*ones(7, 3)).shape[-1]
    assert conv_output_size(7, 3) == conv_output_size(7, 3, 1, 0, 1)
    assert conv_transpose_output_size(7, 3) == F.conv_transpose1d(*ones(7, 3)).shape[-1]
    assert pool_output_size(7, 3) == F.max_pool1d(ones(7, 3)[0], 3).shape[-1]
    assert unread_at_end(7, 3) == 0
    assert conv_num_params(4, 6, 3) == conv_num_params(4, 6, 3, 1, True) == 6 * (4 * 9 + 1)
    assert conv_macs(4, 6, 3, 5) == conv_macs(4, 6, (3, 3), (5, 5), 1)
    assert rf_step(5, 2, 3) == (9, 2)


def ones(size, kernel_size):
    return torch.ones(1, 1, size), torch.ones(1, 1, kernel_size)
