"""Paths that join: several tensors become one, by torch. Exported code holds these functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from types import FunctionType

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def cropped(*maps: Tensor) -> list[Tensor]:
    """The middle of each map (batch, channels, height, width), as large as the smallest."""
    height, width = (min(m.shape[axis] for m in maps) for axis in (-2, -1))
    return [
        m[..., (top := (m.shape[-2] - height) // 2) : top + height, :][
            ..., (left := (m.shape[-1] - width) // 2) : left + width
        ]
        for m in maps
    ]


def padded(*maps: Tensor) -> list[Tensor]:
    """Each map with zeros around it, as large as the largest."""
    height, width = (max(m.shape[axis] for m in maps) for axis in (-2, -1))
    return [
        F.pad(
            m,
            (
                (w := width - m.shape[-1]) // 2,
                w - w // 2,
                (h := height - m.shape[-2]) // 2,
                h - h // 2,
            ),
        )
        for m in maps
    ]


def resized(*maps: Tensor) -> list[Tensor]:
    """Each map resized to the height and width of the largest, neighbours weighed."""
    size = tuple(max(m.shape[axis] for m in maps) for axis in (-2, -1))
    return [
        m
        if m.shape[-2:] == size
        else F.interpolate(m, size=size, mode="bilinear", align_corners=False)
        for m in maps
    ]


ALIGN: dict[str, FunctionType] = {
    "crop": cropped, "pad": padded, "resize": resized,
}  # fmt: skip


def weighing(*maps: Tensor) -> list[Tensor]:
    """The maps; rows of numbers (batch, channels) beside them as one number for each map."""
    rank = max(m.ndim for m in maps)
    return [m[:, :, None, None] if m.ndim < rank else m for m in maps]


NUMBER_BY_NUMBER: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "sum": torch.add, "product": torch.mul, "difference": torch.sub,
}  # fmt: skip


class Join(nn.Module):
    """Several maps (batch, channels, height, width), or rows of features, as one.

    Args:
        how: "cat", channels one behind the other; "sum", "product" or "difference". In a product
            rows may stand beside maps, which they weigh.
        sizes: "equal" leaves it to torch, which refuses other heights and widths; "crop", "pad" or
            "resize" makes them equal first.
    """

    def __init__(self, how: str, sizes: str) -> None:
        super().__init__()
        self.how, self.sizes = how, sizes

    def forward(self, *maps: Tensor) -> Tensor:
        """The maps as one; a single one as it is."""
        if len(maps) == 1:
            return maps[0]
        if self.how == "product":
            maps = tuple(weighing(*maps))
        same = ALIGN[self.sizes](*maps) if self.sizes in ALIGN else list(maps)
        if self.how == "cat":
            return torch.cat(same, dim=1)
        return reduce(NUMBER_BY_NUMBER[self.how], same)

    def extra_repr(self) -> str:
        """What is printed in the brackets."""
        return self.how if self.sizes == "equal" else f"{self.how}, {self.sizes}"


class UpsampleLike(nn.Module):
    """Maps made as high and wide as those of another place."""

    def __init__(self, mode: str, align_corners: bool | None) -> None:
        super().__init__()
        self.mode, self.align_corners = mode, align_corners

    def forward(self, maps: Tensor, like: Tensor) -> Tensor:
        """The maps (batch, channels, height, width) in the size of `like`."""
        size = list(like.shape[-2:])
        return F.interpolate(maps, size, mode=self.mode, align_corners=self.align_corners)
