"""Weights of one's own: how the address of the convolution page carries them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from cnnviz.ui.address import MAX_VALUE_LENGTH

MAX_WEIGHT = 1000.0
COLUMN, ROW, PLANE = ",;~"  # what stands between two of them; none is escaped in an address

Plane = Sequence[Sequence[float]]  # one input channel's weights, row by row


def read_weights(text: str) -> str:
    """The text of a kernel as the address carries it: 1,0,-1;2,0,-2;1,0,-1 for example.

    Commas stand between numbers, semicolons between rows, ~ between the planes of input channels.
    A plane may also be one list of its numbers, which today's kernel size cuts into rows.

    Raises:
        ValueError: it is something else, of unequal rows, or has a number beyond ±1000.
    """
    if not text:
        return ""
    try:
        planes = _planes(text)
    except ValueError:
        planes = []
    shapes = {tuple(len(row) for row in plane) for plane in planes}
    numbers = [number for plane in planes for row in plane for number in row]
    if (
        len(shapes) != 1
        or len(set(shapes.pop())) != 1
        or not all(abs(number) <= MAX_WEIGHT for number in numbers)
    ):
        raise ValueError(
            f"numbers from -{MAX_WEIGHT:g} to {MAX_WEIGHT:g} with commas, and semicolons between "
            "rows of the same length"
        )
    return text


def write_weights(planes: Sequence[Plane]) -> str:
    """Planes (channels, height, width) as the address carries them, with four significant digits.

    Planes that are all the same are written once.
    """
    different = planes[:1] if all(plane == planes[0] for plane in planes) else planes
    return PLANE.join(_plane_text(plane) for plane in different)


def address_weights(text: str) -> str:
    """The text, or nothing where it is longer than an address may be."""
    return text if len(text) <= MAX_VALUE_LENGTH else ""


def custom_weight(text: str, kernel_size: tuple[int, int], depth: int) -> Tensor:
    """The visitor's weights (depth, height, width), kept in the middle when the size has changed.

    One plane serves all input channels; several serve them in turn. No text is an identity.
    """
    weight = torch.tensor(_planes(text)) if text else torch.ones(1, 1, 1)
    if text and ROW not in text:
        weight = weight.reshape(len(weight), *_sides(weight.shape[-1], kernel_size))
    high, wide = (new - old for new, old in zip(kernel_size, weight.shape[1:], strict=True))
    padded = F.pad(weight, (wide // 2, wide - wide // 2, high // 2, high - high // 2))
    return padded[torch.arange(depth) % len(padded)]


def own_pixels(text: str, channels: int, height: int, width: int) -> Tensor:
    """The visitor's numbers (channels, height, width) from the top left, zeros beyond them.

    One plane serves all channels; several serve them in turn. A list of numbers that has no rows is
    cut into rows of today's width.
    """
    planes = (
        torch.tensor(_planes(text), dtype=torch.float64) if text else torch.zeros(1, 1, 1).double()
    )
    if text and ROW not in text and planes.shape[-1] == height * width:
        planes = planes.reshape(len(planes), height, width)
    kept = planes[:, :height, :width]
    filled = F.pad(kept, (0, width - kept.shape[2], 0, height - kept.shape[1]))
    return filled[torch.arange(channels) % len(filled)]


def _planes(text: str) -> list[list[list[float]]]:
    return [
        [[float(number) for number in row.split(COLUMN)] for row in plane.rstrip(ROW).split(ROW)]
        for plane in text.split(PLANE)
    ]


def _plane_text(plane: Plane) -> str:
    """Rows of numbers; a single row ends in a semicolon, so that it is not taken for a list."""
    rows = [COLUMN.join(f"{number:.4g}" for number in row) for row in plane]
    return ROW.join(rows) + (ROW if len(rows) == 1 and len(plane[0]) > 1 else "")


def _sides(count: int, kernel_size: tuple[int, int]) -> tuple[int, int]:
    """Height and width of a list of `count` weights: today's size if it fits, a square, a row."""
    if count == kernel_size[0] * kernel_size[1]:
        return kernel_size
    side = math.isqrt(count)
    return (side, side) if side * side == count else (1, count)
