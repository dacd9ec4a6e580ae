"""Planted pictures for a network that comes with this app."""

from __future__ import annotations

from collections.abc import Iterator

from cnnviz.belief.planted import Candidate, Planted, digit_candidates, plant, tile_candidates
from cnnviz.images.samples import sample
from cnnviz.models import Pretrained
from cnnviz.progress import Progress, go_on

SOURCES = ("cat", "boat", "horse", "rocket")  # small pictures that are planted among their pieces


def confirmed(network: Pretrained, count: int, progress: Progress = go_on) -> list[Planted] | str:
    """So many pictures that the network confirms, or a sentence: it knows too little.

    Raises:
        StoppedError: `progress` said so.
    """
    try:
        return plant(network.model, _candidates(network), count, progress)
    except ValueError as error:
        return f"{error}."


def _candidates(network: Pretrained) -> Iterator[Candidate]:
    if network.card.dataset == "MNIST":
        return digit_candidates(network.transform)
    return tile_candidates([network.transform(sample(name)) for name in SOURCES])
