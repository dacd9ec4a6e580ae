"""A row of LeNet's first Linear layer as a kernel that slides: every sum that it makes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnviz.fully_conv.class_map import kernel_planes
from cnnviz.models import LeNet


@dataclass(frozen=True)
class Sliding:
    """One output of `Linear(400, 120)` at every place where its kernel fits.

    Attributes:
        planes: the row of weights, folded (16, 5, 5).
        bias: of the output.
        maps: what the kernel reads, LeNet's features of the picture (16, height, width).
        sums: of each plane with its map (16, rows, columns).
        response: the sums added up, with the bias (rows, columns); by a convolution.
        by_linear: the same by the Linear layer itself, window by window (rows, columns).
    """

    planes: Tensor
    bias: float
    maps: Tensor
    sums: Tensor
    response: Tensor
    by_linear: Tensor

    @property
    def difference(self) -> float:
        """The largest between the convolution and the Linear layer."""
        return float((self.response - self.by_linear).abs().max())


@dataclass(frozen=True)
class Folded:
    """The output of `Linear(400, 120)` that answers a window strongest, in both forms.

    Attributes:
        unit: which output.
        planes: its row of weights, folded (16, 5, 5).
        on_crop: what the Linear layer says of the window alone.
        at_cell: what the kernel gives at the cell of the whole picture.
    """

    unit: int
    planes: Tensor
    on_crop: float
    at_cell: float


def strongest_folded(lenet: LeNet, batch: Tensor, crop: Tensor, cell: tuple[int, int]) -> Folded:
    """The output that answers the window of a cell strongest.

    Args:
        lenet: in its original form.
        batch: the whole picture, (1, channels, height, width).
        crop: what the cell reads of it, (1, channels, 32, 32).
        cell: its row and column in the map of the whole picture.
    """
    linear, (row, column) = lenet.classifier[0], cell
    assert isinstance(linear, nn.Linear)
    with torch.inference_mode():
        answers = linear(lenet.feature_extractor(crop).flatten(1))[0]
        unit = int(answers.argmax())
        planes = kernel_planes(lenet, 0, unit)
        beneath = lenet.feature_extractor(batch)[..., row : row + 5, column : column + 5]
        at_cell = F.conv2d(beneath, planes[None], linear.bias[unit : unit + 1])
    return Folded(unit, planes, float(answers[unit]), float(at_cell))


def sliding(lenet: LeNet, batch: Tensor, unit: int) -> Sliding:
    """What the kernel of an output makes of a picture (1, channels, height, width).

    Raises:
        ValueError: there is no such output, or the picture is smaller than LeNet's.
    """
    planes = kernel_planes(lenet, 0, unit)
    linear = lenet.classifier[0]
    assert isinstance(linear, nn.Linear)
    with torch.inference_mode():
        maps = lenet.feature_extractor(batch)
        height, width = maps.shape[2] - 4, maps.shape[3] - 4
        if min(height, width) < 1:
            raise ValueError(f"the kernel needs maps of 5 × 5, and these are {maps.shape[2:]}")
        windows = F.unfold(maps, 5)[0].T  # (places, 400), each as flatten lays it out
        return Sliding(
            planes=planes,
            bias=float(linear.bias[unit]),
            maps=maps[0],
            sums=F.conv2d(maps, planes[:, None], groups=len(planes))[0],
            response=F.conv2d(maps, planes[None], linear.bias[unit : unit + 1])[0, 0],
            by_linear=linear(windows)[:, unit].reshape(height, width),
        )
