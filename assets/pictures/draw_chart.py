"""Draws the test chart, test_chart.png: each tile asks a kernel one question.

    python assets/pictures/draw_chart.py

Everything is computed `FINE` times too large and averaged down, so that edges are smooth.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

PATH = Path(__file__).with_name("test_chart.png")
FINE = 4  # supersampling
TILE = 128  # pixels
Array = NDArray[np.float64]


def tile(shade: Callable[[Array, Array], Array], size: int = TILE) -> Image.Image:
    """A grey tile: shade(x, y) in [0, 1], x and y in pixels from its upper left corner."""
    steps = (np.arange(size * FINE) + 0.5) / FINE
    x, y = np.meshgrid(steps, steps)
    fine = np.broadcast_to(shade(x, y), x.shape)
    coarse = fine.reshape(size, FINE, size, FINE).mean(axis=(1, 3))
    return Image.fromarray((255 * coarse).round().astype(np.uint8))


def zone_plate(x: Array, y: Array) -> Array:
    """Rings that grow finer outwards: one period is 4 pixels at the middle of each side."""
    middle = TILE  # the tile is twice as large as the others
    radius_squared = (x - middle) ** 2 + (y - middle) ** 2
    return 0.5 + 0.5 * np.cos(np.pi * radius_squared / (4 * middle))


def star(x: Array, y: Array) -> Array:
    """Siemens star: 24 wedges, edges of every orientation."""
    middle = TILE
    wedges = np.sin(24 * np.arctan2(y - middle, x - middle)) > 0
    inside = (x - middle) ** 2 + (y - middle) ** 2 < (0.94 * middle) ** 2
    return np.where(inside, wedges, 0.5)


def bars(x: Array, _: Array) -> Array:
    """Four groups of vertical bars: 16, 8, 4 and 2 pixels wide."""
    bar_width = 16 / 2 ** (x // (TILE / 4))
    return (x % (TILE / 4)) // bar_width % 2


def diagonal(x: Array, y: Array) -> Array:
    """Sine waves along both diagonals, period 16 pixels, meeting in the middle."""
    distance = np.where(x + y < TILE, x + y, x - y) / np.sqrt(2)
    return 0.5 + 0.5 * np.sin(2 * np.pi * distance / 16)


def impulses() -> Image.Image:
    """Single pixels and lines one pixel wide: a response to them draws the kernel."""
    picture = Image.new("L", (TILE, TILE))
    canvas = ImageDraw.Draw(picture)
    canvas.point([(x, y) for x in range(16, 64, 16) for y in range(16, 64, 16)], fill=255)
    canvas.line((80, 12, 80, 60), fill=255)
    canvas.line((88, 36, 120, 36), fill=255)
    canvas.line((12, 116, 56, 72), fill=255)
    canvas.rectangle((76, 76, 112, 112), outline=255)
    return picture


def discs(x: Array, y: Array) -> Array:
    """Nine discs with radii from 2 to 16 pixels: blobs of many sizes."""
    radii = (2, 3, 4, 6, 8, 10, 12, 14, 16)
    middles = [(22 + 42 * (place % 3), 22 + 42 * (place // 3)) for place in range(9)]
    lit = [
        (x - cx) ** 2 + (y - cy) ** 2 < radius**2
        for radius, (cx, cy) in zip(radii, middles, strict=True)
    ]
    return np.where(np.any(lit, axis=0), 0.9, 0.15)


def ramp(x: Array, y: Array) -> Array:
    """A smooth ramp above, the same ramp in eight steps below."""
    return np.where(y < TILE / 2, x / TILE, (x // (TILE / 8)) / 7)


def colours() -> Image.Image:
    """Eight patches: red, green, blue, white above; cyan, magenta, yellow, black below."""
    names = ("#e02020", "#20c020", "#2040e0", "#ffffff", "#20d0d0", "#d020c0", "#e8d820", "#000000")
    picture = Image.new("RGB", (TILE, TILE))
    for place, name in enumerate(names):
        column, row = place % 4, place // 4
        corner = (column * TILE // 4, row * TILE // 2)
        picture.paste(name, (*corner, corner[0] + TILE // 4, corner[1] + TILE // 2))
    return picture


def steps(x: Array, y: Array) -> Array:
    """Squares inside squares: corners, and edges that grow fainter inwards."""
    depth = np.maximum(np.abs(x - TILE / 2), np.abs(y - TILE / 2)) // 10
    return 0.5 + (depth % 2 - 0.5) * np.clip(depth / 6, 0.1, 1)


def chart() -> Image.Image:
    """The test chart, 512 × 512: two large tiles above eight small ones."""
    rows = [
        [tile(zone_plate, 2 * TILE), tile(star, 2 * TILE)],
        [tile(bars), tile(lambda x, y: bars(y, x)), tile(diagonal), impulses()],
        [tile(discs), tile(steps), tile(ramp), colours()],
    ]
    picture = Image.new("RGB", (4 * TILE, 4 * TILE))
    heights = [row[0].height for row in rows]
    tops = [0, *np.cumsum(heights).tolist()]
    for row, (top, _) in zip(rows, pairwise(tops), strict=True):
        for column, one in enumerate(row):
            picture.paste(one.convert("RGB"), (column * one.width, top))
    return picture


if __name__ == "__main__":
    chart().save(PATH, optimize=True)
