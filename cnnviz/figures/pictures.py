"""Values in, picture bytes out: fast enough to follow a slider, exact enough to read values off.

A picture of values is a palette PNG: one byte per value and a table of 256 colours
(`figures.style`), so a colour stands for one value everywhere.
"""

from __future__ import annotations

import io
import math
from base64 import b64encode
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from cnnviz.figures.style import DIVERGING, FIRST_LEVEL, LAST_LEVEL, SEQUENTIAL, ZERO_LEVEL, Palette

Levels = NDArray[np.uint8]  # palette entries, 1 ... 255; 0 is "nothing here"

RUN_LENGTH = 3  # zlib's Z_RLE: half the time of its default on maps, for 5 % more bytes
FAST = 1  # zlib level: 4 is twice as slow for 2 % fewer bytes
DEFAULT_STRATEGY = 0
SAMPLE = 65536  # values are enough to find the end of a robust scale


class Limit(NamedTuple):
    """The end of a symmetric scale, and whether there was anything to scale."""

    value: float  # > 0
    is_flat: bool  # all values are 0: the scale ends at 1 by agreement


def _float_array(values: ArrayLike) -> NDArray[np.float32]:
    """The values as float32 without a copy where they already are (tensors share memory)."""
    return np.asarray(values, np.float32)


def _require_finite(*ends: float) -> None:
    if not all(math.isfinite(end) for end in ends):
        raise ValueError(
            "the values hold infinity or NaN (not a number), so no scale fits them: "
            "smaller weights keep them finite"
        )


def ends(values: ArrayLike) -> tuple[float, float]:
    """The smallest and the largest value."""
    array = _float_array(values)
    return float(array.min()), float(array.max())


def symmetric_limit(values: ArrayLike) -> Limit:
    """Largest absolute value, the end of a scale with zero in its middle; 1 where all are zero.

    Raises:
        ValueError: a value is infinite or not a number.
    """
    array = _float_array(values)
    if array.size == 0:
        return Limit(1.0, is_flat=True)
    low, high = float(array.min()), float(array.max())
    _require_finite(low, high)
    limit = max(-low, high)
    return Limit(limit, is_flat=False) if limit > 0 else Limit(1.0, is_flat=True)


def robust_limit(values: ArrayLike, share: float = 0.998) -> Limit:
    """End of a symmetric scale that `share` of the values lie within, where a few go far beyond.

    What goes beyond is shown in the end's colour: say so beside the picture. If most values are
    equal in size, or nearly all are zero, it is the largest absolute value.

    Raises:
        ValueError: a value is infinite or not a number.
    """
    whole = symmetric_limit(values)
    if whole.is_flat:
        return whole
    flat = _float_array(values).ravel()
    step = flat.size // SAMPLE | 1  # odd: not in step with columns, whose number is often even
    sizes = np.abs(flat[::step])
    rank = int(share * (sizes.size - 1))
    end = float(np.partition(sizes, rank)[rank])
    return Limit(end, is_flat=False) if end > whole.value / 100 else whole


def nice_limit(value: float) -> str:
    """The number as it is written beside a colour bar: three digits, a true minus sign."""
    if value == 0:
        return "0"
    size = abs(value)
    if 0.001 <= size < 9999.5:
        digits = max(0, 2 - math.floor(math.log10(size)))
        text = f"{size:.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        mantissa, exponent = f"{size:.1e}".split("e")
        text = f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", "−")
    return f"−{text}" if value < 0 else text


def signed_limit(value: float) -> str:
    """`nice_limit` with a sign in front of positive numbers too, for the ends of a signed scale."""
    return f"+{nice_limit(value)}" if value > 0 else nice_limit(value)


def diverging_levels(values: ArrayLike, limit: float) -> Levels:
    """Palette entries of signed values: 128 at zero, 1 at -limit and below, 255 at limit and above.

    Raises:
        ValueError: the limit is not a positive number.
    """
    if not (limit > 0 and math.isfinite(limit)):
        raise ValueError(f"the limit of a colour scale is a positive number, not {limit}")
    half = LAST_LEVEL - ZERO_LEVEL
    scaled = np.multiply(_float_array(values), np.float32(half / limit))
    scaled += np.float32(ZERO_LEVEL + 0.5)  # the cast below cuts off: half a step rounds
    return np.clip(scaled, FIRST_LEVEL, LAST_LEVEL, out=scaled).astype(np.uint8)


def sequential_levels(values: ArrayLike, low: float, high: float) -> Levels:
    """Palette entries of values on a scale from `low` (1) to `high` (255).

    Raises:
        ValueError: the scale has no length.
    """
    if not (high > low and math.isfinite(high - low)):
        raise ValueError(f"a colour scale needs high above low, not {low} to {high}")
    step = (LAST_LEVEL - FIRST_LEVEL) / (high - low)
    scaled = np.subtract(_float_array(values), np.float32(low))
    scaled *= np.float32(step)
    scaled += np.float32(FIRST_LEVEL + 0.5)
    return np.clip(scaled, FIRST_LEVEL, LAST_LEVEL, out=scaled).astype(np.uint8)


def enlarge(levels: Levels, scale: int) -> Levels:
    """Every entry repeated to a square of `scale` pixels (nearest neighbour); last two axes."""
    if scale == 1:
        return levels
    return levels.repeat(scale, axis=-2).repeat(scale, axis=-1)


def palette_png(levels: Levels, palette: Palette, strategy: int = DEFAULT_STRATEGY) -> bytes:
    """PNG of palette entries (height, width); entry 0 is transparent."""
    image = Image.fromarray(levels)
    image.putpalette(palette.tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=FAST, compress_type=strategy, transparency=0)
    return file.getvalue()


def diverging_png(values: ArrayLike, limit: float, scale: int = 1) -> bytes:
    """PNG of signed values (height, width) on the blue, white, red scale from -limit to limit.

    Args:
        values: array or CPU tensor without gradient.
        limit: where the colours end; larger values are shown as the end.
        scale: pixels per value, along each axis.
    """
    levels = enlarge(diverging_levels(values, limit), scale)
    return palette_png(levels, DIVERGING, RUN_LENGTH)


def sequential_png(values: ArrayLike, low: float, high: float, scale: int = 1) -> bytes:
    """PNG of values (height, width) on the viridis scale from `low` to `high`."""
    levels = enlarge(sequential_levels(values, low, high), scale)
    return palette_png(levels, SEQUENTIAL, RUN_LENGTH)


def photo(values: ArrayLike) -> Image.Image:
    """The picture of values in [0, 1], shaped (height, width), (1, height, width) or (3, ...).

    Raises:
        ValueError: another number of channels.
    """
    array = _float_array(values)
    if array.ndim == 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[0] != 3):
        raise ValueError(f"a picture has 1 or 3 channels, not the shape {tuple(array.shape)}")
    pixels = np.clip(array * 255 + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(
        pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels.transpose(1, 2, 0))
    )


class Encoded(NamedTuple):
    """A picture as it travels: its bytes and what they are."""

    data: bytes
    mimetype: str

    @property
    def data_url(self) -> str:
        """An address that holds the picture itself; for pictures of a few kilobytes."""
        return f"data:{self.mimetype};base64,{b64encode(self.data).decode('ascii')}"


EXACT_PIXELS = 256 * 256  # up to here photos are sent without loss: single pixels can be seen


def encode_photo(image: Image.Image) -> Encoded:
    """The photo for the browser: PNG where pixels are seen one by one, else JPEG (2 ms, not 15)."""
    file = io.BytesIO()
    if image.width * image.height <= EXACT_PIXELS:
        image.save(file, "PNG", compress_level=FAST)
        return Encoded(file.getvalue(), "image/png")
    image.save(file, "JPEG", quality=92)
    return Encoded(file.getvalue(), "image/jpeg")
