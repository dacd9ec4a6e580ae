"""Plain and residual networks of any depth, as alike as can be: only the sum differs.

The networks of He et al. (2015, arxiv.org/abs/1512.03385, section 4.2) with one width from the
first layer to the last, so that every shortcut is the identity and every layer but the first has
the same number of weights.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh}


class DeepBlock(nn.Module):
    """Two 3×3 convolutions; a residual block adds its input to what they give."""

    def __init__(self, width: int, residual: bool, batch_norm: bool, activation: str) -> None:
        super().__init__()
        self.residual = residual
        self.activation = ACTIVATIONS[activation]
        self.conv1 = conv3x3(width, width, bias=not batch_norm)
        self.norm1 = norm_or_nothing(width, batch_norm)
        self.conv2 = conv3x3(width, width, bias=not batch_norm)
        self.norm2 = norm_or_nothing(width, batch_norm)

    def both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Activations half way and at the end, each (batch, width, height, width of picture)."""
        half_way = self.activation(self.norm1(self.conv1(x)))
        out = self.norm2(self.conv2(half_way))
        return half_way, self.activation(x + out if self.residual else out)

    def forward(self, x: Tensor) -> Tensor:
        """What the block passes on, of the shape of `x`."""
        return self.both(x)[1]


class DeepNet(nn.Module):
    """A convolution, blocks of two, the mean of each map, one Linear: `depth` layers with weights.

    Convolutions have a bias where no norm follows, which would take it away again.

    Args:
        depth: even, at least 4.
        width: maps of every layer.
        residual: whether blocks add their input.
        batch_norm: whether each convolution is followed by a batch norm.
        activation: "relu" or "tanh".
        in_channels: of the pictures.

    Raises:
        ValueError: a depth or activation of another kind.
    """

    def __init__(
        self,
        depth: int,
        width: int = 16,
        *,
        residual: bool = True,
        batch_norm: bool = True,
        activation: str = "relu",
        in_channels: int = 3,
        num_classes: int = 10,
    ) -> None:
        super().__init__()
        if depth < 4 or depth % 2:
            raise ValueError(f"depth is an even number from 4 on, not {depth}")
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is one of {', '.join(ACTIVATIONS)}, not {activation!r}")
        self.activation = ACTIVATIONS[activation]
        self.conv = conv3x3(in_channels, width, bias=not batch_norm)
        self.norm = norm_or_nothing(width, batch_norm)
        self.blocks = nn.Sequential(
            *(DeepBlock(width, residual, batch_norm, activation) for _ in range((depth - 2) // 2))
        )
        self.fc = nn.Linear(width, num_classes)

    def activations(self, batch: Tensor) -> list[Tensor]:
        """The maps behind every convolution and its activation, from the input up.

        Args:
            batch: pictures (batch, in_channels, height, width).
        """
        maps = [self.activation(self.norm(self.conv(batch)))]
        for block in self.blocks:
            assert isinstance(block, DeepBlock)
            maps.extend(block.both(maps[-1]))
        return maps

    def scores(self, last: Tensor) -> Tensor:
        """Class scores (batch, num_classes) from the last maps (batch, width, height, width)."""
        return self.fc(last.mean((2, 3)))

    def forward(self, batch: Tensor) -> Tensor:
        """Class scores (batch, num_classes) of pictures (batch, in_channels, height, width)."""
        return self.scores(self.blocks(self.activation(self.norm(self.conv(batch)))))


def convolutions(net: nn.Module) -> dict[str, nn.Conv2d]:
    """The convolutions of a network by name, in the order in which they are made."""
    return {name: layer for name, layer in net.named_modules() if isinstance(layer, nn.Conv2d)}


def conv3x3(in_channels: int, out_channels: int, bias: bool) -> nn.Conv2d:
    """A 3×3 convolution that keeps height and width."""
    return nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=bias)


def norm_or_nothing(width: int, batch_norm: bool) -> nn.Module:
    """A batch norm over `width` maps, or what changes nothing."""
    return nn.BatchNorm2d(width) if batch_norm else nn.Identity()
