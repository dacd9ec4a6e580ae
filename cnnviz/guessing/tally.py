"""How often guesses were right, and whether the difference of two rates is told from chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

LEVEL = 0.05  # a difference as large by chance alone less often than this is told from it


@dataclass(frozen=True)
class Tally:
    """Guesses, and how many of them were right."""

    right: int = 0
    asked: int = 0

    @property
    def share(self) -> float:
        """Right ones as a share; 0 where none were asked."""
        return self.right / self.asked if self.asked else 0.0


def by_chance(one: Tally, other: Tally) -> float:
    """How often chance alone gives a difference at least as unlikely (Fisher's exact test, 1922).

    All tables with the same margins, with x right ones in the first:

        P(x) = C(n₁, x) · C(n₂, r − x) / C(n₁ + n₂, r)      r = right ones together

    summed over those that are no likelier than the one that was found.
    """
    right, total = one.right + other.right, one.asked + other.asked
    ways = {
        x: comb(one.asked, x) * comb(other.asked, right - x)
        for x in range(max(0, right - other.asked), min(one.asked, right) + 1)
    }
    return sum(way for way in ways.values() if way <= ways[one.right]) / comb(total, right)


def helps(with_map: Tally, without: Tally) -> bool | None:
    """Whether the heatmap helped (True) or misled (False); None: not told from chance."""
    if by_chance(with_map, without) >= LEVEL:
        return None
    return with_map.share > without.share
