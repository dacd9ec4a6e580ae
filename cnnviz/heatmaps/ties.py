"""Ties of max pooling: a gradient goes to one of the cells that are largest, and which is a choice.

On a flat background all cells of a window are equal but for rounding, so that the cell that wins,
and with it the gradient, changes with the layout of memory, the processor and the version of torch.
torch documents no rule; it takes the first of those that are equal to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.activations import one_picture
from cnnviz.heatmaps.scores import Target, class_score, input_gradient
from cnnviz.probes.watch import Step, watch

ROUNDING = 1e-5  # of the largest value: what is closer than this differs by rounding only


@dataclass(frozen=True)
class Ties:
    """What ties do to the gradient of one picture.

    Attributes:
        windows: of all max poolings, in all channels.
        tied: those in which several cells are the largest, but for rounding.
        spread: the largest difference between the gradient's map (its largest channel, as in
            `saliency`) with the first of the tied cells and with the last, as a share of the map's
            maximum, in [0, 1] and above; 0 where nothing is tied.
    """

    windows: int
    tied: int
    spread: float


def max_pool_ties(model: nn.Module, batch: Tensor, class_idx: Target) -> Ties:
    """How far the gradient of a class score hangs on the choice among tied cells.

    Args:
        model: any network; only read.
        batch: one picture (1, channel, height, width), as the network expects it.
        class_idx: the class to explain, from 0, or a `Difference` of two.

    Raises:
        ValueError: several pictures, or no such class.
    """
    counts: list[tuple[int, int]] = []
    first = _gradient_map(model, batch, class_idx, counts, last=False)
    windows, tied = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    if not tied:
        return Ties(windows, 0, 0.0)
    last = _gradient_map(model, batch, class_idx, [], last=True)
    top = max(float(first.max()), float(last.max()))
    return Ties(windows, tied, float((first - last).abs().max()) / top if top else 0.0)


def _gradient_map(
    model: nn.Module, batch: Tensor, class_idx: Target, counts: list[tuple[int, int]], last: bool
) -> Tensor:
    def choose(step: Step) -> Tensor | None:
        pool = step.operation
        if not isinstance(pool, nn.MaxPool2d) or pool.return_indices:
            return None
        output, windows, tied = _pooled(pool, step.inputs[0], last)
        counts.append((windows, tied))
        return output

    def score(leaf: Tensor) -> Tensor:
        return class_score(watch(model, leaf, choose), class_idx)

    return input_gradient(model, score, one_picture(batch))[0].abs().amax(dim=0)


def _pooled(pool: nn.MaxPool2d, x: Tensor, last: bool) -> tuple[Tensor, int, int]:
    """Each window's first or last cell among its largest; how many windows, how many with a tie."""
    padding, stride, dilation = pool.padding, pool.stride or pool.kernel_size, pool.dilation
    largest = F.max_pool2d(x, pool.kernel_size, stride, padding, dilation, pool.ceil_mode)
    rows, columns = largest.shape[2:]
    windows = _windows(x, pool, (rows, columns))  # (N, C, cells, places)
    flat = largest.flatten(2)[:, :, None]
    is_largest = windows >= flat - ROUNDING * flat.abs().amax()
    places = torch.arange(windows.shape[2], device=x.device)[:, None]
    order = places + 1 if last else windows.shape[2] - places
    chosen = (is_largest * order).argmax(dim=2, keepdim=True)
    output = windows.gather(2, chosen).view_as(largest)
    return output, output.numel(), int((is_largest.sum(dim=2) > 1).sum())


def _windows(x: Tensor, pool: nn.MaxPool2d, shape: tuple[int, int]) -> Tensor:
    """The cells of every window, (N, C, cells, places); what lies outside is −∞."""
    kernel, padding, dilation = (_pair(v) for v in (pool.kernel_size, pool.padding, pool.dilation))
    stride = _pair(pool.stride or pool.kernel_size)
    more = [
        max(0, (count - 1) * step + dilated * (side - 1) + 1 - size - 2 * pad)
        for count, step, dilated, side, size, pad in zip(
            shape, stride, dilation, kernel, x.shape[2:], padding, strict=True
        )
    ]
    (top, left), (bottom, right) = padding, more
    around = F.pad(x, (left, left + right, top, top + bottom), value=float("-inf"))
    cells = F.unfold(
        around.nan_to_num(neginf=torch.finfo(x.dtype).min), kernel, dilation, 0, stride
    )
    count = kernel[0] * kernel[1]
    cells = cells.view(x.shape[0], x.shape[1], count, -1)
    columns = (around.shape[3] - dilation[1] * (kernel[1] - 1) - 1) // stride[1] + 1
    grid = cells.unflatten(3, (-1, columns))[..., : shape[0], : shape[1]]
    return grid.flatten(3)


def _pair(value: int | tuple[int, ...]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value[0], value[1])
