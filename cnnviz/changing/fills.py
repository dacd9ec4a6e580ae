"""What stands where a picture was erased."""

from __future__ import annotations

import torch
from torch import Tensor

from cnnviz.belief.curves import blurred

FILLS = ("blur", "mean", "grey")


def filled(batch: Tensor, fill: str, grey: Tensor | None = None) -> Tensor:
    """A picture of which all is erased.

    Args:
        batch: (1, channels, height, width), as it enters the network.
        fill: "blur", the picture blurred over an eighth of its side; "mean", its mean colour; or
            "grey".
        grey: (channels, 1, 1), what the network's transform makes of grey; for "grey" only.

    Returns:
        (1, channels, height, width)

    Raises:
        ValueError: another fill, or grey without its colour.
    """
    if fill == "blur":
        return blurred(batch)
    if fill == "mean":
        return batch.mean((2, 3), keepdim=True).expand_as(batch)
    if fill == "grey" and grey is not None:
        return grey[None].expand_as(batch)
    raise ValueError(f"what is erased is filled with {', '.join(FILLS)} (grey: with its colour)")


def painted(batch: Tensor, fill: Tensor, gone: Tensor) -> Tensor:
    """The batch with the fill where the mask (height, width) says that it is gone."""
    return torch.where(gone, fill, batch)
