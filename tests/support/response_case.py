"""The same picture, filter and response for an app and the test that looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz.convolution.settings import ConvSettings


class Case(NamedTuple):
    """What one filter of a layer reads and answers."""

    settings: ConvSettings
    picture: Tensor  # (C, H, W), in [0, 1] unless normalised
    weight: Tensor  # (C, kernel height, kernel width)
    bias: float
    response: Tensor  # (H_out, W_out)
    padded: Tensor  # (C, H + padding, W + padding): what the windows are cut from


def case(query: Mapping[str, str]) -> Case:
    """The case that names and numbers describe; `stride` is for both axes, `stride_x` for one."""
    height, width, channels = (
        int(query.get(name, default))
        for name, default in (("height", "12"), ("width", "14"), ("channels", "1"))
    )
    kernel, stride, padding, dilation = (
        (int(query.get(name, default)), int(query.get(f"{name}_x", query.get(name, default))))
        for name, default in (("kernel", "3"), ("stride", "1"), ("padding", "0"), ("dilation", "1"))
    )
    settings = ConvSettings(
        height=height,
        width=width,
        kernel_size=kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
        padding_mode=query.get("mode", "zeros"),
        transposed="transposed" in query,
    )
    generator = torch.Generator().manual_seed(int(query.get("seed", "0")))
    size = (channels, height, width)
    if "normalised" in query:
        picture = torch.randn(size, generator=generator)
    else:
        picture = torch.randint(0, 256, size, generator=generator).float() / 255
    weight = torch.randn(channels, *kernel, generator=generator)
    return _computed(settings, picture, weight, bias=0.25)


def _computed(settings: ConvSettings, picture: Tensor, weight: Tensor, bias: float) -> Case:
    size = {"stride": settings.stride, "dilation": settings.dilation}
    offset = torch.tensor([bias])
    if settings.transposed:
        response = F.conv_transpose2d(
            picture[None], weight[:, None], offset, padding=settings.padding, **size
        )
        return Case(settings, picture, weight, bias, response[0, 0], picture)
    top, left = settings.padding
    mode = "constant" if settings.padding_mode == "zeros" else settings.padding_mode
    padded = F.pad(picture[None], (left, left, top, top), mode=mode)
    response = F.conv2d(padded, weight[None], offset, **size)
    return Case(settings, picture, weight, bias, response[0, 0], padded[0])
