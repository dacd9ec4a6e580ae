"""Random networks, and what of a picture really reaches one of their values."""

from __future__ import annotations

import random

import torch
from torch import Tensor, nn

from cnnviz.summary import Row, ShapeError, summarize

SIZE = 61  # odd and prime, so that strides leave rows over
SHAPE = (1, 1, SIZE, SIZE)


class Residual(nn.Module):
    """main(x) + skip(x); where the skip is larger it is cut to size, `offset` rows from the top."""

    def __init__(self, main: nn.Module, skip: nn.Module, offset: int = 0) -> None:
        super().__init__()
        self.main, self.skip, self.offset = main, skip, offset

    def forward(self, x: Tensor) -> Tensor:
        y, x = self.main(x), self.skip(x)
        rows = slice(self.offset, self.offset + y.shape[2])
        columns = slice(self.offset, self.offset + y.shape[3])
        return y + x[:, :, rows, columns]


class Concat(nn.Module):
    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def conv(kernel_size, **arguments) -> nn.Conv2d:
    return nn.Conv2d(4, 4, kernel_size, **arguments)


def random_piece(rng: random.Random) -> nn.Module:
    """A layer or a small block that keeps four channels."""
    k, s = rng.choice([1, 2, 3, 5]), rng.choice([1, 1, 2, 3])
    d, p = rng.choice([1, 1, 2, 3]), rng.choice([0, 1, 2])
    pool = rng.choice([nn.MaxPool2d, nn.AvgPool2d])
    make = [
        lambda: conv(k, stride=s, padding=p, dilation=d),
        lambda: conv((k, 3), stride=(1, s), padding=(p, 0), dilation=(1, d)),
        lambda: conv(3, padding="same", dilation=d, groups=rng.choice([1, 2, 4])),
        lambda: nn.Sequential(conv(2, padding="same"), nn.BatchNorm2d(4), nn.ReLU()),
        lambda: pool(k + 1, stride=s, padding=min(p, (k + 1) // 2), ceil_mode=rng.random() < 0.5),
        lambda: Residual(nn.Sequential(conv(3, padding=1), conv(5, padding=2)), nn.Identity()),
        lambda: Residual(conv(3, stride=2, padding=1), conv(1, stride=2)),
        lambda: Residual(conv(3), nn.Identity(), offset=rng.choice([0, 1, 2])),
        lambda: Residual(conv(5), conv(3, dilation=2, padding=1), offset=rng.choice([0, 2])),
        lambda: nn.Sequential(
            Concat(conv(1), conv(3, padding=1), pool(3, stride=1, padding=1)), nn.Conv2d(12, 4, 1)
        ),
        lambda: nn.Sequential(
            Concat(conv((1, 7), padding=(0, 3)), conv((3, 1), padding=(1, 0))), nn.Conv2d(8, 4, 1)
        ),
        lambda: nn.ConvTranspose2d(4, 4, k, stride=s, padding=min(p, k - 1), dilation=1),
        lambda: nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1, dilation=d),
        lambda: nn.Upsample(scale_factor=rng.choice([2, 3, 1.5]), mode="nearest"),
        lambda: nn.Upsample(scale_factor=2, mode=rng.choice(["bilinear", "bicubic"])),
        lambda: nn.Upsample(size=(53, 67), mode="bilinear", align_corners=True),
        lambda: nn.ZeroPad2d((rng.choice([0, 3]), 1, 2, rng.choice([-1, 1]))),
        lambda: nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(16, 8, 3), nn.Conv2d(8, 4, 1)),
        lambda: nn.Sequential(nn.Conv2d(4, 16, 1), nn.PixelShuffle(2)),
        lambda: nn.AdaptiveAvgPool2d((rng.choice([11, 13]), 12)),
        lambda: nn.Sequential(nn.ChannelShuffle(2), nn.Dropout2d(), nn.Hardswish()),
    ]
    return rng.choice(make)()


def averaging(network: nn.Module) -> nn.Module:
    """The network with positive weights that sum to about one, so that no gradient cancels."""
    generator = torch.Generator().manual_seed(0)
    for parameter in network.parameters():
        uniform = torch.rand(parameter.shape, generator=generator, dtype=parameter.dtype)
        parameter.data = (0.5 + uniform) / max(1, parameter[0].numel())
    return network.eval()


def random_network(seed: int) -> nn.Sequential:
    """Up to six pieces in a row; the window of the middle stays on the picture."""
    rng = random.Random(seed)
    network = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1))
    for _ in range(rng.choice([4, 5, 6])):
        longer = nn.Sequential(*network, random_piece(rng))
        try:
            row = summarize(longer, SHAPE).rows[-1]
        except ShapeError:
            continue
        if min(row.output_shape[2:]) >= 5 and max(row.output_shape) <= 150 and is_inside(row):
            network = longer
    return averaging(network.double())


def is_inside(row: Row) -> bool:
    """Whether what the middle of a map sees lies on the picture, or is nothing at all."""
    window = row.input_window(*centre(row))
    assert window is not None
    return not all(window) or all(r.start >= 0 and r.stop <= SIZE for r in window)


def all_of_a_pool_matters(network: nn.Module) -> nn.Module:
    """The network with average for maximum pooling: a gradient then reaches the whole window."""
    for name, child in network.named_children():
        if isinstance(child, nn.MaxPool2d):
            mean = nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode)
            setattr(network, name, mean)
        else:
            all_of_a_pool_matters(child)
    return network


def gradient_footprint(
    network: nn.Module, shape: tuple[int, ...], position: tuple[int, int]
) -> tuple[range, ...]:
    """Rows and columns from the first to the last where d output / d input is not zero."""
    generator = torch.Generator().manual_seed(0)
    dtype = next(network.parameters()).dtype
    picture = (torch.rand(shape, generator=generator, dtype=dtype) + 0.5).requires_grad_()
    value = network(picture)[0, :, position[0], position[1]].sum()
    (gradient,) = torch.autograd.grad(value, picture)
    touched = gradient.abs().sum(dim=(0, 1))
    lines = [touched.sum(dim=axis).nonzero().flatten().tolist() for axis in (1, 0)]
    return tuple(range(line[0], line[-1] + 1) if line else range(0) for line in lines)


def clipped(window: tuple[range, ...] | None, shape: tuple[int, ...]) -> tuple[range, ...]:
    """The part of a window that lies on the picture; no window where one of its sides is empty."""
    assert window is not None
    sizes = shape[2:] if all(window) else (0, 0)
    return tuple(range(max(w.start, 0), min(w.stop, n)) for w, n in zip(window, sizes, strict=True))


def centre(row: Row) -> tuple[int, int]:
    height, width = row.output_shape[2:]
    return height // 2, width // 2
