"""EfficientNet-Lite0, for photographs: inverted residual blocks of plain layers.

The network of Tan and Le (2019, arxiv.org/abs/1905.11946) in the form that Google published in 2020
(`tensorflow/tpu`, EfficientNet-Lite): without squeeze-and-excitation, and with ReLU6.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn


class Stage(NamedTuple):
    """Blocks of one kind in a row: the first of them has the stride."""

    repeats: int
    kernel_size: int
    stride: int
    expansion: int
    out_channels: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
STEM_CHANNELS, HEAD_CHANNELS = 32, 1280


class EfficientNetLite0(nn.Module):
    """(N, 3, H, W) with H and W multiples of 32 -> scores (N, num_classes): 4,652,008 parameters.

    stem -> sixteen blocks -> head -> pool -> classifier.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.stem = _conv(3, STEM_CHANNELS, 3, stride=2)
        self.blocks = nn.Sequential(*_blocks())
        self.head = _conv(STAGES[-1].out_channels, HEAD_CHANNELS, 1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(HEAD_CHANNELS, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of every class, before the softmax."""
        maps = self.head(self.blocks(self.stem(x)))
        return self.classifier(self.dropout(self.pool(maps).flatten(1)))


class InvertedResidual(nn.Module):
    """More channels by 1×1, one filter a channel, fewer channels by 1×1 (Sandler et al., 2018).

    What came in is added where neither size nor channels change.
    """

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        width = in_channels * expansion
        self.expand = _conv(in_channels, width, 1) if expansion > 1 else nn.Identity()
        self.depthwise = _conv(width, width, kernel_size, stride, groups=width)
        self.project = _conv(width, out_channels, 1, is_activated=False)
        self.has_shortcut = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, H, W) -> (N, out_channels, H / stride, W / stride)."""
        out = self.project(self.depthwise(self.expand(x)))
        return out + x if self.has_shortcut else out


def _blocks() -> list[InvertedResidual]:
    blocks, channels = [], STEM_CHANNELS
    for stage in STAGES:
        for index in range(stage.repeats):
            stride = stage.stride if index == 0 else 1
            blocks.append(
                InvertedResidual(
                    channels, stage.out_channels, stage.kernel_size, stride, stage.expansion
                )
            )
            channels = stage.out_channels
    return blocks


def _conv(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    stride: int = 1,
    groups: int = 1,
    is_activated: bool = True,
) -> nn.Sequential:
    """Convolution, batch norm, ReLU6; stride 2 pads like TensorFlow, less before than after."""
    layers: list[nn.Module] = []
    if stride == 2:
        before = (kernel_size - 2) // 2
        after = kernel_size - 2 - before
        layers.append(nn.ZeroPad2d((before, after, before, after)))
    padding = (kernel_size - 1) // 2 if stride == 1 else 0
    layers += [
        nn.Conv2d(
            in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias=False
        ),
        nn.BatchNorm2d(out_channels, eps=1e-3),
    ]
    return nn.Sequential(*layers, *[nn.ReLU6()] * is_activated)
