"""Six thousand random layers against torch on CPU tensors, and small ones by hand."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.arithmetic import conv_num_params, conv_output_size, conv_transpose_output_size
from cnnviz.convolution.layer import (
    ConvSettings,
    conv_module,
    numbers,
    padded,
    padding_sides,
    problem,
    read_counts,
)
from cnnviz.convolution.refusal import refusal
from tests.support.random_convolutions import (
    random_settings,
    square,
    torch_layer_and_shape,
    torch_module,
)


def formula_size(settings: ConvSettings, axis: int) -> int:
    """The size formula of the tutorial; "same" leaves the size as it is."""
    along = settings.axes[axis]
    if settings.padding == "same":
        return along.size
    padding = 0 if settings.padding == "valid" else settings.padding[axis]
    sizes = (along.size, along.kernel_size, along.stride, padding)
    if settings.transposed:
        return conv_transpose_output_size(*sizes, settings.output_padding[axis], along.dilation)
    return conv_output_size(*sizes, along.dilation)


@pytest.mark.parametrize("seed", range(4))
def test_page_formula_and_torch_agree_on_1500_random_layers(seed):
    accepted = 0
    for settings in random_settings(seed, 1_500):
        tried = torch_layer_and_shape(settings)
        assert (refusal(settings) is None) == (tried is not None), settings
        if tried is None:
            continue
        accepted += 1
        module, shape = tried
        found = numbers(settings)
        assert found.output_shape == shape
        assert shape[2:] == (formula_size(settings, 0), formula_size(settings, 1))
        assert found.kernel_shape == module.weight.shape
        assert found.num_params == sum(parameter.numel() for parameter in module.parameters())
        channels = (settings.in_channels, settings.out_channels)
        weights = (*channels, settings.kernel_size, settings.groups, settings.bias)
        assert found.num_params == conv_num_params(*weights)
    assert accepted > 240  # neither side is rare


def test_the_layers_of_the_tutorial():
    conv1 = numbers(square(32, in_channels=3, out_channels=10))
    conv2 = numbers(square(32, in_channels=10, out_channels=20, kernel_size=6, stride=2, padding=0))
    large = numbers(square(1000, in_channels=3, out_channels=10, kernel_size=5, padding=0))
    assert (conv1.num_params, conv1.output_shape) == (280, (1, 10, 32, 32))
    assert conv1.macs == 276_480  # 10 * 3 * 3² * 32²
    assert (conv2.num_params, conv2.output_shape) == (7_220, (1, 20, 14, 14))
    assert (large.num_params, large.output_shape) == (760, (1, 10, 996, 996))


def test_the_largest_layer_of_the_page_is_measured_without_being_built():
    found = numbers(square(4096, in_channels=4096, out_channels=4096, kernel_size=64, padding=32))
    assert found.output_shape == (1, 4096, 4097, 4097)
    assert found.num_params == 4096 * (4096 * 64**2 + 1)


@pytest.mark.parametrize("transposed", (False, True))
def test_multiply_adds_are_those_torch_counts(transposed):
    settings = ConvSettings(9, 7, 4, 6, (3, 2), (2, 1), (1, 0), groups=2, transposed=transposed)
    with FlopCounterMode(display=False) as flops, torch.inference_mode():
        conv_module(settings)(torch.zeros(1, 4, 9, 7))
    assert numbers(settings).macs == flops.get_total_flops() // 2


def test_sides_and_sizes_of_same_padding_with_an_even_kernel():
    settings = ConvSettings(7, 9, kernel_size=(4, 3), padding="same", dilation=(1, 2))
    found = numbers(settings)
    assert found.span == (4, 5)
    assert found.padding_sides == (1, 2, 2, 2)
    assert found.padded_size == (10, 13)
    assert found.output_shape == (1, 1, 7, 9)


def test_padding_written_out_gives_the_same_as_the_layer():
    generator = torch.Generator().manual_seed(0)
    modes = {"zeros": "constant"}
    for settings in random_settings(11, 300):
        if settings.transposed or problem(settings):
            continue
        module = conv_module(settings)
        batch = torch.rand(
            1, settings.in_channels, settings.height, settings.width, generator=generator
        )
        top, bottom, left, right = padding_sides(settings)
        mode = modes.get(settings.padding_mode, settings.padding_mode)
        padded = F.pad(batch, (left, right, top, bottom), mode=mode)
        assert padded.shape[2:] == numbers(settings).padded_size
        with torch.inference_mode():
            written_out = F.conv2d(
                padded, module.weight, module.bias, settings.stride, 0, settings.dilation,
                settings.groups,
            )  # fmt: skip
            assert torch.allclose(module(batch), written_out, atol=1e-5)


@pytest.mark.parametrize(
    ("mode", "numpys"),
    [("zeros", "constant"), ("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")],
)
def test_padded_maps_are_numpys(mode, numpys):
    maps = torch.rand(2, 5, 6, generator=torch.Generator().manual_seed(0))
    settings = ConvSettings(5, 6, 2, 2, (4, 3), padding="same", dilation=(1, 2), padding_mode=mode)
    expected = np.pad(maps.numpy(), ((0, 0), (1, 2), (2, 2)), mode=numpys)
    assert padded(settings, maps).numpy().tolist() == expected.tolist()


def gradient_counts(settings: ConvSettings) -> torch.Tensor:
    """How many outputs read each padded cell: the gradient of a sum with weights of one."""
    padded = torch.ones(1, 1, *numbers(settings).padded_size, requires_grad=True)
    ones = torch.ones(1, 1, *settings.kernel_size)
    output = F.conv2d(padded, ones, stride=settings.stride, dilation=settings.dilation)
    return torch.autograd.grad(output.sum(), padded)[0][0, 0]


def test_read_counts_are_the_gradient_of_the_layer_with_weights_of_one():
    tried = 0
    for settings in random_settings(12, 400):
        if settings.transposed or problem(settings):
            continue
        tried += 1
        counts, found = read_counts(settings), numbers(settings)
        assert counts.equal(gradient_counts(settings).long())
        rows, columns = found.unread
        height, width = found.padded_size
        assert counts[height - rows :].sum() == counts[:, width - columns :].sum() == 0
        assert counts[height - rows - 1].sum() > 0
        assert counts[:, width - columns - 1].sum() > 0
    assert tried > 50


def test_written_counts_of_a_transposed_layer_are_its_output_on_ones():
    tried = 0
    for settings in random_settings(13, 400):
        if not settings.transposed or problem(settings):
            continue
        tried += 1
        one = replace(settings, in_channels=1, out_channels=1, groups=1, bias=False)
        module = torch_module(one)
        torch.nn.init.ones_(module.weight)
        with torch.inference_mode():
            output = module(torch.ones(1, 1, settings.height, settings.width))
        assert read_counts(settings).equal(output[0, 0].round().long())
    assert tried > 50


def test_written_counts_of_a_transposed_layer_cut_on_one_axis_only():
    settings = ConvSettings(2, 2, 1, 1, (2, 2), padding=(1, 0), transposed=True)
    assert read_counts(settings).tolist() == [[2, 4, 2]]


def test_counts_of_a_small_layer_by_hand():
    assert read_counts(square(3, kernel_size=2, padding=0)).tolist() == [
        [1, 2, 1],
        [2, 4, 2],
        [1, 2, 1],
    ]
    assert read_counts(ConvSettings(1, 6, 1, 1, (1, 2), (1, 3), (0, 0))).tolist() == [
        [1, 1, 0, 1, 1, 0]
    ]


def test_settings_that_torch_refuses_build_no_module():
    with pytest.raises(ValueError, match="the kernel spans 9 pixels but the padded input has"):
        conv_module(square(6, kernel_size=9))
    with pytest.raises(ValueError, match="groups must be at least 1"):
        numbers(square(6, groups=0))


def test_numbers_of_refused_settings_raise_the_sentence_of_the_problem():
    refused = [(s, found) for s in random_settings(15, 300) if (found := problem(s))]
    assert len(refused) > 100
    for settings, found in refused:
        with pytest.raises(ValueError, match="^" + re.escape(found.sentence) + "$"):
            numbers(settings)
