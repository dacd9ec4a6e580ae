"""The pointing game: does the highest point of a heatmap lie where the class is?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from torch import Tensor, nn

from cnnviz import rates
from cnnviz.activations import LayerChoice
from cnnviz.belief.planted import Planted
from cnnviz.heatmaps.methods import Method, default_layer, upsample
from cnnviz.heatmaps.probing import cover_side, random_map
from cnnviz.probes.receptive import Box
from cnnviz.progress import Progress, go_on, report

# What the slow methods do fewer of in this test, which is over some hundred pictures.
COPIES, PATH_STEPS = 8, 16
DRAWS = 50  # random maps a picture for the control: they cost little, and 200 maps wobble by 6 %


class Answer(StrEnum):
    """Where the interval of the hit rate lies."""

    BEATS = "beats chance"
    AT = "not told from chance"
    WORSE = "worse than chance"


@dataclass(frozen=True)
class PointingScore:
    """How often a method points at the region that carries the class.

    Attributes:
        hits: maps whose highest point is inside. Where many points are equally high, as in
            a map that is zero everywhere, the share of them that is inside counts.
        total: maps: one a picture, and several a picture of the random control.
        chance: the rate of a point set at random, the mean share of the regions.
        inside: share of all that is positive in the maps that lies inside, mean over pictures.
    """

    hits: float
    total: int
    chance: float
    inside: float

    @property
    def accuracy(self) -> float:
        """Hits as a share of the maps."""
        return self.hits / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true rate lies, with 95 % confidence."""
        return rates.interval(self.hits, self.total)

    @property
    def answer(self) -> Answer:
        """Whether all of the interval is above chance, or below, or it holds chance."""
        low, high = self.interval
        if low > self.chance:
            return Answer.BEATS
        return Answer.WORSE if high < self.chance else Answer.AT


def pointing_game(
    method: Method,
    model: nn.Module,
    pictures: Sequence[Planted],
    layer: LayerChoice | None = None,
    progress: Progress = go_on,
) -> PointingScore:
    """How often the highest point of a method's map lies in the planted region.

    Zhang et al., 2016, arxiv.org/abs/1608.00507, section 4.2, without their margin of 15 pixels.

    Args:
        method: one of `METHODS`.
        model: the network that the pictures were planted for; only read.
        pictures: from `plant`, all of one size.
        layer: for methods that need one; the last with maps if None.
        progress: told how far it is, may stop it.

    Raises:
        ValueError: no pictures, no such layer, or a layer without maps.
        StoppedError: `progress` said so.
    """
    if not pictures:
        raise ValueError("there are no planted pictures to point at")
    if method.needs_layer and layer is None:
        layer = default_layer(model, tuple(pictures[0].batch.shape))
    hits = inside = 0.0
    total = 0
    for done, picture in enumerate(pictures):
        report(progress, done / len(pictures))
        size = (picture.batch.shape[2], picture.batch.shape[3])
        for raw in _maps(method, model, picture, layer):
            heatmap = upsample(raw, size)
            hits += share_inside((heatmap == heatmap.max()).float(), picture.box)
            inside += share_inside(heatmap.relu(), picture.box)
            total += 1
    chance = sum(picture.chance for picture in pictures) / len(pictures)
    return PointingScore(hits, total, chance, inside / total)


def _maps(
    method: Method, model: nn.Module, picture: Planted, layer: LayerChoice | None
) -> Iterator[Tensor]:
    """The method's map of a picture; of chance as many unrelated ones as are tested."""
    batch, class_idx = picture.batch, picture.class_idx
    if not method.is_chance:
        fewer = fewer_steps(method, batch)
        yield (
            method.function(model, batch, class_idx, **fewer)
            if fewer
            else method(model, batch, class_idx, layer)
        )
        return
    for draw in range(DRAWS):
        yield random_map(model, batch, class_idx, draw)


def fewer_steps(method: Method, batch: Tensor) -> dict[str, int]:
    """The settings with which a slow method is tested; none for the others.

    SmoothGrad averages over `COPIES`, integrated gradients take `PATH_STEPS`, and the covers of
    occlusion lie side by side.
    """
    side = cover_side(batch.shape[2], batch.shape[3])
    fewer = {
        "smooth_grad": {"copies": COPIES},
        "integrated_gradients": {"steps": PATH_STEPS},
        "occlusion": {"step": side},
    }
    return fewer.get(method.name, {})


def share_inside(heatmap: Tensor, box: Box) -> float:
    """The share of a non-negative map that lies in a box; 0 if there is nothing anywhere."""
    total = heatmap.sum().item()
    part = heatmap[box.top : box.bottom, box.left : box.right].sum().item()
    return part / total if total > 0 else 0.0
