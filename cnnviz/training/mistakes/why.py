"""Why this answer and not the true one: a map of the difference, and what becomes without it.

The map is a claim: these pixels speak for the answer. It is tried: what it points at is wiped and
the network asked again, against as much wiped by chance, in two ways: scattered over the ink, and
in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.heatmaps.class_activation import grad_cam
from cnnviz.heatmaps.scores import Difference, input_gradient, scorer
from cnnviz.models.transforms import InputSpec
from cnnviz.probes.fields import ReceptiveField, receptive_field
from cnnviz.training.material.kind import Material
from cnnviz.training.mistakes.gallery import INK, Mistake
from cnnviz.training.mistakes.over import ground
from cnnviz.training.moments import numbers, scores_of

WIPED_SHARE = 0.2  # of the ink
DRAWS = 200  # of wiping by chance
BAND = (0.05, 0.95)  # between these quantiles of the draws


@dataclass(frozen=True, eq=False)
class Wiped:
    """The network asked again without some pixels.

    Attributes:
        picture: (channels, H, W) of uint8, without them.
        probabilities: (C).
        answer: the likeliest.
        flips: whether that is the true class.
    """

    picture: Tensor
    probabilities: Tensor
    answer: int
    flips: bool


@dataclass(frozen=True)
class ByChance:
    """As many pixels wiped by chance, many times.

    Attributes:
        draws: how often.
        flips: how often the answer was the true class then.
        band: the probability of the true class, from the 5th to the 95th of a hundred draws.
    """

    draws: int
    flips: int
    band: tuple[float, float]


@dataclass(frozen=True, eq=False)
class WhyNot:
    """The answer's case against the true class, and its trial.

    Attributes:
        heatmap: of the layer's cells (h, w), at least 0, in units of the score: what speaks for
            the answer and against the true class.
        layer: where it was taken; "" for the pixels themselves.
        on_pixels: the same on the picture's pixels (H, W).
        share_on_ink: how much of it lies on ink, in [0, 1]; 0 where the map is empty.
        pixels: (H, W), which were wiped: of the ink the fifth that the map points at most; none
            where the map is empty there.
        num_ink: pixels that could be.
        before: (C) probabilities of the picture as it is.
        wiped: the network asked again without what the map points at.
        by_chance: "scattered" and "in one place".
    """

    heatmap: Tensor
    layer: str
    on_pixels: Tensor
    share_on_ink: float
    pixels: Tensor
    num_ink: int
    before: Tensor
    wiped: Wiped
    by_chance: dict[str, ByChance]

    @property
    def num_wiped(self) -> int:
        """How many pixels were wiped."""
        return int(self.pixels.sum())


def why_not(
    model: nn.Module,
    material: Material,
    picture: Tensor,
    answer: int,
    true: int,
    layer: str,
    seed: int = 0,
) -> WhyNot:
    """Why a network gives one answer and not another, and whether the map of it can be believed.

    Args:
        model: frozen, in evaluation mode; only read.
        material: how its pictures enter the network.
        picture: (channels, H, W) of uint8.
        answer: the class that is explained.
        true: the class that it is compared with.
        layer: whose maps; "" for input × gradient of the pixels, for a network without maps.
        seed: of the chance.
    """
    claim = _claim(model, material, picture, Difference(answer, true), layer)
    pair = torch.stack([picture, without(picture, claim.pixels)])
    before, after = scores_of(model, material, pair).softmax(1)
    draws = _draws(claim.ink, int(claim.pixels.sum()), torch.Generator().manual_seed(seed))
    return WhyNot(
        heatmap=claim.heatmap,
        layer=layer,
        on_pixels=claim.on_pixels,
        share_on_ink=_share(claim.on_pixels, claim.ink),
        pixels=claim.pixels,
        num_ink=int(claim.ink.sum()),
        before=before,
        wiped=Wiped(pair[1], after, int(after.argmax()), int(after.argmax()) == true),
        by_chance={
            way: _by_chance(model, material, picture, true, masks) for way, masks in draws.items()
        },
    )


def why_map(
    model: nn.Module, material: Material, picture: Tensor, answer: int, true: int, layer: str
) -> Tensor:
    """The map of `why_not` alone, on the picture's pixels: (H, W), at least 0."""
    return _claim(model, material, picture, Difference(answer, true), layer).on_pixels


def flips(
    model: nn.Module,
    material: Material,
    pictures: Tensor,
    mistakes: Sequence[Mistake],
    layer: str,
) -> list[bool]:
    """Of each mistake, whether wiping what the map points at gives the true class.

    Args:
        pictures: (N, channels, H, W) that the mistakes' indices count.
    """
    if not mistakes:
        return []
    wiped = [_wiped(model, material, pictures[one.index], one, layer) for one in mistakes]
    answers = scores_of(model, material, torch.stack(wiped)).argmax(1)
    return [answer == one.true for answer, one in zip(answers.tolist(), mistakes, strict=True)]


def _wiped(
    model: nn.Module, material: Material, picture: Tensor, one: Mistake, layer: str
) -> Tensor:
    claim = _claim(model, material, picture, Difference(one.answer, one.true), layer)
    return without(picture, claim.pixels)


@dataclass(frozen=True, eq=False)
class _Claim:
    """A map, on cells and on pixels, and the pixels of the ink that it points at."""

    heatmap: Tensor
    on_pixels: Tensor
    ink: Tensor
    pixels: Tensor


def _claim(
    model: nn.Module, material: Material, picture: Tensor, target: Difference, layer: str
) -> _Claim:
    heatmap = numbers(_heatmap(model, material.batch(picture[None]), target, layer))
    on_pixels, ink = _on_pixels(model, material, heatmap, layer), ink_of(picture)
    count = max(1, round(WIPED_SHARE * int(ink.sum())))
    highest = _highest(torch.where(ink, on_pixels, -1.0), count)
    return _Claim(heatmap, on_pixels, ink, highest & (on_pixels > 0))


def ink_of(picture: Tensor) -> Tensor:
    """Which pixels (H, W) could be wiped: the ink of a grey picture, all of a coloured one."""
    if len(picture) > 1:
        return torch.ones(picture.shape[1:], dtype=torch.bool)
    ink = picture[0] >= INK
    return ink if ink.any() else torch.ones_like(ink)


def without(picture: Tensor, pixels: Tensor) -> Tensor:
    """The picture without some pixels (…, H, W): black where it is grey, else its mean colour."""
    return torch.where(pixels.unsqueeze(-3), ground(picture), picture)


def _heatmap(model: nn.Module, batch: Tensor, target: Difference, layer: str) -> Tensor:
    if layer:
        return grad_cam(model, batch, target, layer)
    return (batch * input_gradient(model, scorer(model, target), batch)).sum(1)[0].relu()


def _on_pixels(model: nn.Module, material: Material, heatmap: Tensor, layer: str) -> Tensor:
    """The map at the picture's pixels, between the middles of what its cells see."""
    spec, side = material.input, material.input.padded_size
    if not layer:
        return heatmap[spec.padding :, spec.padding :][: spec.size, : spec.size]
    field = receptive_field(model, layer, (1, spec.channels, side, side))
    places = [_cells(field, axis, heatmap.shape[axis], spec) for axis in (0, 1)]
    rows, columns = torch.meshgrid(*places, indexing="ij")
    grid = torch.stack([columns, rows], dim=-1)[None]  # x, y in [-1, 1]
    return F.grid_sample(heatmap[None, None], grid, padding_mode="border", align_corners=True)[0, 0]


def _cells(field: ReceptiveField, axis: int, count: int, spec: InputSpec) -> Tensor:
    """Where each pixel of the picture lies among a layer's cells, −1 the first and 1 the last.

    A layer whose cells have no single size of what they see is stretched over the picture.
    """
    pixels = torch.arange(spec.size) + spec.padding
    if field.size is None or field.jump is None or field.offset is None:
        cells = (pixels + 0.5) * count / spec.padded_size - 0.5
    else:
        middle = field.offset[axis] + (field.size[axis] - 1) / 2  # of what cell 0 sees
        cells = (pixels - middle) / float(field.jump[axis])
    return 2 * cells / max(1, count - 1) - 1


def _share(on_pixels: Tensor, ink: Tensor) -> float:
    total = on_pixels.sum()
    return float(on_pixels[ink].sum() / total) if total > 0 else 0.0


def _highest(values: Tensor, count: int) -> Tensor:
    """Where the `count` highest values of (H, W) are."""
    chosen = torch.zeros(values.numel(), dtype=torch.bool)
    chosen[values.flatten().argsort(descending=True, stable=True)[:count]] = True
    return chosen.view_as(values)


def _draws(ink: Tensor, count: int, generator: torch.Generator) -> dict[str, Tensor]:
    """`count` pixels of the ink, many times: masks (DRAWS, H, W) by the way of the chance."""
    ways = {"scattered": _scattered, "in one place": _in_one_place}
    return {
        name: torch.stack([way(ink, count, generator) for _ in range(DRAWS)])
        for name, way in ways.items()
    }


def _scattered(ink: Tensor, count: int, generator: torch.Generator) -> Tensor:
    chance = torch.rand(ink.shape, generator=generator)
    return _highest(torch.where(ink, chance, -1.0), count)


def _in_one_place(ink: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """The pixels of the ink that are closest to one of it, drawn by chance."""
    places = ink.nonzero()
    middle = places[int(torch.randint(len(places), (), generator=generator))]
    apart = (places - middle).square().sum(1).float()
    distance = torch.full(ink.shape, torch.inf)
    distance[places[:, 0], places[:, 1]] = apart
    return _highest(-distance, count)


def _by_chance(
    model: nn.Module, material: Material, picture: Tensor, true: int, masks: Tensor
) -> ByChance:
    said = scores_of(model, material, without(picture, masks)).softmax(1)
    low, high = torch.quantile(said[:, true], torch.tensor(BAND)).tolist()
    return ByChance(len(masks), int((said.argmax(1) == true).sum()), (low, high))
