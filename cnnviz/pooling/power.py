"""p turns a sum into a maximum: torch's LPPool2d over p, and the same divided by N^(1/p)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

POWERS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
LARGEST_POWER = 512.0  # looked at for the first p that float32 cannot hold


@dataclass(frozen=True)
class PowerCurve:
    """One window under LPPool2d at every p.

    Attributes:
        p: the powers, rising.
        sums: (Σ x^p)^(1/p), as torch has it: at p = 1 the sum. NaN where torch's is.
        means: the same divided by N^(1/p): from the average to the maximum.
        maximum: of the window, where both go.
    """

    p: tuple[float, ...]
    sums: tuple[float, ...]
    means: tuple[float, ...]
    maximum: float


def power_curve(values: Sequence[float], powers: Sequence[float] = POWERS) -> PowerCurve:
    """The window's p-norms, by torch's own layer in double precision.

    Args:
        values: the numbers of one window, one or more.
        powers: at which p.
    """
    return power_curves([values], powers)[0]


def power_curves(
    windows: Sequence[Sequence[float]], powers: Sequence[float] = POWERS
) -> list[PowerCurve]:
    """`power_curve` of each of many windows, those of one size in one pass."""
    found: dict[int, PowerCurve] = {}
    for size in {len(window) for window in windows}:
        places = [place for place, window in enumerate(windows) if len(window) == size]
        batch = torch.tensor([windows[place] for place in places], dtype=torch.float64)
        norms = torch.stack([_norms(batch, p) for p in powers], dim=1)
        means = norms / torch.tensor([size ** (1 / p) for p in powers], dtype=torch.float64)
        for place, *rows in zip(places, norms.tolist(), means.tolist(), strict=True):
            found[place] = PowerCurve(tuple(powers), *map(tuple, rows), max(windows[place]))
    return [found[place] for place in range(len(windows))]


def _norms(windows: Tensor, p: float) -> Tensor:
    """The p-norm of each row (windows, numbers), as torch's layer has it."""
    with torch.inference_mode():
        return nn.LPPool2d(p, (1, windows.shape[1]))(windows[:, None, None])[:, 0, 0, 0]


def lp_norm(values: Sequence[float], p: float, dtype: torch.dtype = torch.float64) -> float:
    """torch's LPPool2d on one window of these numbers."""
    window = torch.tensor([[[list(values)]]], dtype=dtype)
    with torch.inference_mode():
        return nn.LPPool2d(p, (1, len(values)))(window).item()


def first_overflow(values: Sequence[float]) -> int | None:
    """The first whole p at which float32 can no longer hold the sum of powers; None up to 512.

    Σ x^p passes the largest float32 where p · log(max) passes its logarithm; torch says so.
    """
    largest = max(abs(value) for value in values)
    if largest <= 1:
        return None
    p = max(1, math.floor(math.log(torch.finfo(torch.float32).max / len(values), largest)) - 1)
    while p <= LARGEST_POWER and math.isfinite(lp_norm(values, p, torch.float32)):
        p += 1
    return p if p <= LARGEST_POWER else None


def why_not_a_number(values: Sequence[float], p: float) -> str:
    """Why torch's LPPool2d gives no number for a window, in one sentence; "" where it does."""
    found = lp_norm(values, p, torch.float32)
    if math.isnan(found):
        return (
            f"torch's LPPool2d gives NaN: the root 1/{p:g} of a negative sum of powers is no number"
        )
    if math.isinf(found):
        return f"torch's LPPool2d gives infinity in float32: the powers x^{p:g} pass 3.4e38"
    return ""
