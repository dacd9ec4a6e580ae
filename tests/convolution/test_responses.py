"""Responses against torch's own functions, and windows against the response they explain."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.layer import ConvSettings, problem
from cnnviz.convolution.responses import (
    filter_bank,
    flip,
    inside,
    picture_settings,
    respond,
    window,
)
from tests.support.random_convolutions import random_settings

SETTINGS = [
    ConvSettings(),
    ConvSettings(kernel_size=(5, 3), stride=(2, 1), padding=(0, 1)),
    ConvSettings(dilation=(2, 3), padding=(4, 3)),
    ConvSettings(kernel_size=(4, 4), padding="same"),
    ConvSettings(padding="valid"),
    ConvSettings(padding=(3, 2), padding_mode="reflect"),
    ConvSettings(padding=(3, 2), padding_mode="replicate"),
    ConvSettings(kernel_size=(2, 5), padding="same", padding_mode="circular"),
    ConvSettings(transposed=True, stride=(2, 3), output_padding=(1, 0)),
    ConvSettings(transposed=True, kernel_size=(2, 2), stride=(3, 3), padding=(0, 0)),
]


def picture(channels: int = 3, height: int = 12, width: int = 15) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(channels, height, width, generator=generator)


def by_hand(image: torch.Tensor, weight: torch.Tensor, settings: ConvSettings) -> torch.Tensor:
    """One channel through torch's functions, with the padding written out."""
    plane, kernel = image.view(1, 1, *image.shape), weight.view(1, 1, *weight.shape)
    if settings.transposed:
        return F.conv_transpose2d(
            plane, kernel, stride=settings.stride, padding=settings.padding,
            output_padding=settings.output_padding, dilation=settings.dilation,
        )[0, 0]  # fmt: skip
    (top, bottom), (left, right) = (axis.padding for axis in settings.axes)
    mode = "constant" if settings.padding_mode == "zeros" else settings.padding_mode
    padded = F.pad(plane, (left, right, top, bottom), mode=mode)
    return F.conv2d(padded, kernel, stride=settings.stride, dilation=settings.dilation)[0, 0]


@pytest.mark.parametrize("settings", SETTINGS)
def test_channels_one_by_one_or_added_up_are_what_torch_computes(settings):
    image = picture()
    weight = KERNELS["emboss"].weights(settings.kernel_size)
    expected = torch.stack([by_hand(channel, weight, settings) for channel in image])
    each = respond(image, weight, settings, channels="each")
    summed = respond(image, weight, settings)
    assert torch.allclose(each, expected, atol=1e-5)
    assert torch.allclose(summed, expected.sum(dim=0, keepdim=True), atol=1e-5)
    assert each.dtype == torch.float32


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("channels", ["sum", "each"])
def test_a_kernel_may_have_a_plane_for_every_channel(settings, channels):
    image = picture()
    generator = torch.Generator().manual_seed(1)
    planes = torch.rand(3, *settings.kernel_size, generator=generator)
    expected = torch.stack([by_hand(*pair, settings) for pair in zip(image, planes, strict=True)])
    expected = expected if channels == "each" else expected.sum(dim=0, keepdim=True)
    assert torch.allclose(respond(image, planes, settings, channels=channels), expected, atol=1e-5)


def test_relu_cuts_off_what_is_negative_and_nothing_else():
    weight = KERNELS["sobel_x"].weights((3, 3))
    before = respond(picture(), weight, ConvSettings())
    after = respond(picture(), weight, ConvSettings(), relu=True)
    assert before.min() < 0
    assert after.equal(before.clamp(min=0))


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_bank_is_one_layer_with_the_kernels_in_order(settings):
    names = list(KERNELS)
    maps = filter_bank(picture(), names, settings, angle=30, seed=5, relu=True)
    assert len(maps) == len(names)
    for name, one in zip(names, maps, strict=True):
        weight = KERNELS[name].weights(settings.kernel_size, angle=30, seed=5)
        alone = respond(picture(), weight, settings, relu=True)
        assert torch.allclose(one, alone[0], atol=1e-4), name


def test_a_flipped_kernel_makes_the_convolution_of_mathematics():
    image, weight = picture(1), torch.tensor([[1.0, 2.0, 0.0], [0.0, 3.0, 5.0]])
    settings = ConvSettings(kernel_size=(2, 3), padding=(1, 2))
    found = respond(image, flip(weight), settings)[0]
    expected = torch.zeros(12 + 1, 15 + 2)
    for i in range(2):  # (f * g)[n] = Σ f[n - m] g[m]
        for j in range(3):
            expected[i : i + 12, j : j + 15] += weight[i, j] * image[0]
    assert torch.allclose(found, expected, atol=1e-5)
    flipped = filter_bank(image, ["sobel_x"], ConvSettings(), flipped=True)
    assert torch.allclose(flipped, -filter_bank(image, ["sobel_x"], ConvSettings()), atol=1e-5)


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_window_adds_up_to_its_pixel(settings):
    image = picture(2, 6, 7)
    generator = torch.Generator().manual_seed(2)
    weight = torch.rand(settings.kernel_size, generator=generator)
    response = respond(image, weight, settings)[0]
    for row in range(response.shape[0]):
        for column in range(response.shape[1]):
            read = window(image, settings, row, column)
            total = (read.values * weight).sum()
            assert total == pytest.approx(response[row, column].item(), abs=1e-5)


def test_a_window_says_where_it_reads_and_what_is_padding():
    image = torch.arange(12.0).view(1, 3, 4)
    corner = window(image, ConvSettings(), 0, 3)
    assert corner.rows == (-1, 0, 1)
    assert corner.columns == (2, 3, 4)
    assert corner.values.tolist() == [[[0, 0, 0], [2, 3, 0], [6, 7, 0]]]
    assert corner.is_inside.tolist() == [
        [False, False, False],
        [True, True, False],
        [True, True, False],
    ]
    mirrored = window(image, ConvSettings(padding_mode="reflect"), 0, 3)
    assert mirrored.values.tolist() == [[[6, 7, 6], [2, 3, 2], [6, 7, 6]]]
    assert mirrored.is_inside.equal(corner.is_inside)


def test_a_transposed_window_shows_the_inputs_that_write_a_pixel():
    image = torch.arange(4.0).view(1, 2, 2)
    read = window(image, ConvSettings(transposed=True, stride=(2, 2), padding=(0, 0)), 2, 2)
    assert read.rows == read.columns == (1, None, 0)
    assert read.values.tolist() == [[[3, 0, 2], [0, 0, 0], [1, 0, 0]]]


def test_inside_is_every_response_whose_window_touches_no_padding():
    image = torch.ones(1, 9, 11)
    tried = 0
    for settings in random_settings(40, 400):
        layer = picture_settings(image, replace(settings, padding_mode="zeros"))
        if layer.transposed or problem(layer):
            continue
        tried += 1
        response = respond(image, torch.ones(layer.kernel_size), layer)
        whole = response == layer.kernel_size[0] * layer.kernel_size[1]
        part = inside(response, layer)
        if whole.any():
            assert part.numel() == whole.sum()
            assert part.eq(response.max()).all()
        else:
            assert part is response
    assert tried > 100


def test_a_transposed_response_is_inside_as_a_whole():
    layer = ConvSettings(4, 4, transposed=True)
    response = torch.zeros(1, 4, 4)
    assert inside(response, layer) is response


def test_the_layer_takes_size_and_channels_from_the_picture():
    settings = ConvSettings(99, 98, 8, 16, groups=4, stride=(2, 2))
    summed = picture_settings(picture(), settings, kernels=5)
    assert (summed.height, summed.width) == (12, 15)
    assert (summed.in_channels, summed.out_channels, summed.groups) == (3, 5, 1)
    each = picture_settings(picture(), settings, "each")
    assert (each.in_channels, each.out_channels, each.groups) == (3, 3, 3)
    assert not summed.bias
    assert problem(summed) is None


def test_nothing_is_remembered_for_a_gradient_and_the_arguments_are_left_alone():
    image = picture().requires_grad_()
    weight = KERNELS["sobel_x"].weights((3, 3))
    before = image.detach().clone()
    response = respond(image, weight, ConvSettings())
    assert not response.requires_grad
    assert image.equal(before)
    assert weight.equal(KERNELS["sobel_x"].weights((3, 3)))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: respond(picture(3, 5), torch.ones(9, 9), ConvSettings(kernel_size=(9, 9))),
            "along the height, the kernel spans 9 pixels but the padded input has only 7",
        ),
        (
            lambda: respond(picture(), torch.ones(2, 3, 3), ConvSettings()),
            "the kernel has 2 channels but the picture has 3",
        ),
        (
            lambda: respond(picture(), torch.ones(5, 5), ConvSettings()),
            "the weights are 5×5 but kernel_size is 3×3",
        ),
        (
            lambda: respond(
                torch.zeros(1, 512, 512), torch.ones(3, 3),
                ConvSettings(transposed=True, stride=(64, 64)),
            ),
            "the response would have 1,069,617,025 numbers",
        ),
        (
            lambda: respond(
                torch.zeros(3, 1024, 1024), torch.ones(64, 64),
                ConvSettings(kernel_size=(64, 64), padding="same"),
            ),
            "the response would take 12,884,901,888 multiply-adds",
        ),
        (
            lambda: window(picture(), ConvSettings(), 12, 0),
            r"the response has 12 rows and 15 columns, no pixel \(12, 0\)",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
