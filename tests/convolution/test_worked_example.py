"""The grid's numbers, recomputed by hand from what is sent to the browser."""

import json
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnviz.convolution.layer import ConvSettings, problem
from cnnviz.convolution.worked_example import grid_settings, worked_example
from tests.support.random_convolutions import random_settings, torch_module

KEYS = {
    "transposed", "stride", "padding", "dilation", "output_padding", "padding_mode", "groups",
    "input", "in_size", "padded_size", "read_channels", "channel", "out_channels", "weight", "bias",
    "kernel_label", "output", "channel_sums", "read_counts", "unread", "padding_cells", "pinned",
}  # fmt: skip


def drawn_examples(seed: int, count: int):
    """Random small layers that work, with a random output channel of each."""
    for number, settings in enumerate(random_settings(seed, count)):
        if problem(settings) is None:
            channel = number % settings.out_channels
            yield worked_example(settings, channel=channel, seed=number, bias=0.5)


def sum_at(example: dict, row: int, column: int) -> list[float]:
    """What each channel adds at one output cell of a convolution, written out in Python."""
    first, last = example["read_channels"]
    sums = []
    for plane, kernel in zip(example["input"][first:last], example["weight"], strict=True):
        total = 0
        for y, weights in enumerate(kernel):
            for x, weight in enumerate(weights):
                input_row = row * example["stride"][0] + y * example["dilation"][0]
                input_column = column * example["stride"][1] + x * example["dilation"][1]
                total += plane[input_row][input_column] * weight
        sums.append(total)
    return sums


def written_sums(example: dict) -> list[list[list[float]]]:
    """A transposed convolution as it is defined: every input cell writes the kernel, then a cut."""
    first, last = example["read_channels"]
    top, _, left, _ = example["padding"]
    rows, columns = len(example["output"]), len(example["output"][0])
    sums = [[[0.0] * (last - first) for _ in range(columns)] for _ in range(rows)]
    for channel, kernel in enumerate(example["weight"]):
        for i, values in enumerate(example["input"][first + channel]):
            for j, value in enumerate(values):
                for y, weights in enumerate(kernel):
                    for x, weight in enumerate(weights):
                        row = i * example["stride"][0] + y * example["dilation"][0] - top
                        column = j * example["stride"][1] + x * example["dilation"][1] - left
                        if 0 <= row < rows and 0 <= column < columns:
                            sums[row][column][channel] += value * weight
    return sums


def test_every_sum_of_random_examples_is_right_when_written_out_in_python():
    tried = {True: 0, False: 0}
    for worked in drawn_examples(seed=20, count=250):
        example = worked.to_json()
        tried[example["transposed"]] += 1
        rows, columns = len(example["output"]), len(example["output"][0])
        expected = (
            written_sums(example)
            if example["transposed"]
            else [[sum_at(example, i, j) for j in range(columns)] for i in range(rows)]
        )
        assert example["channel_sums"] == expected
        bias = example["bias"] or 0
        assert example["output"] == [[sum(cell) + bias for cell in row] for row in expected]
    assert min(tried.values()) > 20


def test_the_output_is_that_of_the_whole_layer_with_all_its_channels():
    generator = torch.Generator().manual_seed(1)
    tried = 0
    for number, settings in enumerate(random_settings(21, 300)):
        if problem(settings):
            continue
        tried += 1
        channel = number % settings.out_channels
        module = torch_module(settings).double()
        weight = torch.rand(module.weight.shape, generator=generator, dtype=torch.float64)
        module.weight = nn.Parameter(weight)
        bias = float(module.bias[channel].detach()) if settings.bias else 0.0
        worked = worked_example(settings, weight, channel, bias=bias)
        with torch.inference_mode():
            output = module(worked.input.unsqueeze(0))[0, channel]
        assert torch.allclose(worked.output, output)
        assert torch.allclose(worked.channel_sums.sum(dim=2) + bias, output)
    assert tried > 60


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_the_padded_input_shows_what_the_padding_mode_fills_in(mode):
    worked = worked_example(ConvSettings(4, 5, padding=(2, 1), padding_mode=mode))
    expected = F.pad(worked.input.unsqueeze(0), (1, 1, 2, 2), mode=mode).squeeze(0)
    assert worked.to_json()["input"] == expected.tolist()
    assert worked.padding_cells == 8 * 7 - 4 * 5


def test_the_input_is_whole_numbers_that_depend_on_the_seed_only():
    worked = worked_example(ConvSettings(9, 9), seed=3)
    again = worked_example(ConvSettings(9, 9, kernel_size=(5, 5)), seed=3)
    other = worked_example(ConvSettings(9, 9), seed=4)
    assert worked.input.equal(again.input)
    assert not worked.input.equal(other.input)
    assert set(worked.input.flatten().tolist()) <= set(range(10))


def test_the_global_random_state_is_left_alone():
    before = torch.get_rng_state()
    worked_example(ConvSettings(in_channels=2, out_channels=2))
    assert torch.get_rng_state().equal(before)


def test_a_depthwise_channel_reads_its_own_channel_only():
    worked = worked_example(ConvSettings(4, 4, 3, 6, groups=3), channel=3)
    assert worked.read_channels == (1, 2)
    assert worked.weight.shape == (1, 3, 3)


def test_one_plane_of_weights_serves_all_channels():
    plane = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    worked = worked_example(ConvSettings(3, 3, 2, 1, (2, 2), padding=(0, 0)), plane)
    assert worked.weight.tolist() == [plane.tolist(), plane.tolist()]


def test_what_is_sent_is_plain_json_with_short_numbers():
    weight = torch.tensor([[1 / 3, 2e-5 / 3], [-12.34567, 1.0]])
    example = worked_example(ConvSettings(3, 3, 1, 1, (2, 2)), weight, bias=0.1).to_json()
    assert example.keys() == KEYS
    assert json.loads(json.dumps(example)) == example
    assert example["weight"] == [[[0.3333, 6.667e-06], [-12.3457, 1]]]
    assert example["bias"] == 0.1
    assert all(isinstance(value, int) for row in example["input"][0] for value in row)


def test_a_sum_that_cancels_is_zero_and_not_dust():
    weight = torch.tensor([[0.1, 0.2, -0.3]], dtype=torch.float64)
    settings = ConvSettings(1, 3, 1, 1, (1, 3), padding=(0, 0), padding_mode="zeros", bias=False)
    worked = replace(worked_example(settings, weight), output=torch.tensor([[5.6e-17]]))
    assert worked.to_json()["output"] == [[0]]
    assert worked.to_json()["bias"] is None


def test_unread_and_padding_cells_are_counted():
    example = worked_example(ConvSettings(6, 6, stride=(2, 2))).to_json()
    assert example["padding_cells"] == 8 * 8 - 6 * 6
    assert example["unread"] == 15  # the last row and column of the padded 8×8
    bare = worked_example(ConvSettings(3, 3, 1, 1, (1, 1), (2, 2), (0, 0), transposed=True))
    assert bare.unread == 25 - 9  # outputs that no input writes
    assert bare.padding_cells == 0
    cut = worked_example(ConvSettings(3, 3, transposed=True))
    assert cut.padding_cells == 5 * 5 - 3 * 3


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: worked_example(ConvSettings(out_channels=2), channel=2),
            "channel is 2, but the output channels go from 0 to 1",
        ),
        (
            lambda: worked_example(ConvSettings(), torch.zeros(2, 2)),
            r"the weight has shape \(1, 2, 2\), but the kernel is \(1, 3, 3\)",
        ),
        (lambda: worked_example(ConvSettings(kernel_size=(9, 9))), "the kernel spans 9 pixels"),
        (
            lambda: worked_example(ConvSettings(padding=(7, 7), padding_mode="reflect")),
            'padding_mode "reflect" can add at most 5',
        ),
        (lambda: worked_example(ConvSettings(groups=2)), "cannot be split into 2 equal groups"),
        (lambda: grid_settings(ConvSettings(kernel_size=(9, 9))), "the kernel spans 9 pixels"),
        (
            lambda: grid_settings(ConvSettings(4000, 4000, kernel_size=(64, 64), dilation=(9, 9))),
            "the grid has room for 96 pixels along an axis, but a kernel that spans 568",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_settings_that_fit_are_drawn_as_they_are():
    for settings in (
        ConvSettings(),
        ConvSettings(32, 32, 4, 64, (11, 11), padding=(8, 8)),
        ConvSettings(32, 20, 2, 6, groups=2, padding="same"),
        ConvSettings(16, 16, transposed=True, stride=(4, 4)),
    ):
        assert grid_settings(settings) == settings


def test_larger_settings_are_drawn_on_a_small_input_that_works_the_same_way():
    for number, settings in enumerate(random_settings(22, 600)):
        large = replace(settings, height=settings.height + 30 * (number % 4), width=200)
        if problem(large):
            continue
        small = grid_settings(large)
        assert problem(small) is None
        assert small.height <= 32
        assert small.width <= 32
        assert small.in_channels <= 4
        assert (small.kernel_size, small.stride, small.padding) == (
            large.kernel_size,
            large.stride,
            large.padding,
        )
        if not large.transposed:
            assert small.width % small.stride[1] == large.width % large.stride[1]


def test_the_first_layer_of_alexnet_is_drawn_on_32_pixels():
    small = grid_settings(ConvSettings(224, 224, 3, 64, (11, 11), (4, 4), (2, 2)))
    assert (small.height, small.width, small.in_channels) == (32, 32, 3)


def test_many_channels_become_four_and_depthwise_stays_depthwise():
    assert grid_settings(ConvSettings(8, 8, 64, 128)).in_channels == 4
    depthwise = grid_settings(ConvSettings(8, 8, 64, 128, groups=64))
    assert (depthwise.in_channels, depthwise.out_channels, depthwise.groups) == (4, 8, 4)


def test_a_kernel_wider_than_32_pixels_gets_the_room_it_needs():
    wide = ConvSettings(200, 200, kernel_size=(11, 11), dilation=(6, 6), padding=(0, 0))
    assert grid_settings(wide).height == 61
