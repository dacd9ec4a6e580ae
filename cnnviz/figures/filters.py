"""The filters of a layer that reads the picture itself, as pictures on one scale."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from cnnviz.figures.mosaic import Tile
from cnnviz.figures.style import GAP_PX, Palette

GREY: Palette = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
GREY.setflags(write=False)


@dataclass(frozen=True, eq=False)
class FilterSheet:
    """Colour filters side by side, row by row: middle grey is 0, and brighter is above it.

    It has what `cnnviz.ui.mosaic_view.mosaic_view` asks of a mosaic.
    """

    pixels: NDArray[np.uint8]  # (height, width, 4): red, green, blue, opacity
    count: int
    columns: int
    tile: Tile
    limit: float
    is_per_map: bool = False
    is_clipped: bool = False

    @property
    def palette(self) -> Palette:
        """Of the colour bar: all three colours at once are shades of grey."""
        return GREY

    @property
    def low(self) -> float:
        """The weight that black stands for."""
        return -self.limit

    @property
    def high(self) -> float:
        """The weight that full brightness stands for."""
        return self.limit

    @property
    def width(self) -> int:
        """Of the picture, in pixels."""
        return self.pixels.shape[1]

    @property
    def height(self) -> int:
        """Of the picture, in pixels."""
        return self.pixels.shape[0]

    @property
    def png(self) -> bytes:
        """The picture; gaps and places without a filter are transparent."""
        file = io.BytesIO()
        Image.fromarray(self.pixels).save(file, "PNG", compress_level=1)
        return file.getvalue()


def filter_sheet(weights: ArrayLike, limit: float, columns: int, scale: int) -> FilterSheet:
    """Filters (K, 3, rows, columns) as pictures: each weight is the brightness of its colour.

    Args:
        weights: array or CPU tensor without gradient.
        limit: the size of a weight that is shown as full brightness, or as black if negative.
        columns: filters in a row.
        scale: pixels per weight, along each axis.

    Raises:
        ValueError: the filters do not read three colours, or the limit is not positive.
    """
    array = np.asarray(weights, np.float32)
    if array.ndim != 4 or array.shape[1] != 3 or not len(array):
        raise ValueError(f"colour filters have the shape (K, 3, rows, columns), not {array.shape}")
    if not limit > 0:
        raise ValueError(f"the limit of a scale is a positive number, not {limit}")
    shades = np.clip(array / limit * 127.5 + 127.5, 0, 255).round().astype(np.uint8)
    tiles = shades.transpose(0, 2, 3, 1).repeat(scale, axis=1).repeat(scale, axis=2)
    count, height, width = tiles.shape[:3]
    rows = -(-count // columns)
    step_y, step_x = height + GAP_PX, width + GAP_PX
    pixels = np.zeros((rows * step_y - GAP_PX, columns * step_x - GAP_PX, 4), np.uint8)
    for index, tile in enumerate(tiles):
        top, left = index // columns * step_y, index % columns * step_x
        pixels[top : top + height, left : left + width, :3] = tile
        pixels[top : top + height, left : left + width, 3] = 255
    return FilterSheet(pixels, count, columns, Tile(height, width, GAP_PX, scale), limit)
