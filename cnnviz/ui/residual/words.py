"""How the page writes its numbers."""

from __future__ import annotations

from cnnviz import counting


def percent(share: float) -> str:
    """A share with one digit behind the point."""
    return counting.percent(share, 1)
