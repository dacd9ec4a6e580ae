"""What of a picture a network gets: a square of it, or all of it on white."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageOps

FRAMES = {"square": "Middle", "whole": "Whole", "hand": "By hand"}
AROUND = "white"  # a whole picture on black was read right less often
MOST_ZOOM = 8.0
PROBE = 1000  # pixels


@dataclass(frozen=True)
class Frame:
    """A part of a picture.

    Attributes:
        kind: "square", the largest square in the middle; "whole", everything, with white beside
            it; "hand", a square of a place and size of one's own.
        zoom: by hand: how many times smaller than the largest square, 1 to 8.
        x: by hand: from 0, at the left edge, to 100, at the right one.
        y: by hand: from 0, at the top, to 100, at the bottom.
        kept_share: of a square's side that the network's own cut leaves, in (0, 1].
    """

    kind: str = "square"
    zoom: float = 1.0
    x: int = 50
    y: int = 50
    kept_share: float = 1.0

    @property
    def text(self) -> str:
        """Equal for frames that show the same."""
        return f"hand-{self.zoom:g}-{self.x}-{self.y}" if self.kind == "hand" else self.kind


def kept_share(crop: Callable[[Image.Image], Image.Image]) -> float:
    """The share of a square's side that a network's own cut leaves."""
    return crop(_probe()).width / PROBE


@cache
def _probe() -> Image.Image:
    return Image.new("1", (PROBE, PROBE))


def cut(size: tuple[int, int], frame: Frame) -> tuple[int, int, int, int]:
    """Left, top, right and bottom edge of the square by hand in a picture of (width, height)."""
    side = max(1, round(min(size) / frame.zoom))
    left, top = round((size[0] - side) * frame.x / 100), round((size[1] - side) * frame.y / 100)
    return left, top, left + side, top + side


def whole_side(size: tuple[int, int], frame: Frame) -> int:
    """Side of the white square that a picture of (width, height) lies on, seen to its edges."""
    spare = 2 if frame.kept_share < 1 else 0  # the network's cut is rounded to whole pixels
    return math.ceil(max(size) / frame.kept_share) + spare


def framed(picture: Image.Image, frame: Frame) -> Image.Image:
    """The part of a picture, in RGB; for the middle square the picture as it is.

    The middle is cut by whatever makes a batch of a picture, so it needs nothing here.
    """
    if frame.kind == "whole":
        side = whole_side(picture.size, frame)
        return ImageOps.expand(picture, _margins(picture.size, side), fill=AROUND)
    return picture.crop(cut(picture.size, frame)) if frame.kind == "hand" else picture


def _margins(size: tuple[int, int], side: int) -> tuple[int, int, int, int]:
    """Pixels to the left, above, to the right and below of (width, height) in a square."""
    left, top = ((side - one) // 2 for one in size)
    return left, top, side - size[0] - left, side - size[1] - top


def frame_code(size: tuple[int, int], frame: Frame) -> str:
    """Lines of a script that do the same to `picture` of (width, height); none where nothing is."""
    if frame.kind == "whole":
        side = whole_side(size, frame)
        place = _margins(size, side)[:2]
        return (
            f'square = Image.new("RGB", ({side}, {side}), "{AROUND}")\n'
            f"square.paste(picture, {place})\n"
            "picture = square\n"
        )
    return f"picture = picture.crop({cut(size, frame)})\n" if frame.kind == "hand" else ""
