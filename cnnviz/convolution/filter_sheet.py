"""All filters of the library on one picture, each on the scale that its kind asks for.

Kernels whose weights sum to 1 give a picture again, which is shown in grey. Kernels whose weights
sum to 0 give a difference; divided by half the sum of their weights' sizes they are one mean minus
another, from −1 to +1, and can be compared whatever the size of their weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.layer import padded
from cnnviz.convolution.responses import check_cost, inside
from cnnviz.convolution.settings import ConvSettings

Kind = Literal["picture", "slope", "spot", "neither", "nothing"]

NEAR = 1e-4  # of a sum to 0 or 1: weights are float32
ALIKE = ("sobel_x", "scharr_x", "prewitt_x")  # differ by the size of their weights above all


@dataclass(frozen=True)
class Filter:
    """One kernel as it is applied, and what it gives.

    Attributes:
        name: key of `KERNELS`.
        kind: "picture" sums to 1; "slope" and "spot" to 0, the former turns its sign where it is
            turned by 180°; "nothing" is all zeros; "neither" is all else.
        weight: (height, width), divided by `divisor`.
        divisor: half the sum of the weights' sizes; 1 for a picture.
        response: (H_out, W_out).
    """

    name: str
    kind: Kind
    weight: Tensor
    divisor: float
    response: Tensor


def kind_of(weight: Tensor) -> Kind:
    """What a kernel's weights (height, width) make of a picture."""
    size = float(weight.abs().sum())
    if size == 0:
        return "nothing"
    total = float(weight.sum())
    if abs(total - 1) < NEAR:
        return "picture"
    if abs(total) > NEAR * size:
        return "neither"
    turned = weight.flip(0, 1)
    return "slope" if float((weight + turned).abs().sum()) < NEAR * size else "spot"


def divisor_of(weight: Tensor) -> float:
    """What a kernel is divided by: half the sum of its weights' sizes where it takes differences.

    1 for a kernel that gives a picture, and for one that is all zeros (a slope at 1 × 1).
    """
    half = float(weight.abs().sum()) / 2
    return 1.0 if kind_of(weight) in ("picture", "nothing") else half


def filter_sheet(
    grey: Tensor, settings: ConvSettings, planes: dict[str, Tensor], relu: bool = False
) -> list[Filter]:
    """Every kernel, normalised, on a picture of one channel.

    Args:
        grey: (height, width) in [0, 1].
        settings: how the kernels slide; size and channels are taken from the picture.
        planes: name -> weights (height, width), as the library has them.
        relu: whether negative responses become 0.

    Raises:
        ValueError: the layer is impossible or too large on this picture.
    """
    layer = one_channel(grey, settings, len(planes))
    check_cost(layer)
    divisors = [divisor_of(plane) for plane in planes.values()]
    weights = torch.stack(
        [plane / divisor for plane, divisor in zip(planes.values(), divisors, strict=True)]
    )
    found = _forward(layer, grey, weights)
    found = found.relu() if relu else found
    return [
        Filter(name, kind_of(plane), weight, divisor, response)
        for (name, plane), weight, divisor, response in zip(
            planes.items(), weights, divisors, found, strict=True
        )
    ]


def one_channel(grey: Tensor, settings: ConvSettings, kernels: int) -> ConvSettings:
    """The layer of `kernels` kernels on a picture (height, width) of one channel, without bias."""
    height, width = grey.shape
    return replace(
        settings, height=height, width=width, in_channels=1, out_channels=kernels, groups=1,
        bias=False,
    )  # fmt: skip


def _forward(layer: ConvSettings, grey: Tensor, weights: Tensor) -> Tensor:
    """(kernels, H_out, W_out)."""
    if layer.transposed:
        rows, columns = layer.axes
        return F.conv_transpose2d(
            grey[None, None],
            weights[None],
            stride=layer.stride,
            padding=(rows.padding[0], columns.padding[0]),
            output_padding=layer.output_padding,
            dilation=layer.dilation,
        )[0]
    read = padded(layer, grey[None])[None]
    return F.conv2d(read, weights[:, None], stride=layer.stride, dilation=layer.dilation)[0]


def share_beyond(values: Tensor, low: float, high: float) -> float:
    """The share of values below `low` or above `high`, in [0, 1]."""
    return float(((values < low) | (values > high)).float().mean())


def least_correlation(filters: Sequence[Filter], layer: ConvSettings) -> float | None:
    """How alike Sobel, Scharr and Prewitt answer: the least correlation between two of them.

    None where they are all zeros, or do not differ over the picture.
    """
    found = [inside(one.response, layer).flatten() for one in filters if one.name in ALIKE]
    if len(found) < 2 or min(float(one.std()) for one in found) == 0:
        return None
    return float(np.corrcoef(torch.stack(found).numpy()).min())


def sizes_of_weights(planes: dict[str, Tensor]) -> str:
    """The sums of the sizes of Sobel's, Scharr's and Prewitt's weights: "8 : 32 : 6"."""
    return " : ".join(f"{float(planes[name].abs().sum()):.4g}" for name in ALIKE)


def library_order() -> list[str]:
    """The kernels as the sheet shows them: pictures, then slopes along x, along y, then spots."""
    pictures = ["identity", "box_blur", "gaussian_blur", "motion_blur", "sharpen", "unsharp",
                "emboss", "random"]  # fmt: skip
    slopes = [f"{name}_{axis}" for axis in "xy" for name in ("sobel", "scharr", "prewitt")]
    order = [*pictures, *slopes, "laplacian", "laplacian_of_gaussian", "gabor"]
    return [*order, *(name for name in KERNELS if name not in order)]
