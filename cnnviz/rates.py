"""A share of so many that were asked: where the true rate lies."""

from __future__ import annotations

import math

Z95 = 1.959964  # two-sided 95 % of the normal distribution


def interval(num_right: float, count: int) -> tuple[float, float]:
    """Between which shares the true rate lies, with 95 % confidence (Wilson, 1927).

        (p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) / (1 + z²/n)      with p = num_right / n

    Args:
        num_right: how many were right; a tie may count in part.
        count: how many were asked.

    Raises:
        ValueError: more right than there are, or none were asked.
    """
    if not 0 <= num_right <= count or count < 1:
        raise ValueError(f"{num_right} of {count} is no share")
    share, part = num_right / count, Z95**2 / count
    half = Z95 * math.sqrt(share * (1 - share) / count + part / (4 * count))
    middle = share + part / 2
    return max(0.0, (middle - half) / (1 + part)), min(1.0, (middle + half) / (1 + part))
