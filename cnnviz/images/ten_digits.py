"""The ten digits written with a pen of our own, always the same, as pictures like MNIST's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Point = tuple[float, float]

SHEET, PEN, STEPS = 560, 44, 40  # pixels of the sheet and of the pen; points to a segment
SIDE, BOX = 28, 20  # pixels of a picture of MNIST, and of the box its ink fits into


def _ellipse(x: float, y: float, width: float, height: float, start: float = -90) -> list[Point]:
    angles = [(start + turn * 30) * pi / 180 for turn in range(13)]
    return [(x + width * cos(angle), y + height * sin(angle)) for angle in angles]


# x to the right, y downwards, on a sheet of 100 × 100.
STROKES: dict[str, list[list[Point]]] = {
    "0": [_ellipse(50, 50, 24, 35, -70)],
    "1": [[(56, 14), (52, 40), (48, 62), (45, 86)]],
    "2": [[(27, 30), (38, 16), (56, 14), (67, 26), (63, 43), (46, 62), (26, 82)],
          [(26, 82), (42, 79), (58, 82), (75, 80)]],
    "3": [[(29, 22), (45, 13), (62, 17), (67, 31), (57, 43), (43, 47)],
          [(43, 47), (62, 49), (72, 63), (66, 79), (47, 87), (27, 79)]],
    "4": [[(44, 13), (36, 32), (27, 54), (46, 56), (74, 53)],
          [(64, 24), (62, 46), (59, 66), (57, 88)]],
    "5": [[(70, 14), (54, 16), (38, 16)], [(38, 16), (35, 32), (33, 44)],
          [(33, 44), (50, 40), (66, 49), (69, 66), (58, 82), (40, 86), (26, 80)]],
    "6": [[(62, 13), (46, 26), (34, 46), (30, 64), (38, 82), (54, 86), (66, 76), (65, 61),
           (53, 53), (40, 58), (32, 68)]],
    "7": [[(26, 20), (42, 18), (58, 17), (74, 14)],
          [(74, 14), (66, 34), (55, 58), (49, 74), (45, 88)]],
    "8": [[(66, 24), (52, 13), (37, 21), (38, 36), (52, 47), (65, 61), (64, 78), (49, 87),
           (35, 79), (36, 62), (51, 47), (64, 36), (66, 24)]],
    "9": [[(65, 32), (54, 16), (39, 20), (33, 35), (42, 48), (57, 46), (65, 32)],
          [(65, 32), (64, 52), (60, 70), (56, 88)]],
}  # fmt: skip


@cache
def digit(name: str) -> NDArray[np.uint8]:
    """The digit "0" to "9" as a picture (28, 28), white on black; shared, only to be read.

    Raises:
        ValueError: there is no such digit.
    """
    if name not in STROKES:
        raise ValueError(f"the digits are {', '.join(STROKES)}, not {name!r}")
    sheet = Image.new("L", (SHEET, SHEET))
    pen = ImageDraw.Draw(sheet)
    for stroke in STROKES[name]:
        for x, y in smooth(stroke):
            pen.ellipse((x - PEN / 2, y - PEN / 2, x + PEN / 2, y + PEN / 2), fill=255)
    picture = _like_mnist(sheet)
    picture.setflags(write=False)
    return picture


def _like_mnist(sheet: Image.Image) -> NDArray[np.uint8]:
    """The ink scaled into 20×20, its centre of mass in the middle of 28×28.

    LeCun et al., 1998, section III.A (doi.org/10.1109/5.726791).
    """
    written = sheet.crop(sheet.getbbox())
    scale = BOX / max(written.size)
    width, height = (max(1, round(side * scale)) for side in written.size)
    ink = np.asarray(written.resize((width, height), Image.Resampling.BOX), float)
    rows, columns = np.indices(ink.shape) + 0.5
    top = round(SIDE / 2 - float((rows * ink).sum() / ink.sum()))
    left = round(SIDE / 2 - float((columns * ink).sum() / ink.sum()))
    picture = np.zeros((SIDE, SIDE), np.uint8)
    picture[top : top + height, left : left + width] = ink
    return picture


def smooth(stroke: Sequence[Point]) -> list[Point]:
    """Points on the Catmull-Rom curve through a stroke's points, in pixels of the sheet."""
    knots = np.array([stroke[0], *stroke, stroke[-1]], float) * SHEET / 100
    t = np.linspace(0, 1, STEPS)[:, None]
    pieces = [
        b
        + t * (c - a) / 2
        + t**2 * (a - 2.5 * b + 2 * c - d / 2)
        + t**3 * ((d - a) / 2 + 1.5 * (b - c))
        for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False)
    ]
    return [(float(x), float(y)) for x, y in np.concatenate(pieces)]
