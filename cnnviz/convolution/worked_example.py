"""One small convolution with every number in it: what the grid on the page draws."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from cnnviz.convolution.grid_inputs import noise
from cnnviz.convolution.layer import conv_module, padded, padding_sides, read_counts
from cnnviz.convolution.refusal import check_settings, refusal
from cnnviz.convolution.settings import Axis, ConvSettings
from cnnviz.rounding import rounded

LARGEST_GRID = 32  # of the input; more cells can no longer be read on a projector
LARGEST_CANVAS = 96  # with padding and wide kernels; the browser still follows the hand
LARGEST_OUTPUT = 64  # of a transposed convolution
MOST_CHANNELS = 4


@dataclass(frozen=True)
class WorkedExample:
    """A layer on whole numbers: what goes in, what one output channel makes of it, and the steps.

    Tensors are float64, so that sums of decimal weights show as one would write them by hand.
    """

    settings: ConvSettings
    channel: int  # the output channel that is written out
    input: Tensor  # (in_channels, height, width), whole numbers from 0 to 9 unless given
    padded_input: Tensor  # (in_channels, padded height, padded width), as padding_mode fills it
    read_channels: tuple[int, int]  # first input channel of the channel's group, and last + 1
    weight: Tensor  # (in_channels / groups, kernel height, kernel width)
    bias: float | None  # None where the layer has none
    output: Tensor  # (output height, output width)
    channel_sums: Tensor  # (output height, output width, in_channels / groups), without the bias
    read_counts: Tensor  # see cnnviz.convolution.layer.read_counts

    @property
    def unread(self) -> int:
        """Cells of the padded input that no output reads (transposed: outputs nothing writes)."""
        return int((self.read_counts == 0).sum())

    @property
    def padding_cells(self) -> int:
        """Cells that padding adds to one channel (transposed: that it cuts off the output)."""
        if self.settings.transposed:
            rows, columns = (axis.written_size for axis in self.settings.axes)
            return rows * columns - self.output.numel()
        return self.padded_input[0].numel() - self.input[0].numel()

    def to_json(self) -> dict[str, Any]:
        """The same as plain lists and numbers for the grid component.

        Whole numbers are ints, others have four decimals (below 1, four significant digits).
        """
        settings = self.settings
        shown = self.input if settings.transposed else self.padded_input
        return {
            "transposed": settings.transposed,
            "stride": list(settings.stride),
            "padding": list(padding_sides(settings)),
            "dilation": list(settings.dilation),
            "output_padding": [axis.output_padding for axis in settings.axes],
            "padding_mode": settings.padding_mode,
            "groups": settings.groups,
            "input": _plain(shown),
            "in_size": [settings.height, settings.width],
            "padded_size": list(shown.shape[1:]),
            "read_channels": list(self.read_channels),
            "channel": self.channel,
            "out_channels": settings.out_channels,
            "weight": _plain(self.weight),
            "bias": None if self.bias is None else rounded(self.bias),
            "kernel_label": "",
            "output": _plain(self.output),
            "channel_sums": _plain(self.channel_sums),
            "read_counts": self.read_counts.tolist(),
            "unread": self.unread,
            "padding_cells": self.padding_cells,
            "pinned": None,
        }


def worked_example(
    settings: ConvSettings,
    weight: Tensor | None = None,
    channel: int = 0,
    seed: int = 0,
    bias: float = 0.0,
    image: Tensor | None = None,
) -> WorkedExample:
    """One output channel of the layer on a small input of whole numbers, step by step.

    Args:
        settings: as small as `grid_settings` makes them.
        weight: of all kernels (as torch keeps it), of the channel's own kernel (in_channels /
            groups, height, width), or one (height, width) for every input channel. None: whole
            numbers from -2 to 2, from the seed.
        channel: the output channel to write out, from 0.
        seed: of the input.
        bias: added to every output, where the layer has a bias.
        image: the input (in_channels, height, width). None: whole numbers from 0 to 9, from the
            seed.

    Raises:
        ValueError: torch refuses the settings, the channel does not exist, or the weight or the
            image has another shape.
    """
    check_settings(settings)
    if not 0 <= channel < settings.out_channels:
        last = settings.out_channels - 1
        raise ValueError(f"channel is {channel}, but the output channels go from 0 to {last}")
    image = _image_of(settings, image, seed)
    first, last = _read_channels(settings, channel)
    kernel = _kernel_of(settings, weight, channel, seed)
    own_bias = float(bias) if settings.bias else None
    return WorkedExample(
        settings=settings,
        channel=channel,
        input=image,
        padded_input=image if settings.transposed else padded(settings, image),
        read_channels=(first, last),
        weight=kernel,
        bias=own_bias,
        output=_output(settings, image[first:last], kernel, own_bias),
        channel_sums=_channel_sums(settings, image[first:last], kernel),
        read_counts=read_counts(settings),
    )


def grid_settings(settings: ConvSettings) -> ConvSettings:
    """The same layer on an input small enough to draw; the settings themselves where they fit.

    At most four input channels of 32×32 pixels, or more where the kernel spans more; at most 96×96
    with padding, and 64×64 of output for a transposed convolution. A smaller input keeps its
    remainder by the stride, so that what is left unread at the end stays the same.

    Raises:
        ValueError: torch refuses the settings, or nothing that small can be made of them.
    """
    check_settings(settings)
    per_group = settings.in_channels // settings.groups
    kernels = settings.out_channels // settings.groups
    drawn = min(per_group, MOST_CHANNELS)
    groups = min(settings.groups, MOST_CHANNELS // drawn)
    small = replace(
        settings, in_channels=drawn * groups, out_channels=kernels * groups, groups=groups
    )
    for axis, name in enumerate(("height", "width")):
        small = replace(small, **{name: _drawn_size(small, axis)})
    return small


def _drawn_size(settings: ConvSettings, axis: int) -> int:
    """The size to draw along one axis: the first that torch takes and the grid has room for."""
    name = ("height", "width")[axis]
    size = getattr(settings, name)
    along = settings.axes[axis]
    for option in _sizes_to_try(size, 1 if settings.transposed else along.stride):
        is_drawable = _fits(replace(along, size=option), settings.transposed)
        if is_drawable and refusal(replace(settings, **{name: option})) is None:
            return option
    raise ValueError(
        f"the grid has room for {LARGEST_CANVAS} pixels along an axis, but a kernel that spans "
        f"{along.span} with a padding of {max(along.padding)} needs more"
    )


def _sizes_to_try(size: int, stride: int) -> Iterator[int]:
    """From the largest small input down, those with the same remainder first; then larger ones."""
    small = range(min(size, LARGEST_GRID), 0, -1)
    yield from (option for option in small if option % stride == size % stride)
    yield from (option for option in small if option % stride != size % stride)
    yield from range(LARGEST_GRID + 1, min(size, LARGEST_CANVAS) + 1)


def _fits(axis: Axis, transposed: bool) -> bool:
    if transposed:
        return axis.written_size - sum(axis.padding) <= LARGEST_OUTPUT
    return axis.padded_size <= LARGEST_CANVAS


def _read_channels(settings: ConvSettings, channel: int) -> tuple[int, int]:
    """The input channels (first, last + 1) that an output channel's group reads."""
    per_group = settings.in_channels // settings.groups
    group = channel // (settings.out_channels // settings.groups)
    return group * per_group, (group + 1) * per_group


def _kernel_of(settings: ConvSettings, weight: Tensor | None, channel: int, seed: int) -> Tensor:
    """The kernel of one output channel: (in_channels / groups, kernel height, kernel width)."""
    first, last = _read_channels(settings, channel)
    shape = (last - first, *settings.kernel_size)
    if weight is None:
        return _whole_numbers(-2, 2, shape, seed + 1)
    kernel = weight.detach().to("cpu", torch.float64)
    if kernel.dim() == 4 and settings.transposed:
        kernel = kernel[first:last, channel % (settings.out_channels // settings.groups)]
    elif kernel.dim() == 4:
        kernel = kernel[channel]
    elif kernel.dim() == 2:
        kernel = kernel.expand(shape[0], -1, -1)
    if kernel.shape != shape:
        raise ValueError(f"the weight has shape {tuple(kernel.shape)}, but the kernel is {shape}")
    return kernel


def _image_of(settings: ConvSettings, image: Tensor | None, seed: int) -> Tensor:
    shape = (settings.in_channels, settings.height, settings.width)
    if image is None:
        return noise(*shape, seed)
    if image.shape != shape:
        raise ValueError(f"the image has shape {tuple(image.shape)}, but the input is {shape}")
    return image.double()


def _whole_numbers(low: int, high: int, shape: tuple[int, ...], seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(low, high + 1, shape, generator=generator).double()


def _output(settings: ConvSettings, image: Tensor, kernel: Tensor, bias: float | None) -> Tensor:
    """What the channel's own kernel makes of the channels it reads: (height, width)."""
    own = replace(settings, in_channels=len(image), out_channels=1, groups=1)
    weight = kernel.unsqueeze(1) if settings.transposed else kernel.unsqueeze(0)
    return _forward(own, image, weight, bias)[0]


def _channel_sums(settings: ConvSettings, image: Tensor, kernel: Tensor) -> Tensor:
    """What each input channel adds to the output: (height, width, channel)."""
    channels = len(image)
    apart = replace(
        settings, in_channels=channels, out_channels=channels, groups=channels, bias=False
    )
    return _forward(apart, image, kernel.unsqueeze(1), bias=None).permute(1, 2, 0)


def _forward(settings: ConvSettings, image: Tensor, weight: Tensor, bias: float | None) -> Tensor:
    module = conv_module(settings, device="meta").to_empty(device="cpu").double()
    with torch.inference_mode():
        module.weight.copy_(weight)
        if module.bias is not None and bias is not None:
            module.bias.fill_(bias)
        return module(image.unsqueeze(0)).squeeze(0)


def _plain(tensor: Tensor) -> list[Any]:
    return rounded(tensor.tolist())
