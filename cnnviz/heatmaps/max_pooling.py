"""Max pooling whose gradient knows one rule where several cells are the largest.

On a flat background all cells of a window are equal but for rounding, so that the cell that wins in
torch, and with it the gradient, changes with the layout of memory, the processor and the version.
Here it is the first of them, row by row, wherever they differ by rounding only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

ROUNDING = 1e-5  # of a picture's largest value: what is closer than this differs by rounding only


class FirstOfTied(nn.Module):
    """A max pooling; its output is torch's, its gradient goes to the first of tied cells.

    Args:
        pool: whose windows it has; it gives no indices.
    """

    def __init__(self, pool: nn.MaxPool2d) -> None:
        super().__init__()
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        """Maps (N, channels, height, width) or (channels, height, width), pooled."""
        if x.ndim != 4 or not (torch.is_grad_enabled() and x.requires_grad):
            return self.pool(x)
        return pooled(self.pool, x)


def is_ruled(module: nn.Module | None) -> bool:
    """Whether a module is a max pooling that `FirstOfTied` can stand for."""
    return isinstance(module, nn.MaxPool2d) and not module.return_indices


def pooled(pool: nn.MaxPool2d, x: Tensor, *, takes_last: bool = False) -> Tensor:
    """Maps (N, channels, height, width) pooled; the gradient goes to one of the tied cells.

    Args:
        takes_last: the last of them, row by row, and not the first.
    """
    return _Pooled.apply(x, pool, takes_last)


def tied_windows(pool: nn.MaxPool2d, x: Tensor) -> int:
    """In how many windows several cells are the largest, but for rounding."""
    found = torch.stack(list(_among_the_largest(pool, x, _largest(pool, x))))
    return int((found.sum(dim=0) > 1).sum())


class _Pooled(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, pool: nn.MaxPool2d, takes_last: bool) -> Tensor:
        largest = _largest(pool, x)
        places = list(enumerate(_among_the_largest(pool, x, largest)))
        chosen = torch.zeros_like(largest, dtype=torch.int16)  # place in the window, row by row
        for place, is_largest in places if takes_last else reversed(places):
            chosen.masked_fill_(is_largest, place)
        ctx.save_for_backward(_cells(pool, chosen.long(), x.shape[3]))
        ctx.shape = x.shape
        return largest

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients_above: Tensor) -> tuple[Tensor, None, None]:
        (cells,) = ctx.saved_tensors
        above = gradients_above[0]
        gradient = above.new_zeros(ctx.shape).flatten(2)
        gradient.scatter_add_(2, cells.flatten(2), above.flatten(2))
        return gradient.view(ctx.shape), None, None


def _largest(pool: nn.MaxPool2d, x: Tensor) -> Tensor:
    return F.max_pool2d(
        x, pool.kernel_size, pool.stride, pool.padding, pool.dilation, pool.ceil_mode
    )


def _among_the_largest(pool: nn.MaxPool2d, x: Tensor, largest: Tensor) -> Iterator[Tensor]:
    """For each place in a window, row by row: whose cell there is the largest, but for rounding."""
    (height, width), step, (top, left), apart = _terms(pool)
    rows, columns = largest.shape[2:]
    least = largest - ROUNDING * largest.abs().amax(dim=(1, 2, 3), keepdim=True)
    bottom, right = (
        max(0, (count - 1) * by + dilated * (side - 1) + 1 - size - before)
        for count, by, dilated, side, size, before in zip(
            (rows, columns), step, apart, (height, width), x.shape[2:], (top, left), strict=True
        )
    )
    around = F.pad(x, (left, right, top, bottom), value=float("-inf"))
    for row, column in product(range(height), range(width)):
        down, along = row * apart[0], column * apart[1]
        here = around[:, :, down :: step[0], along :: step[1]][:, :, :rows, :columns]
        yield here >= least


def _cells(pool: nn.MaxPool2d, places: Tensor, width: int) -> Tensor:
    """The numbers within a map of `width` columns of the cells at these places of the windows."""
    (_, side), step, (top, left), apart = _terms(pool)
    rows, columns = (torch.arange(count, device=places.device) for count in places.shape[2:])
    row = (rows * step[0] - top)[:, None] + places // side * apart[0]
    return row * width + (columns * step[1] - left) + places % side * apart[1]


def _terms(pool: nn.MaxPool2d) -> list[tuple[int, int]]:
    """Kernel size, stride, padding and dilation along both axes."""
    return [_pair(v) for v in (pool.kernel_size, pool.stride, pool.padding, pool.dilation)]


def _pair(value: int | Sequence[int]) -> tuple[int, int]:
    return (value[0], value[1]) if isinstance(value, Sequence) else (value, value)
