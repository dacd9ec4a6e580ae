"""Draws pictures that are our own: two digits, a sailing boat, the app's mark.

    python assets/pictures/draw.py

Everything is drawn `FINE` times too large and averaged down, so that edges are smooth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent
FINE = 4  # supersampling
Point = tuple[float, float]


# Digits: white on black, 280 × 280, so that the mean of each 10 × 10 block gives a 28 × 28 picture
# made the way MNIST's are: the ink fits a box of 20 × 20 and its centre of mass is in the middle.

DIGIT_SIZE, DIGIT_BOX, PEN = 280, 200, 23
STROKES: dict[str, list[list[Point]]] = {  # x to the right, y downwards, in any unit
    "digit_3": [
        [(22, 26), (44, 9), (70, 14), (77, 34), (62, 50), (42, 55)],
        [(42, 55), (70, 58), (84, 78), (75, 102), (46, 113), (20, 99)],
    ],
    "digit_7": [
        [(18, 20), (42, 17), (66, 16), (86, 12)],
        [(86, 12), (76, 34), (61, 62), (52, 88), (47, 116)],
    ],
}


def smooth_path(points: Sequence[Point], steps: int = 60) -> list[Point]:
    """Points on the Catmull-Rom curve through `points`, `steps` to a segment."""
    knots = np.array([points[0], *points, points[-1]], dtype=float)
    t = np.linspace(0, 1, steps)[:, None]
    pieces = []
    for before, start, end, after in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        pieces.append(
            start
            + t * (end - before) / 2
            + t**2 * (before - 2.5 * start + 2 * end - after / 2)
            + t**3 * ((after - before) / 2 + 1.5 * (start - end))
        )
    return [(float(x), float(y)) for x, y in np.concatenate(pieces)]


def pen_stroke(canvas: ImageDraw.ImageDraw, path: Sequence[Point], width: float) -> None:
    """A line of a round pen that is pressed a little less towards its end."""
    for place, (x, y) in enumerate(path):
        radius = width / 2 * (1 - 0.18 * place / len(path))
        canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def ink(strokes: list[list[Point]], scale: float, shift: Point) -> Image.Image:
    """The strokes in white on black, each point scaled, then shifted (in fine pixels)."""
    picture = Image.new("L", (DIGIT_SIZE * FINE, DIGIT_SIZE * FINE))
    canvas = ImageDraw.Draw(picture)
    for stroke in strokes:
        path = [(x * scale + shift[0], y * scale + shift[1]) for x, y in smooth_path(stroke)]
        pen_stroke(canvas, path, PEN * FINE)
    return picture


def digit(name: str) -> Image.Image:
    """One digit, its ink in the box and its centre of mass in the middle."""
    height = max(y for stroke in STROKES[name] for _, y in stroke)
    low = min(y for stroke in STROKES[name] for _, y in stroke)
    scale = (DIGIT_BOX - PEN) * FINE / (height - low)
    weight = np.asarray(ink(STROKES[name], scale, (0, 0)), dtype=float)
    rows, columns = np.indices(weight.shape)
    middle = DIGIT_SIZE * FINE / 2
    shift = (
        middle - float((columns * weight).sum() / weight.sum()),
        middle - float((rows * weight).sum() / weight.sum()),
    )
    return ink(STROKES[name], scale, shift).reduce(FINE).filter(ImageFilter.GaussianBlur(1.5))


# A sailing boat: something a network trained on CIFAR-10 has a word for.


def blend(top: Sequence[float], bottom: Sequence[float], size: tuple[int, int]) -> Image.Image:
    """A vertical gradient between two RGB colours; size is (width, height)."""
    share = np.linspace(0, 1, size[1])[:, None, None]
    colours = (1 - share) * np.array(top) + share * np.array(bottom)
    return Image.fromarray(np.repeat(colours, size[0], axis=1).round().astype(np.uint8))


def sea(size: tuple[int, int]) -> Image.Image:
    """Water with waves that grow shorter towards the horizon."""
    width, height = size
    depth = np.linspace(0.04, 1, height)[:, None]
    across = np.linspace(-1, 1, width)[None, :]
    waves = np.sin(9 / depth + 3 * np.sin(5 * across / depth)) * np.sin(23 * across + 7 / depth)
    water = np.asarray(blend((92, 140, 170), (24, 66, 104), size), dtype=float)
    return Image.fromarray((water + 16 * waves[..., None]).clip(0, 255).astype(np.uint8))


def boat() -> Image.Image:
    """A white sailing boat on the sea under a light sky, 384 × 384."""
    size, horizon = 384 * FINE, 236 * FINE
    picture = blend((120, 172, 216), (226, 236, 240), (size, size))
    picture.paste(sea((size, size - horizon)), (0, horizon))
    canvas = ImageDraw.Draw(picture)

    def polygon(corners: Sequence[Point], colour: str) -> None:
        canvas.polygon([(x * FINE, y * FINE) for x, y in corners], fill=colour)

    polygon([(88, 262), (302, 254), (276, 300), (122, 302)], "#f4f2ea")
    polygon([(95, 272), (296, 264), (290, 274), (101, 281)], "#b5392f")
    polygon([(118, 296), (279, 294), (276, 300), (122, 302)], "#7d8b95")
    polygon([(150, 260), (158, 243), (214, 241), (222, 257)], "#d9d6cb")
    polygon([(193, 42), (198, 42), (200, 256), (195, 256)], "#5b4636")
    polygon([(202, 52), (289, 236), (203, 242)], "#fbfaf5")
    polygon([(202, 52), (289, 236), (262, 238)], "#e3e3e0")
    polygon([(190, 62), (190, 240), (104, 250)], "#eef0ef")
    polygon([(124, 304), (276, 302), (250, 322), (150, 324)], "#35546d")
    return picture.filter(ImageFilter.GaussianBlur(FINE / 2)).reduce(FINE)


# The app's mark.

REACH, INPUT, OUTPUT = "#f0b429", "#2f7fe0", "#1fa868"


def mark() -> Image.Image:
    """A 3 × 3 grid in blue, a 2 × 2 kernel's reach in amber, one output in green; 64 × 64.

    Cells are 8 pixels and gaps 2 at half the size, so that a browser's tab shows it crisp.
    """
    picture = Image.new("RGBA", (64 * FINE, 64 * FINE))
    canvas = ImageDraw.Draw(picture)
    for place, colour in enumerate(
        (REACH, REACH, INPUT, REACH, REACH, INPUT, INPUT, INPUT, OUTPUT)
    ):
        left, top = (FINE * (4 + 20 * axis) for axis in (place % 3, place // 3))
        box = (left, top, left + 16 * FINE - 1, top + 16 * FINE - 1)
        canvas.rounded_rectangle(box, radius=3 * FINE, fill=colour)
    return picture.reduce(FINE)


PICTURES: dict[Path, Callable[[], Image.Image]] = {
    FOLDER / "digit_3.png": lambda: digit("digit_3"),
    FOLDER / "digit_7.png": lambda: digit("digit_7"),
    FOLDER / "boat.png": boat,
    FOLDER.parent / "favicon.png": mark,
}

if __name__ == "__main__":
    for path, draw in PICTURES.items():
        draw().save(path, optimize=True)
