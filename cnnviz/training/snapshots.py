"""The weights of a run at some of its steps: closer together early, bounded in bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

MOST_BYTES = 48_000_000  # of all snapshots of one run together
MOST = 32


def snapshot_steps(num_steps: int, most: int = MOST) -> tuple[int, ...]:
    """The steps after which weights are kept: 0, the last, and others that grow apart.

    The k-th of n stands at num_steps · (k / n)², where more happens early.

    Args:
        num_steps: of the whole run, at least 1.
        most: snapshots, at least 2.

    Raises:
        ValueError: there is no step, or no room for the first and the last.
    """
    if num_steps < 1 or most < 2:
        raise ValueError(f"a run has a step and two snapshots at least, not {num_steps} and {most}")
    last = most - 1
    return tuple(sorted({round(num_steps * (place / last) ** 2) for place in range(most)}))


def affordable(model: nn.Module, most_bytes: int = MOST_BYTES) -> int:
    """How many snapshots of a network fit into the bytes, at most `MOST`.

    Raises:
        ValueError: not even the first and the last fit.
    """
    size = num_bytes(model.state_dict())
    count = most_bytes // max(size, 1)
    if count < 2:
        raise ValueError(
            f"A snapshot of this network has {size / 1e6:,.0f} MB, and two of them must fit into "
            f"{most_bytes / 1e6:,.0f} MB: take away layers or channels."
        )
    return min(MOST, count)


def num_bytes(weights: Mapping[str, Tensor]) -> int:
    """What weights need in memory."""
    return sum(weight.numel() * weight.element_size() for weight in weights.values())


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Weights after so many steps, copied.

    Attributes:
        step: how many steps were done; 0 for the start.
        seconds: that those steps took.
        weights: a state dict that later steps do not change.
    """

    step: int
    seconds: float
    weights: dict[str, Tensor]


def is_finite(model: nn.Module) -> bool:
    """Whether all weights are numbers: the step before a loss that is none may have spoilt them."""
    return all(bool(weight.isfinite().all()) for weight in model.state_dict().values())


def snapshot(model: nn.Module, step: int, seconds: float = 0.0) -> Snapshot:
    """The weights of a model as they are now."""
    weights = {name: weight.detach().clone() for name, weight in model.state_dict().items()}
    return Snapshot(step, seconds, weights)
