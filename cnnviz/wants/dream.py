"""Making the picture: gradient ascent from noise, with three switches that keep it a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.models import Pretrained
from cnnviz.models.transforms import InputSpec, PictureTransform
from cnnviz.probes.graph_memory import graph_kept
from cnnviz.wants.moving import moved
from cnnviz.wants.paint import Paint
from cnnviz.wants.unit import Sources, Unit, excitation, sources_of

RATE = 0.05  # of Adam, as in Lucid
MOVES = 16  # over which the score of the moved picture is the mean


@dataclass(frozen=True)
class Recipe:
    """How a picture is made.

    Attributes:
        side: pixels.
        steps: of gradient ascent.
        seed: of the noise and of the moves.
        has_waves: optimise amplitudes of waves, not pixels (decorrelates neighbours).
        is_moved: move and scale the picture at random before each step.
        has_colours: mix colours as they vary together in photographs.
    """

    side: int = 160
    steps: int = 128
    seed: int = 0
    has_waves: bool = True
    is_moved: bool = True
    has_colours: bool = True


@dataclass(frozen=True, eq=False)
class Moment:
    """One step of the making.

    Attributes:
        step: from 1.
        scores: (units,), how strongly each picture excites its unit, as it is.
        pictures: (units, channels, side, side) in [0, 1].
    """

    step: int
    scores: Tensor
    pictures: Tensor


def dream(network: Pretrained, units: Sequence[Unit], recipe: Recipe) -> Iterator[Moment]:
    """Make a picture for each unit, all of one layer; a moment a step.

    A unit that an activation function holds at zero is excited by what that function reads: at
    zero there is no gradient to follow (Olah et al., 2017).

    Args:
        network: only read.
        units: one picture is made for each.
        recipe: how.

    Raises:
        ValueError: no such layer.
    """
    generator = torch.Generator().manual_seed(recipe.seed)
    channels = _spec(network).channels
    paint = Paint(
        len(units), channels, recipe.side, recipe.has_waves, recipe.has_colours, generator
    )
    every = list(units)
    with torch.no_grad():
        sources = sources_of(network.model, entered(network, paint.pictures()[:1]), every[0])
    walk = torch.optim.Adam([paint.numbers], lr=RATE)
    for step in range(1, recipe.steps + 1):
        with torch.enable_grad():
            pictures = paint.pictures()
            with graph_kept(network.model, pictures):
                seen = moved(pictures, generator) if recipe.is_moved else pictures
                after, before = excitation(network.model, entered(network, seen), every, sources)
                wanted = torch.where(after.detach() > 0, after, before)
                (pull,) = torch.autograd.grad(-wanted.sum(), paint.numbers)
        paint.numbers.grad = pull
        walk.step()
        yield Moment(step, after.detach(), pictures.detach())


def entered(network: Pretrained, pictures: Tensor) -> Tensor:
    """Pictures in [0, 1] as the network reads them."""
    spec = _spec(network)
    mean, std = torch.tensor(spec.mean).view(-1, 1, 1), torch.tensor(spec.std).view(-1, 1, 1)
    return (pictures - mean) / std


def _spec(network: Pretrained) -> InputSpec:
    """What the network expects of pictures.

    Raises:
        ValueError: it does not say (a network of the builder has no pictures of its own).
    """
    if not isinstance(network.transform, PictureTransform):
        raise ValueError("only a network that was trained on pictures says how it reads them")
    return network.transform.spec


@dataclass(frozen=True)
class Held:
    """How strongly a picture excites a unit.

    Attributes:
        as_it_is: the number for the picture itself.
        moved: the mean over pictures that are moved and scaled a little.
    """

    as_it_is: float
    moved: float


def held(network: Pretrained, unit: Unit, picture: Tensor, seed: int = 0) -> Held:
    """The two scores of a picture (channels, side, side) in [0, 1]."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        sources = sources_of(network.model, entered(network, picture[None]), unit)
        as_it_is = _score(network.model, entered(network, picture[None]), unit, sources)
        scores = [
            _score(network.model, entered(network, moved(picture[None], generator)), unit, sources)
            for _ in range(MOVES)
        ]
    return Held(as_it_is, sum(scores) / MOVES)


def _score(model: nn.Module, batch: Tensor, unit: Unit, sources: Sources) -> float:
    return excitation(model, batch, [unit], sources)[0].item()
