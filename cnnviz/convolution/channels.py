"""How several channels become several maps: each kernel's own result of every channel, and the sum.

A layer with C channels in and K out has K kernels of C slices. Each slice slides over its own
channel; the C results of a kernel and its bias are added place by place, so K maps come out and
not K · C.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from cnnviz.convolution.layer import padded, padding_sides
from cnnviz.convolution.refusal import check_settings
from cnnviz.convolution.settings import ConvSettings
from cnnviz.rounding import rounded

SIDE = 5  # of the input that is drawn, where the kernel leaves something to slide
LARGEST_SPAN, LARGEST_SIDE = 7, 9  # of the kernel, and of the input with its padding
MOST_IN, MOST_OUT = 3, 4  # channels that are drawn
BIASES = (1.0, -2.0, 3.0, 0.0)
CANCELS, ADDS_UP = 0.25, 0.9  # share of the channels' own sizes that is left in their sum


@dataclass(frozen=True)
class ChannelSums:
    """A small layer with every slice, every own result and every sum.

    Attributes:
        settings: of the layer as it is drawn.
        input: (C, height, width), whole numbers; the brightness turns over between neighbours.
        padded_input: (C, padded height, padded width).
        weight: (K, C / groups, kernel height, kernel width), as torch keeps it.
        bias: (K,), zeros where the layer has none.
        own: (K, C / groups, output height, output width): what each slice makes of its channel.
        maps: (K, output height, output width), from the whole layer.
    """

    settings: ConvSettings
    input: Tensor
    padded_input: Tensor
    weight: Tensor
    bias: Tensor
    own: Tensor
    maps: Tensor

    def reads(self, kernel: int) -> range:
        """The channels that a kernel has slices for."""
        per_group = self.weight.shape[1]
        group = kernel // (self.settings.out_channels // self.settings.groups)
        return range(group * per_group, (group + 1) * per_group)

    def words(self, kernel: int) -> str:
        """What the kernel asks for, and what that comes to here."""
        if self.weight.shape[1] == 1:
            return "reads one channel: nothing is added"
        apart = float(self.own[kernel].abs().sum())
        together = float(self.own[kernel].sum(dim=0).abs().sum())
        has_edges = self.weight.shape[-1] > 1
        asks = (ASKS if has_edges else ASKS_OF_PIXELS)[kernel % len(ASKS)]
        if together < CANCELS * apart:
            return f"{asks}: here they cancel"
        return f"{asks}: here they add up" if together > ADDS_UP * apart else asks

    def to_json(self) -> dict[str, Any]:
        """The same as plain lists and numbers for the component."""
        settings, count = self.settings, len(self.maps)
        return {
            "input": rounded(self.padded_input.tolist()),
            "size": [settings.height, settings.width],
            "padding": list(padding_sides(settings)),
            "stride": list(settings.stride),
            "dilation": list(settings.dilation),
            "channels": [f"{_side(c)} → {_side(c + 1)}" for c in range(settings.in_channels)],
            "kernels": [
                {
                    "words": self.words(k),
                    "reads": list(self.reads(k)),
                    "weight": rounded(self.weight[k].tolist()),
                    "bias": rounded(self.bias[k].item()) if settings.bias else None,
                    "own": rounded(self.own[k].tolist()),
                    "map": rounded(self.maps[k].tolist()),
                }
                for k in range(count)
            ],
        }


ASKS_OF_PIXELS = (  # where a kernel has no columns to tell an edge from
    "adds its channels, place by place",
    "takes every second channel from the others",
    "takes its second channel from its first",
    "adds its channels, place by place",
)
ASKS = (
    "asks for the same edge in all its channels",
    "asks for opposite edges",
    "takes its second channel from its first",
    "adds its channels, place by place",
)


def channel_sums(settings: ConvSettings) -> ChannelSums:
    """A small layer of the same kind, every sum written out by torch.

    Args:
        settings: a convolution; its size is not used, and of its channels the first are drawn.

    Raises:
        ValueError: torch refuses the settings, they are transposed, or too wide to be drawn.
    """
    check_settings(settings)
    if settings.transposed:
        raise ValueError(
            "a transposed convolution adds its channels in the same way: switch it off to see how"
        )
    small = _small(settings)
    image = _edges(small)
    weight = _weights(small)
    bias = torch.tensor(BIASES[: small.out_channels], dtype=torch.float64) * small.bias
    return ChannelSums(
        small,
        image,
        padded(small, image),
        weight,
        bias,
        _own(small, image, weight),
        _forward(small, image, weight, bias),
    )


def _small(settings: ConvSettings) -> ConvSettings:
    """The layer on an input and with channels that can be drawn."""
    span = max(axis.span for axis in settings.axes)
    side = max(SIDE, span)
    widest = side + max(sum(axis.padding) for axis in settings.axes)
    if span > LARGEST_SPAN or widest > LARGEST_SIDE:
        raise ValueError(
            f"the channels side by side have room for a kernel that spans {LARGEST_SPAN} and for "
            f"{LARGEST_SIDE} rows with padding, and this needs {span} and {widest}"
        )
    if settings.groups > 1 and settings.groups != settings.in_channels:
        raise ValueError("groups are drawn where each has one channel (depthwise), or none at all")
    count = min(settings.in_channels, MOST_IN)
    if settings.groups > 1:
        return replace(
            settings, height=side, width=side, in_channels=count, out_channels=count, groups=count
        )
    out = min(settings.out_channels, MOST_OUT)
    return replace(settings, height=side, width=side, in_channels=count, out_channels=out)


def _side(channel: int) -> str:
    return "bright" if channel % 2 else "dark"


def _edges(settings: ConvSettings) -> Tensor:
    """Channels that go from dark to bright and from bright to dark in turn, with some noise."""
    shape = (settings.in_channels, settings.height, settings.width)
    noise = torch.randint(0, 3, shape, generator=torch.Generator().manual_seed(0)).double()
    is_right = torch.arange(settings.width) > settings.width // 2
    is_turned = (torch.arange(settings.in_channels) % 2).bool()
    return noise + 6.0 * (is_right[None] ^ is_turned[:, None])[:, None, :]


def _weights(settings: ConvSettings) -> Tensor:
    """Kernels (K, C / groups, height, width) that ask what `ASKS`, or `ASKS_OF_PIXELS`, says."""
    depth = settings.in_channels // settings.groups
    high, wide = settings.kernel_size
    middle = torch.zeros(high, wide, dtype=torch.float64)
    middle[high // 2, wide // 2] = 1
    edge = (torch.arange(wide) - (wide - 1) / 2).sign().expand(high, wide).double()
    if wide == 1:
        edge = middle
    same, turns = torch.ones(depth).double(), (-1.0) ** torch.arange(depth).double()
    second_from_first = F.pad(turns[:2], (0, max(depth - 2, 0)))
    mixes = [(same, edge), (turns, edge), (second_from_first, middle), (same, middle)]
    kinds = [mix[:, None, None] * plane for mix, plane in mixes]
    return torch.stack([kinds[k % len(kinds)] for k in range(settings.out_channels)])


def _own(settings: ConvSettings, image: Tensor, weight: Tensor) -> Tensor:
    """(K, C / groups, output height, output width): each slice over its own channel."""
    count, depth = weight.shape[:2]
    kernels_of_a_group = count // settings.groups
    firsts = [k // kernels_of_a_group * depth for k in range(count)]
    read = torch.stack([image[first : first + depth] for first in firsts]).flatten(0, 1)
    apart = replace(
        settings,
        in_channels=count * depth,
        out_channels=count * depth,
        groups=count * depth,
        bias=False,
    )
    found = _forward(apart, read, weight.flatten(0, 1).unsqueeze(1), bias=None)
    return found.unflatten(0, (count, depth))


def _forward(settings: ConvSettings, image: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return F.conv2d(
        padded(settings, image),
        weight,
        bias,
        stride=settings.stride,
        dilation=settings.dilation,
        groups=settings.groups,
    )
