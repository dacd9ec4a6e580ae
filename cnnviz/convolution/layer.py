"""A convolutional layer from its settings: the torch module, its numbers, and what it does."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnviz import arithmetic
from cnnviz.convolution.refusal import check_settings
from cnnviz.convolution.repairs import Problem, Repair, problem
from cnnviz.convolution.settings import Axis, ConvSettings
from cnnviz.convolution.words import in_words

__all__ = [
    "Axis",
    "ConvNumbers",
    "ConvSettings",
    "Problem",
    "Repair",
    "conv_module",
    "in_words",
    "numbers",
    "padded",
    "padding_sides",
    "problem",
    "read_counts",
]


@dataclass(frozen=True)
class ConvNumbers:
    """What a layer makes of one picture, and what it costs; sizes are (height, width) in pixels.

    `padding_sides` is (top, bottom, left, right): pixels added to the input, or cut off the output
    of a transposed convolution. `padded_size` is the input with its padding; of a transposed
    convolution the whole output before cutting. `unread` counts rows and columns of the padded
    input behind the last place of the kernel, which no output reads.
    """

    output_shape: tuple[int, ...]  # (1, channels, height, width)
    kernel_shape: tuple[int, ...]  # of torch's weight
    num_params: int
    macs: int  # multiply-adds on one picture
    span: tuple[int, int]
    padding_sides: tuple[int, int, int, int]
    padded_size: tuple[int, int]
    unread: tuple[int, int]


def conv_module(
    settings: ConvSettings, device: torch.device | str | None = None
) -> nn.Conv2d | nn.ConvTranspose2d:
    """The layer itself, with torch's own (random) first weights.

    Raises:
        ValueError: torch refuses the settings; the sentence says why.
    """
    check_settings(settings)
    arguments: dict[str, Any] = {
        "in_channels": settings.in_channels,
        "out_channels": settings.out_channels,
        "kernel_size": settings.kernel_size,
        "stride": settings.stride,
        "padding": settings.padding,
        "dilation": settings.dilation,
        "groups": settings.groups,
        "bias": settings.bias,
        "device": device,
    }
    if settings.transposed:
        return nn.ConvTranspose2d(**arguments, output_padding=settings.output_padding)
    arguments["padding_mode"] = settings.padding_mode
    return nn.Conv2d(**arguments)


@lru_cache(maxsize=256)  # a page asks for the same layer several times
def numbers(settings: ConvSettings) -> ConvNumbers:
    """Shapes and costs, from torch's own modules, but without computing the whole output.

    Raises:
        ValueError: torch refuses the settings; the sentence says why.
    """
    module = conv_module(settings, device="meta")
    input_size = (settings.height, settings.width)
    output_size = (_output_size(settings, 0), _output_size(settings, 1))
    axes = settings.axes
    return ConvNumbers(
        output_shape=(1, settings.out_channels, *output_size),
        kernel_shape=tuple(module.weight.shape),
        num_params=sum(parameter.numel() for parameter in module.parameters()),
        macs=arithmetic.conv_macs(
            settings.in_channels,
            settings.out_channels,
            settings.kernel_size,
            input_size if settings.transposed else output_size,
            settings.groups,
        ),
        span=(axes[0].span, axes[1].span),
        padding_sides=padding_sides(settings),
        padded_size=(_padded_size(settings, axes[0]), _padded_size(settings, axes[1])),
        unread=(0, 0) if settings.transposed else (_unread(axes[0]), _unread(axes[1])),
    )


def _output_size(settings: ConvSettings, axis: int) -> int:
    """What torch makes of a single row or column of pixels.

    The meta device would give the whole shape at once, but its first use takes half a second and
    40 MB of memory, and it lets an output_padding pass that torch refuses.
    """
    line = _line(settings, axis)
    module = conv_module(line, device="meta").to_empty(device="cpu")  # draws no random numbers
    with torch.inference_mode():
        output = module(torch.zeros(1, 1, line.height, line.width))
    return output.shape[2 + axis]


def _line(settings: ConvSettings, axis: int) -> ConvSettings:
    """The layer along one axis only: one channel, and one pixel along the other axis."""

    def along(pair: tuple[int, int], other: int) -> tuple[int, int]:
        return (pair[0], other) if axis == 0 else (other, pair[1])

    height, width = along((settings.height, settings.width), other=1)
    padding = settings.padding
    return ConvSettings(
        height=height,
        width=width,
        kernel_size=along(settings.kernel_size, other=1),
        stride=along(settings.stride, other=1),
        padding=padding if isinstance(padding, str) else along(padding, other=0),
        dilation=along(settings.dilation, other=1),
        padding_mode=settings.padding_mode,
        bias=False,
        transposed=settings.transposed,
        output_padding=along(settings.output_padding, other=0),
    )


def padding_sides(settings: ConvSettings) -> tuple[int, int, int, int]:
    """Pixels of padding at the (top, bottom, left, right)."""
    height, width = settings.axes
    return (*height.padding, *width.padding)


def padded(settings: ConvSettings, maps: Tensor) -> Tensor:
    """Feature maps (channels, height, width) with what the padding mode puts around them."""
    top, bottom, left, right = padding_sides(settings)
    mode = "constant" if settings.padding_mode == "zeros" else settings.padding_mode
    return F.pad(maps.unsqueeze(0), (left, right, top, bottom), mode=mode).squeeze(0)


def read_counts(settings: ConvSettings) -> Tensor:
    """How often each cell is used, as whole numbers.

    Returns:
        (padded height, padded width): how many outputs read each cell of the padded input; of a
        transposed convolution (height, width) of the output: how many inputs write each cell.
    """
    axes = settings.axes
    ones = torch.ones(1, 1, *settings.kernel_size)
    if settings.transposed:
        counts = F.conv_transpose2d(
            torch.ones(1, 1, settings.height, settings.width),
            ones,
            stride=settings.stride,
            padding=(axes[0].padding[0], axes[1].padding[0]),
            output_padding=settings.output_padding,
            dilation=settings.dilation,
        )
        return counts[0, 0].round().long()
    output_size = numbers(settings).output_shape[2:]
    counts = F.conv_transpose2d(
        torch.ones(1, 1, *output_size), ones, stride=settings.stride, dilation=settings.dilation
    )
    unread_rows, unread_columns = (_unread(axis) for axis in axes)
    return F.pad(counts, (0, unread_columns, 0, unread_rows))[0, 0].round().long()


def _padded_size(settings: ConvSettings, axis: Axis) -> int:
    return axis.written_size if settings.transposed else axis.padded_size


def _unread(axis: Axis) -> int:
    return arithmetic.unread_at_end(axis.padded_size, axis.kernel_size, axis.stride, axis.dilation)
