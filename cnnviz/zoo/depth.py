"""How deep a network is, and how much of it lies in its Linear layers."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.summary import Summary, summarize
from cnnviz.zoo import network
from cnnviz.zoo.on_meta import build_on_meta

SIDE = 224  # pixels of the picture that is counted on


@dataclass(frozen=True)
class Depth:
    """Layers with weights on the longest way to the scores, parameters, those in Linear layers."""

    layers: int
    num_params: int
    linear_params: int
    macs: int

    @property
    def linear_share(self) -> float:
        """Share of the parameters that lie in Linear layers, 0 to 1."""
        return self.linear_params / self.num_params


def depth_of(name: str) -> Depth:
    """The depth of a classification network of torchvision, counted on torch's meta device.

    Raises:
        ValueError: there is no such network.
    """
    summary = summarize(build_on_meta(name, network(name).first.name), (1, 3, SIDE, SIDE))
    linear = sum(row.num_params for row in summary.rows if row.type == "Linear")
    return Depth(longest_way(summary), summary.num_params, linear, summary.macs)


def longest_way(summary: Summary) -> int:
    """Convolutions and Linear layers on the longest way from the picture to the scores."""
    sources: dict[str, list[str]] = {}
    for start, end in summary.edges:
        sources.setdefault(end, []).append(start)
    layers: dict[str, int] = {}
    for row in summary.rows:
        before = [layers.get(name, 0) for name in sources.get(row.name, ())]
        layers[row.name] = max(before, default=0) + (row.macs > 0)
    return layers[summary.rows[-1].name]
