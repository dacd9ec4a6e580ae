"""A drawn digit as MNIST's are: 20×20 box, 28×28 picture, centre of mass in the middle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE, BOX = 28, 20  # pixels
INK = 32  # grey value from which on a pixel belongs to the digit


def as_mnist(canvas: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A drawing, bright on dark, as MNIST (28, 28) uint8: scaled into 20×20, centred by its mass.

    LeCun et al., 1998, section III.A (doi.org/10.1109/5.726791): the digit keeps its aspect ratio.
    An empty canvas stays empty.

    Args:
        canvas: (height, width) grey values, 0 where nothing was drawn.

    Raises:
        ValueError: the canvas is no grey picture.
    """
    if canvas.ndim != 2 or canvas.dtype != np.uint8:
        raise ValueError(
            f"a drawing is grey uint8 (height, width), not {canvas.dtype}{canvas.shape}"
        )
    rows, columns = np.nonzero(canvas >= INK)
    if rows.size == 0:
        return np.zeros((SIDE, SIDE), np.uint8)
    digit = canvas[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return _centred(_scaled(digit))


def _scaled(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The digit with its longer side at 20 pixels."""
    height, width = digit.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(digit).resize(size, Image.Resampling.BOX))


def _centred(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The digit in 28×28 with its centre of mass at (14, 14), as far as it stays inside."""
    height, width = digit.shape
    weight = digit / digit.sum()
    middle_row = float((weight.sum(axis=1) * (np.arange(height) + 0.5)).sum())
    middle_column = float((weight.sum(axis=0) * (np.arange(width) + 0.5)).sum())
    top = int(np.clip(round(SIDE / 2 - middle_row), 0, SIDE - height))
    left = int(np.clip(round(SIDE / 2 - middle_column), 0, SIDE - width))
    placed = np.zeros((SIDE, SIDE), np.uint8)
    placed[top : top + height, left : left + width] = digit
    return placed
