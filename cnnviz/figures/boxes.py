"""A picture with one rectangle in it: where a cell looked."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from cnnviz.figures.pictures import Encoded
from cnnviz.figures.style import REACH

SHADE = 120  # of 255: how dark what lies outside gets


def boxed(picture: Image.Image, box: tuple[int, int, int, int], side: int = 240) -> Encoded:
    """The picture enlarged, what lies outside the box darkened, the box framed in amber.

    Args:
        picture: as the network sees it, one pixel each.
        box: left, top, right, bottom in pixels of the picture, the ends excluded.
        side: pixels of the longer side of the result, at least.
    """
    scale = max(1, -(-side // max(picture.size)))
    large = picture.convert("RGB").resize(
        (picture.width * scale, picture.height * scale), Image.Resampling.NEAREST
    )
    left, top, right, bottom = (edge * scale for edge in box)
    dark = Image.eval(large, lambda value: value * (255 - SHADE) // 255)
    if right > left and bottom > top:
        dark.paste(large.crop((left, top, right, bottom)), (left, top))
        ImageDraw.Draw(dark).rectangle(
            (left, top, right - 1, bottom - 1), outline=REACH, width=max(2, scale // 2)
        )
    file = io.BytesIO()
    dark.save(file, "PNG", compress_level=1)
    return Encoded(file.getvalue(), "image/png")
