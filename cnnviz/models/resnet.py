"""ResNet18 (He et al., 2015, arxiv.org/abs/1512.03385), cut as in the tutorial."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class ResNetBlock(nn.Module):
    """Two 3×3 convolutions, and a shortcut that adds the input to what they give.

    The shortcut is the identity where the shapes agree, otherwise a strided 1×1 convolution.
    """

    def __init__(self, in_channels: int, out_channels: int, first_stride: int = 1) -> None:
        super().__init__()
        self.main_path = nn.Sequential(
            nn.Conv2d(
                in_channels, out_channels, kernel_size=3, stride=first_stride, padding=1, bias=False
            ),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=1, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut_path = nn.Sequential()
        if first_stride != 1 or in_channels != out_channels:
            self.shortcut_path = nn.Sequential(
                nn.Conv2d(
                    in_channels, out_channels, kernel_size=1, stride=first_stride, bias=False
                ),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Activations (batch, out_channels, rows / first_stride, columns / first_stride)."""
        out = self.main_path(x)
        out = out + self.shortcut_path(x)  # not +=: what main_path gave must stay to be looked at
        return F.relu(out)


class ResNet18(nn.Module):
    """Eighteen layers: a strided 7×7 convolution, four groups of two blocks, one Linear.

    11,181,642 parameters with ten classes.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.input_group = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.group0 = _group(64, 64, first_stride=1)
        self.group1 = _group(64, 128, first_stride=2)
        self.group2 = _group(128, 256, first_stride=2)
        self.group3 = _group(256, 512, first_stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Class scores (batch, num_classes) of pictures (batch, 3, height, width) of any size."""
        out = self.input_group(x)  # (N, 64, H/4, W/4)
        out = self.group0(out)
        out = self.group1(out)  # (N, 128, H/8, W/8)
        out = self.group2(out)  # (N, 256, H/16, W/16)
        out = self.group3(out)  # (N, 512, H/32, W/32)
        out = self.avgpool(out)  # (N, 512, 1, 1)
        out = out.flatten(start_dim=1)  # (N, 512)
        return self.fc(out)


def _group(in_channels: int, out_channels: int, first_stride: int) -> nn.Sequential:
    return nn.Sequential(
        ResNetBlock(in_channels, out_channels, first_stride),
        ResNetBlock(out_channels, out_channels, 1),
    )
