"""What one bubble of the zoo's charts stands for, and which of them are the best at their cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnviz.zoo import ZooNetwork, ZooWeights


@dataclass(frozen=True)
class ZooEntry:
    """A network with the set of its weights that is shown.

    Attributes:
        first: the older weights that these are compared with, at the same cost; None where there
            are none, or where they are not asked for.
    """

    network: ZooNetwork
    weights: ZooWeights
    first: ZooWeights | None = None

    @property
    def key(self) -> str:
        """Name of its own: a network may be there a second time, with more pictures seen."""
        more = f":{self.weights.name}" if self.weights.uses_more_data else ""
        return self.network.name + more

    @property
    def accuracy(self) -> float:
        """Top-1 accuracy in percent.

        Raises:
            ValueError: torchvision gives none.
        """
        if self.weights.top1 is None:
            raise ValueError(f"torchvision gives no accuracy of {self.network.name}")
        return self.weights.top1

    @property
    def gain(self) -> float:
        """Percent points that the newer weights brought; 0 where there are no older ones."""
        return self.accuracy - (self.first.top1 or 0) if self.first else 0.0


def entries_of(network: ZooNetwork, weights: str) -> list[ZooEntry]:
    """The bubbles of a network: one of ImageNet-1K's pictures, one of those that saw more.

    Args:
        weights: "first" for the oldest weights, "default" for the best, "both" for the best
            beside the oldest.
    """
    known = [one for one in network.weights if one.top1 is not None]
    plain = [one for one in known if not one.uses_more_data]
    more = [one for one in known if one.uses_more_data]
    found = []
    if plain:
        best = plain[0] if weights == "first" else max(plain, key=lambda one: one.top1 or 0)
        is_newer = weights == "both" and best is not plain[0]
        found.append(ZooEntry(network, best, plain[0] if is_newer else None))
    if more and (weights != "first" or not plain):
        found.append(ZooEntry(network, max(more, key=lambda one: one.top1 or 0)))
    return found


def best_at_each_cost(entries: Iterable[ZooEntry]) -> list[ZooEntry]:
    """The networks that no cheaper one equals, from the cheapest to the best."""
    found: list[ZooEntry] = []
    for entry in sorted(entries, key=lambda one: (one.weights.giga_macs, -one.accuracy)):
        if not found or entry.accuracy > found[-1].accuracy:
            found.append(entry)
    return found


def cheapest_as_good(accuracy: float, best: Sequence[ZooEntry]) -> ZooEntry | None:
    """The cheapest of `best` (from the cheapest on) that reaches an accuracy; None if none does."""
    return next((entry for entry in best if entry.accuracy >= accuracy), None)
