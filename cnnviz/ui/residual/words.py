"""How the page writes its numbers."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share with one digit behind the point."""
    return f"{100 * share:.1f} %"
