"""Random settings of small convolutional layers, and what torch itself says about them."""

import random
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from cnnviz.convolution.settings import PADDING_MODES, ConvSettings


def random_settings(seed: int, count: int) -> Iterator[ConvSettings]:
    """Both axes alike or apart, any padding, groups that may not divide, transposed or not."""
    dice = random.Random(seed)

    def pair(low: int, high: int) -> tuple[int, int]:
        first = dice.randint(low, high)
        return (first, first) if dice.random() < 0.5 else (first, dice.randint(low, high))

    for _ in range(count):
        plain = dice.random() < 0.7  # the rarer arguments together would nearly always be refused
        yield ConvSettings(
            height=dice.randint(1, 12),
            width=dice.randint(1, 12),
            in_channels=dice.choice((1, 2, 3, 4, 6)),
            out_channels=dice.choice((1, 2, 3, 4, 6)),
            kernel_size=pair(1, 5),
            stride=pair(1, 4) if dice.random() < 0.7 else (1, 1),
            padding=pair(0, 4) if plain else dice.choice(("same", "valid")),
            dilation=pair(1, 3),
            groups=1 if dice.random() < 0.6 else dice.randint(1, 6),
            padding_mode="zeros" if plain else dice.choice(PADDING_MODES),
            bias=dice.random() < 0.5,
            transposed=dice.random() < 0.4,
            output_padding=pair(0, 2) if dice.random() < 0.4 else (0, 0),
        )


def square(size: int, **pairs: Any) -> ConvSettings:
    """Settings with the same number on both axes."""
    settings = {k: (v, v) if type(v) is int else v for k, v in pairs.items()}
    channels = {k: pairs[k] for k in ("in_channels", "out_channels", "groups") if k in pairs}
    return ConvSettings(size, size, **settings | channels)


def torch_module(settings: ConvSettings) -> nn.Conv2d | nn.ConvTranspose2d:
    """The layer, written without any of our code."""
    arguments = vars(settings).copy()
    del arguments["height"], arguments["width"], arguments["transposed"]
    if settings.transposed:
        return nn.ConvTranspose2d(**arguments)
    del arguments["output_padding"]
    return nn.Conv2d(**arguments)


def torch_shape(settings: ConvSettings) -> tuple[int, ...] | None:
    """Shape of the output of a forward pass on CPU tensors; None where torch refuses."""
    tried = torch_layer_and_shape(settings)
    return tried[1] if tried else None


def torch_layer_and_shape(
    settings: ConvSettings,
) -> tuple[nn.Conv2d | nn.ConvTranspose2d, tuple[int, ...]] | None:
    """The layer and the shape of its output; None where torch refuses.

    A transposed convolution of which the padding leaves nothing counts as refused: one of torch's
    CPU implementations refuses it, another returns a tensor of no pixels.
    """
    batch = torch.zeros(1, settings.in_channels, settings.height, settings.width)
    try:
        module = torch_module(settings)
        with torch.inference_mode():
            output = module(batch)
    except (RuntimeError, ValueError, TypeError):
        return None
    return (module, tuple(output.shape)) if output.numel() else None
