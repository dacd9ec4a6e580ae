"""Many feature maps as one picture, on one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz.figures import pictures
from cnnviz.figures.style import DIVERGING, GAP_PX, SEQUENTIAL, STAGE_PX, Palette

Colours = Literal["diverging", "sequential"]

ASPECT = 2.4  # width over height of the place a mosaic has on a 1280×720 screen
RAGGED_COST = 0.5  # 64 maps are easier to count as 4 rows of 16 than as 4 of 13 and one of 12
NOISE_FLOOR = 0.01  # a map scaled by itself is never stretched beyond 100 times


@dataclass(frozen=True)
class Tile:
    """Where maps lie in the mosaic, in pixels of the picture."""

    height: int
    width: int
    gap: int
    scale: int  # pixels per value, along each axis


@dataclass(frozen=True)
class Mosaic:
    """Maps side by side, row by row from the top left, and the scale of their colours.

    Values from `low` to `high` have colours of their own. With a scale per map (`is_per_map`)
    these are the ends of the layer's scale, and `limits` has the end of each map's.
    """

    levels: pictures.Levels  # (height, width): the whole picture as palette entries, 0 in the gaps
    count: int
    columns: int
    rows: int
    tile: Tile
    low: float
    high: float
    colours: Colours
    limits: NDArray[np.float32]  # (count,): largest absolute value shown without clipping, per map
    is_per_map: bool
    is_clipped: bool  # some values go beyond the scale and are shown as its ends

    @cached_property
    def png(self) -> bytes:
        """The picture; gaps and places without a map are transparent."""
        is_enlarged = self.tile.scale > 1  # rows repeat: zlib's default finds that, run length not
        strategy = pictures.DEFAULT_STRATEGY if is_enlarged else pictures.RUN_LENGTH
        return pictures.palette_png(self.levels, self.palette, strategy)

    @property
    def palette(self) -> Palette:
        """The colours of the picture."""
        return DIVERGING if self.colours == "diverging" else SEQUENTIAL

    @property
    def limit(self) -> float:
        """Largest absolute value of the scale."""
        return max(-self.low, self.high)

    @property
    def width(self) -> int:
        """Width of the picture in pixels."""
        return self.levels.shape[1]

    @property
    def height(self) -> int:
        """Height of the picture in pixels."""
        return self.levels.shape[0]

    def corner(self, index: int) -> tuple[int, int]:
        """Left and top pixel of the map with this index."""
        row, column = divmod(index, self.columns)
        step_x, step_y = self.tile.width + self.tile.gap, self.tile.height + self.tile.gap
        return column * step_x, row * step_y


def mosaic(
    maps: ArrayLike,
    *,
    limit: float | None = None,
    colours: Colours = "diverging",
    per_map: bool = False,
    columns: int | None = None,
    gap: int = GAP_PX,
    scale: int | None = None,
    width: int = STAGE_PX,
    aspect: float = ASPECT,
) -> Mosaic:
    """All maps (K, height, width) of a layer as one picture, by default on one scale for all.

    Args:
        maps: array or CPU tensor without gradient.
        limit: end of the scale; by default the largest absolute value of all maps.
        colours: "diverging" from -limit to limit, or "sequential" from 0 to limit for maps that
            cannot be negative.
        per_map: scale every map by its own largest absolute value. A map below a hundredth of
            the layer's is not stretched further: what is nearly nothing keeps looking so.
        columns: maps in a row; by default what comes nearest to `aspect`.
        gap: pixels between maps.
        scale: pixels per value; by default the largest that keeps the picture within `width` and
            `width / aspect`.
        width: pixels the picture should not exceed by enlarging.
        aspect: wished width over height of the picture.

    Raises:
        ValueError: there is no map, a value is not finite, or an option is out of its range.
    """
    array = np.asarray(maps, np.float32)
    if array.ndim != 3 or 0 in array.shape:
        raise ValueError(f"a mosaic is made of maps (K, height, width), not of {array.shape}")
    own, shared = _limits(array, limit)
    limits = np.maximum(own, shared * NOISE_FLOOR) if per_map else np.full_like(own, shared)
    count, height, width_of_map = array.shape
    columns = columns or _columns(count, height, width_of_map, aspect)
    rows = math.ceil(count / columns)
    scale = scale or _scale(width / columns - gap, width / aspect / rows - gap, array.shape[1:])
    tile = Tile(height * scale, width_of_map * scale, gap, scale)
    levels = _levels(array, limits, colours)
    return Mosaic(
        levels=_laid_out(pictures.enlarge(levels, scale), columns, gap),
        count=count,
        columns=columns,
        rows=rows,
        tile=tile,
        low=-shared if colours == "diverging" else 0.0,
        high=shared,
        colours=colours,
        limits=limits,
        is_per_map=per_map,
        is_clipped=bool((own > limits).any()),
    )


def _limits(array: NDArray[np.float32], limit: float | None) -> tuple[NDArray[np.float32], float]:
    """Largest absolute value of each map, and the end of the scale they share."""
    own = np.maximum(array.max(axis=(1, 2)), -array.min(axis=(1, 2)))
    shared = pictures.symmetric_limit(own).value if limit is None else limit
    if not (shared > 0 and math.isfinite(shared)):
        raise ValueError(f"the limit of a colour scale is a positive number, not {shared}")
    return own, shared


def _levels(
    array: NDArray[np.float32], limits: NDArray[np.float32], colours: Colours
) -> pictures.Levels:
    """Palette entries of all maps, each divided by its limit."""
    if (limits == limits[0]).all():
        one = float(limits[0])
        if colours == "diverging":
            return pictures.diverging_levels(array, one)
        return pictures.sequential_levels(array, 0.0, one)
    shares = array / limits[:, None, None]  # (K, height, width), in [-1, 1]
    if colours == "diverging":
        return pictures.diverging_levels(shares, 1.0)
    return pictures.sequential_levels(shares, 0.0, 1.0)


def _columns(count: int, height: int, width: int, aspect: float) -> int:
    """Maps in a row so that the picture comes near `aspect` and its last row is nearly full."""

    def cost(columns: int) -> float:
        rows = math.ceil(count / columns)
        distance = abs(math.log(columns * width / (rows * height) / aspect))
        is_ragged = rows * columns > count
        return distance + RAGGED_COST * is_ragged + (rows * columns - count) / count

    return min(range(1, count + 1), key=cost)


def _scale(space_x: float, space_y: float, size: tuple[int, ...]) -> int:
    """Largest whole number of pixels per value with which a map fits its space; at least 1."""
    height, width = size
    return max(1, int(min(space_x / width, space_y / height)))


def _laid_out(levels: pictures.Levels, columns: int, gap: int) -> pictures.Levels:
    """Maps (K, height, width) set row by row, with entry 0 between and after them."""
    count, height, width = levels.shape
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, height + gap, width + gap), np.uint8)
    cells[:count, :height, :width] = levels
    grid = cells.reshape(rows, columns, height + gap, width + gap).transpose(0, 2, 1, 3)
    whole = grid.reshape(rows * (height + gap), columns * (width + gap))
    return np.ascontiguousarray(
        whole[: rows * (height + gap) - gap, : columns * (width + gap) - gap]
    )
