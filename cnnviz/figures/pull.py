"""A picture lit where its pixels matter."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from cnnviz.figures.pictures import Encoded, encode_photo

DARKEST = 0.16  # of the brightness, where a pixel does not matter at all


def pull_picture(picture: Image.Image, field: ArrayLike) -> Encoded:
    """The picture, as bright as its pixels matter.

    The light goes with the square root of the influence, the strongest pixel in full: so weak
    influence can be seen too.

    Args:
        picture: RGB, as it enters the network.
        field: (height, width), at least 0, of the picture's size.

    Raises:
        ValueError: the field has another size than the picture.
    """
    influence = np.asarray(field, np.float32)
    if influence.shape != (picture.height, picture.width):
        raise ValueError(
            f"a field of {influence.shape} does not lie on {picture.height} × {picture.width}"
        )
    top = float(influence.max())
    share = np.sqrt(influence / top) if top > 0 else influence
    light = DARKEST + (1 - DARKEST) * share
    pixels = np.asarray(picture.convert("RGB"), np.float32) * light[..., None]
    return encode_photo(Image.fromarray(pixels.round().astype(np.uint8)))
