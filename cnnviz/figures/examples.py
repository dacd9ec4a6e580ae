"""A picture with a heatmap over it, the region it should point at, and the point it points at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from cnnviz.figures.pictures import Encoded, diverging_levels, encode_photo, sequential_levels
from cnnviz.figures.style import DIVERGING, REACH, SEQUENTIAL

SIDE = 168  # pixels
SHARE = 0.6  # of the colour of the heatmap


def pointing_example(
    picture: NDArray[np.uint8],
    heatmap: NDArray[np.float32],
    box: tuple[int, int, int, int],
    point: tuple[int, int],
    is_signed: bool,
) -> Encoded:
    """The heatmap over a grey picture, a frame around the region, a cross at the highest point.

    Args:
        picture: (height, width) or (height, width, 3).
        heatmap: (height, width) of any values; colours are shares of the strongest.
        box: top, left, bottom, right of the region, in pixels of the picture.
        point: row and column of the highest point.
        is_signed: whether the colours go both ways from zero.
    """
    height, width = heatmap.shape
    image = _coloured(picture, heatmap, is_signed).resize((SIDE, SIDE), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(image)
    x, y = SIDE / width, SIDE / height
    upper, left, lower, right = box
    pen.rectangle((left * x, upper * y, right * x - 1, lower * y - 1), outline=REACH, width=3)
    _cross(pen, (point[1] + 0.5) * x, (point[0] + 0.5) * y)
    return encode_photo(image)


def heat_over(picture: NDArray[np.uint8], heatmap: NDArray[np.float32], is_signed: bool) -> Encoded:
    """The heatmap over a grey picture, both of the same height and width (see above)."""
    return encode_photo(_coloured(picture, heatmap, is_signed))


def _coloured(
    picture: NDArray[np.uint8], heatmap: NDArray[np.float32], is_signed: bool
) -> Image.Image:
    top = float(np.abs(heatmap).max()) or 1.0
    levels = diverging_levels(heatmap, top) if is_signed else sequential_levels(heatmap, 0.0, top)
    colours = Image.fromarray((DIVERGING if is_signed else SEQUENTIAL)[levels])
    return _over(Image.fromarray(picture).convert("L"), colours, is_signed and picture.ndim == 2)


def _over(below: Image.Image, colours: Image.Image, is_on_paper: bool) -> Image.Image:
    """The colours over a grey picture; white lines on black are shown as pencil on paper."""
    if is_on_paper:
        pencil = below.point([255 - level // 3 for level in range(256)])
        return ImageChops.multiply(colours, pencil.convert("RGB"))
    return Image.blend(below.convert("RGB"), colours, SHARE)


def _cross(pen: ImageDraw.ImageDraw, x: float, y: float) -> None:
    for colour, width in (("black", 5), ("white", 2)):
        pen.line((x - 7, y, x + 7, y), colour, width)
        pen.line((x, y - 7, x, y + 7), colour, width)
