"""The picture of the views that pool a photo live, as numbers."""

from __future__ import annotations

from PIL import Image
from torch import Tensor

from cnnviz.images import to_tensor
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import Picture

MOST_SIDE = 512  # of the picture, in pixels: the browser follows the hand


def tensor_of(picture: Picture) -> Tensor:
    """The picture (3, height, width) in [0, 1], no larger than can be worked on live."""
    return _tensor(picture.digest, picture)


@kept
def _tensor(digest: str, _picture: Picture) -> Tensor:
    image = _picture.image
    image.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS)
    return to_tensor(image)
