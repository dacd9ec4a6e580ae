"""Small pictures of whole numbers and kernels of whole weights, for sums that can be read."""

from __future__ import annotations

import torch
from torch import Tensor

from cnnviz.convolution.kernels import KERNELS

NUMBERS = "numbers"
NAMED = ("sobel_x", "sobel_y", "laplacian", "identity", "box_blur")
WHOLE_KERNELS = (NUMBERS, *NAMED)
_FIRST = [[-4, -3, -1], [-2, 5, 2], [1, 3, 4]]  # nine weights, all different, none 0


def small_picture(size: int, seed: int = 0) -> Tensor:
    """A picture (size, size) of whole numbers from 0 to 9, float64."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 10, (size, size), generator=generator).double()


def whole_kernel(name: str, size: int, seed: int = 0) -> Tensor:
    """A kernel (size, size), float64: one of `WHOLE_KERNELS`.

    `numbers` has whole weights from −4 to 5, none of them 0.

    Raises:
        KeyError: no such kernel.
    """
    if name != NUMBERS:
        return KERNELS[name].weights((size, size)).double()
    if size == len(_FIRST) and seed == 0:
        return torch.tensor(_FIRST, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(-4, 5, (size, size), generator=generator)
    return torch.where(drawn >= 0, drawn + 1, drawn).double()
