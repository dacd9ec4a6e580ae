"""A picture as it enters a network, in colours for the eye."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageOps

from cnnviz.images import fit
from cnnviz.models import Pretrained


def entering(
    network: Pretrained, shape: Sequence[int], size: int | None, picture: Image.Image
) -> Image.Image:
    """The picture pixel for pixel as the batch has it.

    Args:
        network: the one that it enters.
        shape: of the batch (1, channels, height, width).
        size: to which the network's transform was asked to scale it; None for its own.
        picture: as it was given.
    """
    channels, height, width = shape[1:]
    cropped = network.transform.crop(picture)
    inner = size or network.transform.size
    border = (width - inner) // 2 if height == width and width > inner else 0
    view = fit(cropped, (height - 2 * border, width - 2 * border))
    view = view if channels == 3 else view.convert("L").convert("RGB")
    return ImageOps.expand(view, border) if border else view
