"""A stack of layers written in a few letters, for receptive fields of one's own: "conv3 pool2"."""

from __future__ import annotations

import re

from torch import nn

from cnnviz.models.seeded import build_seeded

MOST_LAYERS = 24
MOST = 32  # of kernel size, stride and dilation
WIDTH = 8  # maps of every layer
WRITTEN = re.compile(r"(conv|pool|avg|up)(\d{1,2})(?:s(\d{1,2}))?(?:d(\d{1,2}))?(?:p(\d{1,2}))?")
DEFAULT = "conv3 conv3 pool2 conv3 conv3d2"


def read_stack(text: str) -> str:
    """The stack in its one form: names with one space between them.

    conv3s2d2p1 is a convolution of 3×3 with stride 2, dilation 2 and padding 1; pool2 a max
    pooling of 2×2 with stride 2, avg2 an average; up3s2 a transposed convolution. Without p a
    convolution is padded by half its span.

    Raises:
        ValueError: with what would be right.
    """
    words = text.replace("+", " ").replace(",", " ").lower().split()
    for word in words:
        _read(word)
    if not 1 <= len(words) <= MOST_LAYERS:
        raise ValueError(f"1 to {MOST_LAYERS} layers, such as {DEFAULT}")
    return " ".join(words)


def _read(word: str) -> tuple[str, int, int | None, int, int | None]:
    found = WRITTEN.fullmatch(word)
    if found is None:
        raise ValueError(
            f"layers such as conv3, conv3s2, conv3d2, pool2, avg2 or up3s2, not “{word[:20]}”"
        )
    kind, *numbers = found.groups()
    size, stride, dilation, padding = (None if n is None else int(n) for n in numbers)
    if any(n is not None and not 1 <= n <= MOST for n in (size, stride, dilation)):
        raise ValueError(f"kernel size, stride and dilation from 1 to {MOST}")
    assert size is not None
    return kind, size, stride, dilation or 1, padding


def stack_module(text: str) -> nn.Sequential:
    """The layers on pictures of three channels, with random weights of seed 0, and nothing between.

    Raises:
        ValueError: as `read_stack`, or torch has no such layer.
    """
    words = read_stack(text).split()

    def build() -> nn.Sequential:
        layers, channels = [], 3
        for word in words:
            layers.append(_layer(word, channels))
            channels = channels if word.startswith(("pool", "avg")) else WIDTH
        return nn.Sequential(*layers)

    return build_seeded(build, 0).eval().requires_grad_(False)


def _layer(word: str, channels: int) -> nn.Module:
    kind, size, stride, dilation, padding = _read(word)
    if kind == "pool":
        return nn.MaxPool2d(size, stride or size, padding or 0, dilation)
    if kind == "avg":
        if dilation != 1:
            raise ValueError("an average pooling takes no dilation")
        return nn.AvgPool2d(size, stride or size, padding or 0)
    if kind == "up":
        return nn.ConvTranspose2d(channels, WIDTH, size, stride or 1, padding or 0,
                                  dilation=dilation)  # fmt: skip
    half = dilation * (size - 1) // 2
    return nn.Conv2d(channels, WIDTH, size, stride or 1, half if padding is None else padding,
                     dilation)  # fmt: skip
