"""What the input of the grid may hold: small pictures of whole numbers from 0 to 9."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from cnnviz.images.ten_digits import STROKES, digit

NOISE = "noise"
RIM = 2  # pixels around a digit that are left away
DARK, BRIGHT = 1, 8


def noise(channels: int, height: int, width: int, seed: int = 0) -> Tensor:
    """Random whole numbers (channels, height, width) from 0 to 9, float64."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 10, (channels, height, width), generator=generator).double()


def named_input(name: str, channels: int, height: int, width: int) -> Tensor:
    """One of `INPUTS` (channels, height, width), float64; all but noise are alike in all channels.

    Raises:
        KeyError: there is no such input.
    """
    if name == NOISE:
        return noise(channels, height, width)
    return _PLANES[name](height, width).double().expand(channels, -1, -1).clone()


def _edge(height: int, width: int) -> Tensor:
    plane = torch.full((height, width), float(DARK))
    plane[:, width // 2 :] = BRIGHT
    return plane


def _square(height: int, width: int) -> Tensor:
    plane = torch.full((height, width), float(DARK))
    plane[height // 3 : height - height // 3, width // 3 : width - width // 3] = BRIGHT
    return plane


def _dot(height: int, width: int) -> Tensor:
    plane = torch.zeros(height, width)
    plane[height // 2, width // 2] = 1
    return plane


def _digit(name: str) -> Callable[[int, int], Tensor]:
    """The digit without its rim, made smaller by means, from 0 (black) to 9 (white)."""

    def draw(height: int, width: int) -> Tensor:
        ink = torch.from_numpy(digit(name)[RIM:-RIM, RIM:-RIM].copy()).double() / 255
        return (9 * F.adaptive_avg_pool2d(ink[None], (height, width))[0]).round()

    return draw


_PLANES: dict[str, Callable[[int, int], Tensor]] = {
    "edge": _edge,
    "square": _square,
    "dot": _dot,
    **{f"digit_{name}": _digit(name) for name in STROKES},
}
INPUTS = {
    NOISE: "Random numbers",
    "edge": "An edge, dark to bright",
    "square": "A bright square",
    "dot": "A single 1",
    **{f"digit_{name}": f"The digit {name}" for name in STROKES},
}
