"""A digit drawn on a canvas, in the form in which MNIST has its digits."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

SIDE = 28  # of an MNIST picture, in pixels
BOX = 20  # the ink of an MNIST digit fits into this square
MIDDLE = 14  # row and column of the centre of mass: 13.99 and 14.01 on average over MNIST
FAINTEST = 8  # of 255: less is dust


def ink_of(values: Sequence[int], width: int) -> Tensor:
    """The ink that a drawing pad sent, checked, because anyone can send anything.

    Args:
        values: one whole number in [0, 255] for each cell, row by row; 255 is full ink.
        width: cells in a row.

    Returns:
        (height, width), in [0, 255].

    Raises:
        ValueError: not whole rows, or not such numbers.
    """
    if width < 1 or not values or len(values) % width:
        raise ValueError(f"{len(values)} cells are not whole rows of {width}")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 255:
            raise ValueError(f"ink is a whole number from 0 to 255, and not {value!r}")
    return torch.tensor(values, dtype=torch.float32).view(-1, width)


def mnist_form(ink: Tensor) -> Tensor:
    """A drawing as MNIST has it: in a 20×20 box by its longer side, its mass in the middle.

    LeCun et al., 1998, doi.org/10.1109/5.726791, section III A: the digit keeps its proportions,
    is scaled with grey edges into 20×20 pixels, and its centre of mass is put into the middle of
    28×28, which is pixel (14, 14).

    Args:
        ink: (height, width), 0 for paper and 255 for full ink, of any size.

    Returns:
        (28, 28), in [0, 255], of which the darkest is as dark as the darkest drawn.

    Raises:
        ValueError: there is no ink.
    """
    cropped = _cropped(ink)
    scale = BOX / max(cropped.shape)
    height, width = (max(1, round(size * scale)) for size in cropped.shape)
    small = F.interpolate(
        cropped[None, None], (height, width), mode="bilinear", antialias=True, align_corners=False
    )[0, 0]
    small = small * (cropped.max() / small.max())
    top, left = (_offset(small, axis) for axis in (0, 1))
    page = torch.zeros(SIDE, SIDE)
    page[top : top + height, left : left + width] = small
    return page.clamp(0, 255)


def _cropped(ink: Tensor) -> Tensor:
    """The smallest rectangle that holds all ink."""
    rows, columns = (ink > FAINTEST).nonzero(as_tuple=True)
    if len(rows) == 0:
        raise ValueError("nothing is drawn yet: draw a digit first")
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].float()


def _offset(digit: Tensor, axis: int) -> int:
    """Where the digit begins on the page so that its mass is in the middle, and all is on it."""
    mass = digit.sum(dim=1 - axis)
    centre = (mass * torch.arange(len(mass))).sum() / mass.sum()
    return min(max(round(MIDDLE - centre.item()), 0), SIDE - len(mass))


def as_picture(digit: Tensor) -> Image.Image:
    """Ink (height, width) in [0, 255] as a grey picture, white on black as MNIST is.

    What `pretrained("lenet-mnist").transform` takes.
    """
    height, width = digit.shape
    cells = bytes(digit.round().clamp(0, 255).to(torch.uint8).flatten().tolist())
    return Image.frombytes("L", (width, height), cells)


def drawn_digit(values: Sequence[int], width: int) -> Image.Image:
    """From a pad to a picture for the network: `ink_of`, `mnist_form`, `as_picture`.

    Raises:
        ValueError: not the numbers of a pad, or no ink.
    """
    return as_picture(mnist_form(ink_of(values, width)))
