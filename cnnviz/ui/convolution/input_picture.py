"""The picture that a layer reads, ready to be shown beside responses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from cnnviz.figures import pictures
from cnnviz.figures.values import ValueFile, photo_values

CHANNEL_NAMES = {1: ("grey",), 3: ("red", "green", "blue")}


@dataclass(frozen=True)
class InputPicture:
    """A picture as the browser needs it: made once per picture, not once per filter."""

    photo: pictures.Encoded
    values: ValueFile  # what the layer reads
    shape: tuple[int, int, int]  # (channels, height, width)
    names: tuple[str, ...]  # of the channels
    low: float  # the value shown black
    high: float  # the value shown white


def input_picture(values: ArrayLike, image: Image.Image | None = None) -> InputPicture:
    """Prepare what a layer reads, (channels, height, width), to be shown beside responses.

    Args:
        values: exactly the numbers the layer gets; array or CPU tensor.
        image: how they look. Not needed for values in [0, 1] in one or three channels.

    Raises:
        ValueError: the values have no three axes, or cannot be shown without an image.
    """
    array = np.asarray(values, np.float32)
    if array.ndim != 3:
        raise ValueError(f"a picture is (channels, height, width), not {tuple(array.shape)}")
    count, height, width = array.shape
    names = CHANNEL_NAMES.get(count, tuple(f"channel {index}" for index in range(count)))
    low, high = (0.0, 1.0) if image is None else (float(array.min()), float(array.max()))
    return InputPicture(
        photo=pictures.encode_photo(image or pictures.photo(array)),
        values=photo_values(array),
        shape=(count, height, width),
        names=names,
        low=low,
        high=high if high > low else low + 1,
    )
