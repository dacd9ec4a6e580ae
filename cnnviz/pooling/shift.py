"""How much of a response survives when the picture moves: five ways to make a map smaller.

    survives = Σ min(before, after) / Σ before, cell by cell

R. Zhang, "Making Convolutional Networks Shift-Invariant Again" (2019), arXiv:1904.11486, is where
the blur before the stride comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnviz.activations import record
from cnnviz.convolution.kernels import KERNELS
from cnnviz.probes.watch import share

KERNEL = "sobel_x"
BINOMIAL = torch.tensor([1.0, 2.0, 1.0])  # each way; 16 together
MOST_SHIFT = 8


class EverySecond(nn.Module):
    """Every second row and column: a stride of 2, and nothing else."""

    def forward(self, x: Tensor) -> Tensor:
        """(..., height, width) to half of each, rounded up."""
        return x[..., ::2, ::2]


class BlurredStride(nn.Module):
    """1 2 1 each way, then every second row and column (Zhang, 2019); mirrored at the border."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) to half of height and width, rounded up."""
        channels = x.shape[1]
        weight = (BINOMIAL[:, None] * BINOMIAL / 16).expand(channels, 1, 3, 3)
        return F.conv2d(F.pad(x, (1, 1, 1, 1), "reflect"), weight, stride=2, groups=channels)


@dataclass(frozen=True)
class Way:
    """One way to make a map smaller.

    Attributes:
        name: of the way.
        title: for a reader.
        note: what it does.
        stride: cells of the map from one cell of the result to the next.
        of_map: the layer for a single map, made new.
        of_network: what stands for it in a network that was trained with another: of its window.
    """

    name: str
    title: str
    note: str
    stride: int
    of_map: Callable[[], nn.Module]
    of_network: Callable[[], nn.Module]


WAYS = {
    way.name: way
    for way in (
        Way("none", "No pooling", "every cell", 1, nn.Identity, lambda: nn.MaxPool2d(3, 1, 1)),
        Way("stride", "Stride 2", "every second cell", 2, EverySecond, EverySecond),
        Way(
            "avg", "Average 2×2", "then stride 2", 2, lambda: nn.AvgPool2d(2),
            lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False),
        ),
        Way(
            "max", "Max 2×2", "then stride 2", 2, lambda: nn.MaxPool2d(2),
            lambda: nn.MaxPool2d(3, 2, 1),
        ),
        Way("blur", "Blur, stride 2", "1 2 1 each way", 2, BlurredStride, BlurredStride),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A map before and after the picture has moved, made smaller in one way.

    Attributes:
        before: (height, width), at least 0.
        after: the same place, with the picture moved.
        share: of the response that is still in its cell, in [0, 1].
    """

    before: Tensor
    after: Tensor
    share: float


def survives(before: Tensor, after: Tensor) -> float:
    """Σ min(before, after) / Σ before, for responses that are not negative.

    Nothing can survive of a map of zeros: then it is 1 where the other is empty too, else 0.
    """
    total = float(before.sum())
    if total == 0:
        return float(not after.any())
    return float(torch.minimum(before, after).sum()) / total


def response(picture: Tensor, kernel: str = KERNEL) -> Tensor:
    """Kernel, then ReLU, on the sum of a picture's channels, without padding.

    Args:
        picture: (channels, height, width) in [0, 1].
        kernel: a name of `cnnviz.convolution.kernels`, used at 3×3.

    Returns:
        (height − 2, width − 2), at least 0.
    """
    weight = KERNELS[kernel].weights((3, 3)).expand(1, len(picture), 3, 3)
    with torch.inference_mode():
        return F.relu(F.conv2d(picture.unsqueeze(0), weight))[0, 0]


def moved(picture: Tensor, right: int = 0, down: int = 0) -> Tensor:
    """The picture moved; what leaves on one side comes in again on the other."""
    return torch.roll(picture, (down, right), (-2, -1))


def smaller(one_map: Tensor, way: str) -> Tensor:
    """A map (height, width) made smaller in one of `WAYS`."""
    with torch.inference_mode():
        return WAYS[way].of_map()(one_map[None, None])[0, 0]


def kept_by(picture: Tensor, right: int, down: int = 0, kernel: str = KERNEL) -> dict[str, Kept]:
    """What each way keeps of the response when the picture moves by whole pixels.

    Args:
        picture: (channels, height, width) in [0, 1].
        right: pixels.
        down: pixels.
        kernel: see `response`.
    """
    maps = response(picture, kernel), response(moved(picture, right, down), kernel)
    found = {}
    for name in WAYS:
        before, after = (smaller(one, name) for one in maps)
        found[name] = Kept(before, after, survives(before, after))
    return found


def follow_curves(
    picture: Tensor, shifts: Sequence[int] = tuple(range(MOST_SHIFT + 1)), kernel: str = KERNEL
) -> dict[str, list[float]]:
    """What survives of a move to the right when the map may follow by whole cells of its own.

    Returns:
        By way: a share for each shift, of the better of the two nearest whole cells.
    """
    still = response(picture, kernel)
    pairs = [(shift, response(moved(picture, shift), kernel)) for shift in shifts]
    return {
        name: [
            _followed(smaller(still, name), smaller(after, name), shift, way.stride)
            for shift, after in pairs
        ]
        for name, way in WAYS.items()
    }


def _followed(before: Tensor, after: Tensor, shift: int, stride: int) -> float:
    cells = {shift // stride, -(-shift // stride)}
    return max(survives(before[:, : before.shape[1] - by], after[:, by:]) for by in cells)


def crops(batch: Tensor, right: int, down: int = 0) -> tuple[Tensor, Tensor]:
    """A wide picture's middle square, and the same square when the picture has moved under it.

    Args:
        batch: (1, channels, height, width), larger than the square where it moves.
        right: pixels, at most the room beside the square.
        down: pixels; where there is no room above, what leaves comes in again.
    """
    side = min(batch.shape[-2:])
    top, left = ((size - side) // 2 for size in batch.shape[-2:])
    rows, columns = slice(top, top + side), slice(left, left + side)
    return batch[..., rows, columns], moved(batch, right, down)[..., rows, columns]


def with_pooling(network: nn.Module, layer: str, way: str) -> nn.Module:
    """A twin of the network, weights as trained, with another way in the place of one layer.

    The network itself is only read; its weights are shared.
    """
    return with_layer(network, layer, WAYS[way].of_network())


def with_layer(network: nn.Module, layer: str, other: nn.Module) -> nn.Module:
    """A twin of the network with another layer in the place of one; weights are shared."""
    twin = share(network)
    parent, _, name = layer.rpartition(".")
    place = twin.get_submodule(parent) if parent else twin
    place._modules[name] = other.eval()
    return twin


def layer_shares(
    network: nn.Module, before: Tensor, after: Tensor, layers: Sequence[str]
) -> list[float]:
    """What survives in each layer of a network when its input has moved.

    Args:
        network: only read; its layers named here give no negative numbers.
        before: (1, channels, height, width).
        after: the same picture, moved.
        layers: names, as for `record`.
    """
    first, second = record(network, before, layers), record(network, after, layers)
    return [survives(first[name].relu(), second[name].relu()) for name in layers]


def strongest_patch(one_map: Tensor, side: int) -> tuple[int, int]:
    """Top and left, both even, of the square of a map (height, width) that answers most."""
    high, wide = (min(side, size) for size in one_map.shape)
    with torch.inference_mode():
        sums = F.avg_pool2d(one_map[None, None], (high, wide), stride=2)[0, 0]
    row, column = divmod(int(sums.argmax()), sums.shape[1])
    return 2 * row, 2 * column


def patch_of(one_map: Tensor, way: str, place: tuple[int, int], side: int) -> Tensor:
    """The cells of a smaller map that lie in a square of the map it came from.

    Args:
        one_map: what `smaller` made.
        way: which of `WAYS` made it.
        place: top and left of the square in the first map.
        side: of the square, in cells of the first map.
    """
    stride = WAYS[way].stride
    top, left = (at // stride for at in place)
    return one_map[top : top + side // stride, left : left + side // stride]
