"""What can be said about the feature maps of a layer: how strong, how varied, how dead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property

import torch
from torch import Tensor, nn

AT_ONCE = 500_000  # numbers whose statistics are worked out together: some need a copy
NEAR = 0.01  # of the range between two limits: closer than this is "at the limit"

# The values that an activation cannot pass, where it has both.
LIMITS: dict[type[nn.Module], tuple[float, float]] = {
    nn.Sigmoid: (0.0, 1.0),
    nn.Hardsigmoid: (0.0, 1.0),
    nn.Tanh: (-1.0, 1.0),
    nn.Hardtanh: (-1.0, 1.0),
    nn.ReLU6: (0.0, 6.0),
}


@dataclass(frozen=True, eq=False)
class MapStatistics:
    """One number per map of a layer, each a tensor (channel,).

    Attributes:
        strength: mean of the map.
        variance: of the values in the map (divided by their number).
        distance: from zero, mean of the absolute values.
        lowest: smallest value.
        highest: largest value.
        zeros: share of the cells that are exactly zero, in [0, 1].
        is_dead: no cell is above zero. After a ReLU: the map says nothing about this picture.
        is_always_on: every cell is above zero. After a ReLU: it cut nothing away here.
        is_saturated: every cell is at one of the limits of the activation, where it is flat and no
            gradient comes through; False for activations without limits.
    """

    strength: Tensor
    variance: Tensor
    distance: Tensor
    lowest: Tensor
    highest: Tensor
    zeros: Tensor
    is_dead: Tensor
    is_always_on: Tensor
    is_saturated: Tensor

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest number of all maps."""
        return float(self.lowest.min()), float(self.highest.max())


def map_statistics(activation: Tensor, limits: tuple[float, float] | None = None) -> MapStatistics:
    """Statistics of each feature map of one picture.

    Args:
        activation: (channel, height, width), or (features,) where every feature is a map of one
            cell.
        limits: the values between which the activation function stays, from `LIMITS`.

    Raises:
        ValueError: the tensor is not the activation of one picture.
    """
    if activation.ndim not in (1, 3):
        raise ValueError(
            "statistics need the maps of one picture, (channel, height, width), and not a "
            f"tensor of shape {tuple(activation.shape)}"
        )
    cells = activation.detach().reshape(len(activation), -1)  # (channel, height * width)
    some = max(1, AT_ONCE // max(1, cells.shape[1]))
    parts = [_statistics(part, limits) for part in cells.split(some)]
    names = [field.name for field in fields(MapStatistics)]
    return MapStatistics(*(torch.cat([getattr(part, name) for part in parts]) for name in names))


def _statistics(cells: Tensor, limits: tuple[float, float] | None) -> MapStatistics:
    """Of some maps (channel, cells)."""
    lowest, highest = cells.aminmax(dim=1)
    return MapStatistics(
        strength=cells.mean(dim=1),
        variance=cells.var(dim=1, correction=0),
        distance=cells.abs().mean(dim=1),
        lowest=lowest,
        highest=highest,
        zeros=(cells == 0).float().mean(dim=1),
        is_dead=highest <= 0,
        is_always_on=lowest > 0,
        is_saturated=_is_saturated(cells, limits),
    )


def _is_saturated(cells: Tensor, limits: tuple[float, float] | None) -> Tensor:
    if limits is None:
        return torch.zeros(len(cells), dtype=torch.bool)
    low, high = limits
    margin = NEAR * (high - low)
    return ((cells <= low + margin) | (cells >= high - margin)).all(dim=1)


SORT_ORDERS: dict[str, Callable[[MapStatistics], Tensor]] = {
    "strength": lambda statistics: statistics.strength,
    "variance": lambda statistics: statistics.variance,
    "distance": lambda statistics: statistics.distance,
}


def sorted_maps(statistics: MapStatistics, order: str) -> list[int]:
    """The channels of a layer, the largest in the named respect first; equal ones in order.

    Args:
        order: "channel" for as they are, or a key of `SORT_ORDERS`.

    Raises:
        ValueError: the order is not known.
    """
    if order == "channel":
        return list(range(len(statistics.strength)))
    if order not in SORT_ORDERS:
        known = ", ".join(["channel", *SORT_ORDERS])
        raise ValueError(f"maps cannot be sorted by {order!r}: choose one of {known}")
    return SORT_ORDERS[order](statistics).argsort(descending=True, stable=True).tolist()
