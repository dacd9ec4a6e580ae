"""Pictures: the bytes of an upload -> a picture or an ImageError; the samples; their tensors."""

from __future__ import annotations

import io
import threading
from collections.abc import Generator
from contextlib import contextmanager
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from cnnviz.images.files import (
    MAX_BYTES,
    ImageError,
    PictureFile,
    damaged,
    orientation,
    picture_file,
)
from cnnviz.images.framing import FRAMES, Frame, frame_code, framed
from cnnviz.images.samples import SAMPLES, Sample, photographed, sample

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "FRAMES",
    "MAX_BYTES",
    "MAX_SIDE",
    "SAMPLES",
    "Frame",
    "ImageError",
    "Sample",
    "fit",
    "frame_code",
    "framed",
    "load_image",
    "photographed",
    "pixels_to_decode",
    "sample",
    "to_rgb",
    "to_tensor",
]

MAX_SIDE = 1024  # pixels; of the picture that comes back
MAX_PIXELS = 40_000_000  # of the file; decoded, a pixel takes 4 bytes
MAX_PIXELS_WEBP = 12_500_000  # of a WebP; its decoder keeps four copies
MAX_FILE_SIDE = 65_535  # JPEG's own limit; Pillow pays 8 bytes for every row
JPEG_SHARE = 8  # in which a JPEG's pixels count, see `pixels_to_decode`
TURNS = {  # EXIF's orientation -> how to set it right
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_one_at_a_time = threading.Lock()  # so that a class that uploads together does not add up in memory
LIMIT_S = 60.0  # that a picture waits for the others: decoding one takes a few seconds at most


def load_image(data: bytes) -> Image.Image:
    """The picture in a JPEG, PNG, WebP, GIF (its first frame) or BMP file.

    In RGB with 8 bits a channel, transparency over white, upright by its EXIF orientation, its
    longer side at most 1024 pixels (scaled down, never up). Colour profiles are not applied.
    Takes less than 300 MB for the moment it decodes, whatever the file says.

    Raises:
        ImageError: anything else, with a sentence that says what is wrong and what would be right.
    """
    file = picture_file(data)
    with _turn():
        try:
            return _whole(file)
        except ImageError:
            raise
        except Image.DecompressionBombError:
            raise _too_many_pixels(file.format) from None
        except Exception as error:  # whatever a decoder makes of a file that means harm
            raise damaged(file.format) from error


@contextmanager
def _turn() -> Generator[None]:
    if not _one_at_a_time.acquire(timeout=LIMIT_S):
        raise ImageError(
            "Many pictures are being read just now: choose this one again in a minute."
        )
    try:
        yield
    finally:
        _one_at_a_time.release()


def pixels_to_decode(data: bytes) -> int:
    """How many pixels `load_image` would decode of a file, told by its head alone; 0 of no picture.

    Of a JPEG an eighth counts: it is decoded no larger than needed, in about that share of a PNG's
    time for the same pixels.
    """
    try:
        file = picture_file(data)
        with Image.open(io.BytesIO(file.data), formats=(file.format,)) as image:
            width, height = image.size
    except Exception:  # whatever a decoder makes of it: `load_image` finds the words
        return 0
    return width * height // (JPEG_SHARE if file.format == "JPEG" else 1)


def to_rgb(image: Image.Image) -> Image.Image:
    """The picture in RGB with 8 bits a channel, transparency over white.

    16-bit values are scaled from 0 … 65535 and floating point from 0 … 1, whatever the picture
    uses of that range; what lies outside is clipped.
    """
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image = _in_eight_bits(image)
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        image = white
    return image.convert("RGB")


def fit(image: Image.Image, size: int | tuple[int, int]) -> Image.Image:
    """The middle of the picture at `size`: (height, width) in pixels, or one number for a square.

    As much of the picture as has that shape, scaled with antialiasing.

    Raises:
        ValueError: a side is less than one pixel.
    """
    height, width = (size, size) if isinstance(size, int) else size
    if height < 1 or width < 1:
        raise ValueError(
            f"a picture of {height} × {width} pixels has none; each side is at least 1"
        )
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)


def to_tensor(image: Image.Image) -> Tensor:
    """The picture as a tensor (3, height, width), float32 in [0, 1], channels red, green, blue."""
    import torch  # not at the top: pages that only show pictures do not wait for it

    channels_last = np.asarray(to_rgb(image), dtype=np.float32) / 255
    return torch.from_numpy(channels_last.transpose(2, 0, 1).copy())


def _whole(file: PictureFile) -> Image.Image:
    """The picture of a file that is all there.

    A decoder fills what a JPEG lacks with grey, without a word. What lacks only its last marker
    looks the same whatever stands behind it; what lacks more does not.
    """
    picture = _decoded(file, file.data)
    if file.other_end and picture.tobytes() != _decoded(file, file.other_end).tobytes():
        raise damaged(file.format)
    return picture


def _decoded(file: PictureFile, data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=(file.format,)) as image:
        _check_pixels(image.size, file.format)
        image.draft(None, _shown_size(image.size))  # a JPEG is decoded no larger than needed
        image.load()
        picture = _reduced(image)
    if max(picture.size) > MAX_SIDE:
        picture = picture.resize(_shown_size(picture.size), Image.Resampling.LANCZOS)
    turn = TURNS.get(orientation(file.exif))
    return picture if turn is None else picture.transpose(turn)


def _check_pixels(size: tuple[int, int], format_name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise damaged(format_name)
    limit = MAX_PIXELS_WEBP if format_name == "WEBP" else MAX_PIXELS
    if width * height > limit or max(size) > MAX_FILE_SIDE:
        raise _too_many_pixels(format_name, size)


def _too_many_pixels(format_name: str, size: tuple[int, int] | None = None) -> ImageError:
    limit, source = (MAX_PIXELS_WEBP, "WebP") if format_name == "WEBP" else (MAX_PIXELS, "file")
    shown = "The picture has too many pixels"
    if size is not None:
        width, height = size
        shown = f"The picture has {width} × {height} = {width * height / 1e6:.1f} million pixels"
        if width * height <= limit:
            return ImageError(
                f"The picture is {width} × {height} pixels, and no side may have more than "
                f"{MAX_FILE_SIDE}. Cut a piece out of it."
            )
    return ImageError(
        f"{shown}, and at most {limit / 1e6:g} million are read from a {source}. "
        "Make a smaller copy: 1024 pixels a side are enough."
    )


def _shown_size(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the picture that comes back, its shape kept."""
    share = min(1, MAX_SIDE / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _reduced(image: Image.Image) -> Image.Image:
    """The picture in RGB; where it is far too large, each block of pixels averaged into one.

    It goes piece by piece, so that a whole second copy at full size never exists. The longer side
    of the result is below 4096 pixels, and not below 2048 where anything was averaged.
    """
    factor = max(1, max(image.size) // (2 * MAX_SIDE))
    edge = factor * (MAX_SIDE // factor)
    width, height = image.size
    picture = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for left, top in product(range(0, width, edge), range(0, height, edge)):
        box = (left, top, min(left + edge, width), min(top + edge, height))
        piece = to_rgb(image.crop(box)).reduce(factor)
        picture.paste(piece, (left // factor, top // factor))
    return picture


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """A picture of 16 bits or floats with 8 bits a channel; the grey that is see-through is so."""
    values, clear = np.asarray(image), image.info.get("transparency")
    grey = Image.fromarray(_eight_bits(values))
    if isinstance(clear, int):
        grey.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
    return grey


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """Integers from 0 … 65535 or floats from 0 … 1 as 0 … 255."""
    if values.dtype.kind == "f":
        return (255 * np.nan_to_num(values).clip(0, 1)).round().astype(np.uint8)
    return ((values.astype(np.int64).clip(0, 65535) + 128) // 257).astype(np.uint8)
