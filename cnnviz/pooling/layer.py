"""A pooling layer from its settings: the torch module, its numbers, and what it does in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod

import torch
from torch import Tensor, nn

from cnnviz.pooling.refusal import check_settings
from cnnviz.pooling.settings import PoolAxis, PoolSettings

MOST_NUMBERS = 24_000_000  # of a pooled picture that is computed here


@dataclass(frozen=True)
class PoolNumbers:
    """What a pooling makes of one picture: sizes are (height, width) in cells.

    `kept` and `of` count the numbers that come out and go in. `overhang` counts the rows and
    columns behind the padding that the last window of `ceil_mode` reaches over.
    """

    output_shape: tuple[int, int, int, int]
    num_params: int
    kept: int
    of: int
    span: tuple[int, int]
    overhang: tuple[int, int]
    is_dropped: bool


def pool_module(settings: PoolSettings) -> nn.MaxPool2d | nn.AvgPool2d | nn.LPPool2d:
    """The layer itself.

    Raises:
        ValueError: torch refuses the settings; the sentence says why.
    """
    check_settings(settings)
    if settings.operation == "lp":
        return nn.LPPool2d(
            settings.p, settings.kernel_size, settings.stride, ceil_mode=settings.ceil_mode
        )
    if settings.operation == "avg":
        return nn.AvgPool2d(
            settings.kernel_size,
            settings.stride,
            settings.padding,
            settings.ceil_mode,
            settings.count_include_pad,
        )
    return nn.MaxPool2d(
        settings.kernel_size,
        settings.stride,
        settings.padding,
        settings.dilation,
        ceil_mode=settings.ceil_mode,
    )


@lru_cache(maxsize=256)  # a page asks for the same layer several times
def pool_numbers(settings: PoolSettings) -> PoolNumbers:
    """Shapes and counts, from torch's own module on a single channel.

    Raises:
        ValueError: torch refuses the settings; the sentence says why.
    """
    module = pool_module(settings)
    with torch.inference_mode():
        line = [module(_line(settings, axis)).shape[2 + axis] for axis in (0, 1)]
    shape = (1, settings.channels, line[0], line[1])
    rows, columns = settings.axes
    return PoolNumbers(
        output_shape=shape,
        num_params=sum(parameter.numel() for parameter in module.parameters()),
        kept=prod(shape),
        of=settings.channels * settings.height * settings.width,
        span=(rows.span, columns.span),
        overhang=(rows.overhang, columns.overhang),
        is_dropped=rows.is_dropped or columns.is_dropped,
    )


def _line(settings: PoolSettings, axis: int) -> Tensor:
    """A picture of the real size along one axis, and just large enough along the other."""
    sizes = [settings.height, settings.width]
    sizes[1 - axis] = min(sizes[1 - axis], settings.axes[1 - axis].span)
    return torch.zeros(1, 1, *sizes)


def pooled(picture: Tensor, settings: PoolSettings) -> Tensor:
    """A picture (channels, height, width) through the layer; the size is the picture's.

    Raises:
        ValueError: torch refuses the settings on this picture, or the result is too large.
    """
    channels, height, width = picture.shape
    layer = replace(settings, channels=channels, height=height, width=width)
    if pool_numbers(layer).kept > MOST_NUMBERS:
        raise ValueError(f"at most {MOST_NUMBERS:,} numbers are computed here")
    with torch.inference_mode():
        return pool_module(layer)(picture.unsqueeze(0)).squeeze(0)


def in_words(settings: PoolSettings) -> str:
    """What the layer does to the size, and to what lies under no window."""
    rows, columns = settings.axes
    sizes = [_size_words(axis) for axis in (rows, columns)]
    words = (
        f"{sizes[0]}, height and width"
        if sizes[0] == sizes[1]
        else f"height: {sizes[0]}; width: {sizes[1]}"
    )
    share = _share(settings)
    return f"{words}; {share}" if share else words


def _size_words(axis: PoolAxis) -> str:
    before, after = axis.size, axis.output_size
    if before == after:
        return "keeps the size"
    if before == 2 * after:
        return "halves"
    if before == axis.stride * after:
        return f"divides by {axis.stride}"
    return f"{'shrinks' if after < before else 'grows'} {before} to {after}"


def _share(settings: PoolSettings) -> str:
    """Who gets a gradient: of max one cell a window, else all of it."""
    numbers = pool_numbers(settings)
    window = prod(settings.kernel_size)
    if settings.operation != "max" or window == 1:
        return ""
    tiles = settings.kernel_size == settings.stride and settings.padding == (0, 0)
    if tiles and numbers.kept * window == numbers.of:
        return f"{window - 1} of {window} numbers get no gradient"
    return f"of the {window} numbers of a window one gets the gradient"


def notes(settings: PoolSettings) -> list[str]:
    """What a reader would stumble over in today's settings, a sentence each."""
    numbers = pool_numbers(settings)
    said = []
    if numbers.is_dropped:
        said.append(
            "Rounding up would add a window that starts in the padding behind the input. It would "
            "read nothing at all, so torch leaves it out."
        )
    if any(numbers.overhang):
        said.append(_overhang_words(settings, max(numbers.overhang)))
    if settings.operation == "avg" and any(settings.padding):
        said.append(
            "The zeros of the padding count in the average: windows at the border give less."
            if settings.count_include_pad
            else "The padding does not count: at the border the average is over fewer numbers."
        )
    return said


def _overhang_words(settings: PoolSettings, cells: int) -> str:
    beyond = f"The last window hangs over the end by {cells} {'cell' if cells == 1 else 'cells'}"
    return (
        beyond
        + {
            "max": ": its maximum is over what is there.",
            "avg": ": its average is over what is there.",
            "lp": ". torch's LPPool2d counts it as if it were full: it scales the sum up.",
        }[settings.operation]
    )
