"""A picture in front of a whole network: its structure, the maps that are shown, the scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.activations import Layer
from cnnviz.figures.overview.columns import FEW, LONG, SOME, Shown, picture_of, smaller
from cnnviz.figures.pictures import symmetric_limit
from cnnviz.models import Pretrained
from cnnviz.overview.columns import Column, column_of
from cnnviz.overview.gives import gives
from cnnviz.overview.joins import joins_of
from cnnviz.overview.structure import Structure, structure_of
from cnnviz.overview.unfold import followed, unfolded
from cnnviz.overview.without import without_each
from cnnviz.probes.maps import map_statistics, sorted_maps
from cnnviz.probes.tape import Tape
from cnnviz.ui.kept import kept

SHOWN_CLASSES = 10
WIDE = 12  # columns between which there is room for maps in two lanes
MOST_TERMS = 40_000  # numbers that maps give to cells, of one way between columns
MOST_OFF = 2_000_000  # numbers of all passes together without one map each
Place = tuple[str, str, int | None]  # network, picture, size


@dataclass(frozen=True)
class Ask:
    """What is to be shown of a network.

    Attributes:
        order: which maps come first where not all fit, as in `cnnviz.probes.maps`.
        scale: one for each "layer", for the "network", or for each "map".
        is_in_order: whether classes stand in their order; otherwise the likeliest come first.
        pinned: a column and a map of it, which is shown in any case.
        inside: the layer at the end of a column to unfold; its block's layers are the columns then.
        cell: channel, row and column there, whose sources are shown.
        only: the layers that are shown, where not the whole network is.
    """

    order: str
    scale: str
    is_in_order: bool = False
    pinned: tuple[int, int] | None = None
    inside: str = ""
    cell: tuple[int, int, int] = (0, 0, 0)
    only: tuple[str, ...] = ()


class Looked(Protocol):
    """A picture in front of a network; everything is asked for when it is needed."""

    @property
    def key(self) -> str:
        """Of the network."""
        ...

    @property
    def place(self) -> Place:
        """What a pass depends on."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the batch."""
        ...

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Those worth looking into."""
        ...

    @property
    def network(self) -> Pretrained:
        """Shared, so only read."""
        ...

    @property
    def batch(self) -> Tensor:
        """(1, channels, height, width)."""
        ...

    @property
    def played(self) -> Tape:
        """The pass."""
        ...


def structure(looked: Looked, inside: str = "", only: tuple[str, ...] = ()) -> Structure:
    """Columns and how they are joined.

    Args:
        looked: the picture in front of the network.
        inside: a layer, the block of which is unfolded.
        only: the layers that are shown; by default all, folded until they fit.
    """
    return _structure(looked.key, looked.shape, inside, only, looked)


@kept
def _structure(
    key: str, shape: tuple[int, ...], inside: str, only: tuple[str, ...], _looked: Looked
) -> Structure:
    played = _looked.played
    columns: tuple[Column, ...] = ()
    if only:
        columns = tuple(Column((layer,)) for layer in _looked.layers if layer.name in only)
    index = column_of(structure(_looked).columns, inside) if inside else None
    if index is not None:
        columns = unfolded(structure(_looked).columns, index, played)
    return structure_of(_looked.layers, played, columns)


@dataclass(frozen=True, eq=False)
class Frame:
    """What the network computed for one picture, as it is shown.

    Attributes:
        shown: the maps of each column.
        pictures: the same for the browser.
        ratios: for each link that is a shortcut, correction ÷ shortcut; None for the others.
        scores: (classes,), or None of a network that does not end in one score a class.
        classes: the classes that are shown; they are the maps of the last column.
    """

    shown: tuple[Shown, ...]
    pictures: tuple[dict[str, Any], ...]
    ratios: tuple[float | None, ...]
    scores: Tensor | None
    classes: tuple[int, ...]


def frame(looked: Looked, ask: Ask) -> Frame:
    """The maps of every column: all where they are few, else the first in the order asked for."""
    return _frame(looked.place, ask, looked)


@kept
def _frame(place: Place, ask: Ask, _looked: Looked) -> Frame:
    made, played = structure(_looked, ask.inside, ask.only), _looked.played
    scores = None if ask.inside else _scores(_looked, made, played)
    classes = () if scores is None else shown_classes(scores, ask.is_in_order)
    shown = tuple(
        _maps(played, column, channels)
        for column, channels in zip(
            made.columns, _channels(made, played, ask, classes), strict=True
        )
    )
    whole = symmetric_limit([end for one in shown for end in (one.low, one.high)]).value
    pictures = tuple(picture_of(one, ask.scale, whole) for one in shown)
    residuals = [join.residual for join in joins_of(made.columns, played)]
    ratios = tuple(residual.ratio if residual else None for residual in residuals)
    return Frame(shown, pictures, ratios, scores, classes)


def _scores(looked: Looked, made: Structure, played: Tape) -> Tensor | None:
    """What the network returns, where that is one score a class and what the last column shows."""
    scores, last = played.scores, played[made.columns[-1].name].output
    is_scores = scores.ndim == 2 and scores.shape[1] == len(looked.network.classes)
    return scores[0] if is_scores and torch.equal(scores.flatten(), last.flatten()) else None


def shown_classes(scores: Tensor, is_in_order: bool) -> tuple[int, ...]:
    """The classes whose scores stand beside the network: ten at most."""
    if is_in_order and len(scores) <= SHOWN_CLASSES:
        return tuple(range(len(scores)))
    return tuple(torch.topk(scores, min(SHOWN_CLASSES, len(scores))).indices.tolist())


def _channels(made: Structure, played: Tape, ask: Ask, classes: tuple[int, ...]) -> list[list[int]]:
    """The numbers of the maps that are shown, column by column."""
    if ask.inside:
        channel, *cell = ask.cell
        return followed(made.columns, played, channel, (cell[0], cell[1]))
    few = FEW if len(made.columns) <= WIDE else SOME
    found = [
        _first(column, played[column.name].output[0], ask.order, few) for column in made.columns
    ]
    if classes:
        found[-1] = list(classes)
    if ask.pinned and ask.pinned[1] not in found[ask.pinned[0]]:
        found[ask.pinned[0]][-1] = ask.pinned[1]
    return found


def _maps(played: Tape, column: Column, channels: list[int]) -> Shown:
    maps = played[column.name].output[0]
    maps = maps if maps.ndim == 3 else maps[:, None, None]
    low, high = maps.aminmax()
    return Shown(maps[channels], tuple(channels), float(low), float(high))


def _first(column: Column, maps: Tensor, order: str, few: int) -> list[int]:
    """The maps of a column that are shown: all in their order, or the first in the one asked for.

    At most `few` are all. A number does not vary: of a vector the strongest come first.
    """
    most, some = (LONG, LONG) if column.is_vector else (few, SOME)
    if len(maps) <= most:
        return list(range(len(maps)))
    return sorted_maps(map_statistics(maps), "distance" if column.is_vector else order)[:some]


@dataclass(frozen=True, eq=False)
class Details:
    """The numbers behind a frame: what one reads off when pointing.

    Attributes:
        numbers: all of them, one after the other.
        values: where those of each column begin; (maps, height, width) as its picture.
        terms: for each link where they begin and their shape (targets, sources, height, width);
            None where no sum of one step tells what maps give.
        without: by column, where (maps, classes) begin: the scores without each map.
    """

    numbers: NDArray[np.float32]
    values: tuple[int, ...]
    terms: tuple[tuple[int, tuple[int, ...]] | None, ...]
    without: Mapping[int, int]


def details(looked: Looked, ask: Ask) -> Details:
    """What maps give to cells, and the scores without each, for the maps that are shown."""
    return _details(looked.place, ask, looked)


@kept
def _details(place: Place, ask: Ask, _looked: Looked) -> Details:
    seen = frame(_looked, ask)
    pile = _Pile()
    values = tuple(pile.put(smaller(one.values)) for one in seen.shown)
    terms = tuple(
        None if one is None else (pile.put(one), tuple(one.shape))
        for one in _terms(_looked, ask, seen.shown)
    )
    without = _put_without(pile, _looked, ask, seen)
    return Details(pile.numbers, values, terms, without)


class _Pile:
    """Numbers that are put one after the other."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.float32]] = []
        self._count = 0

    def put(self, values: Tensor) -> int:
        """Where they begin."""
        start = self._count
        self._parts.append(np.asarray(values, np.float32).ravel())
        self._count += values.numel()
        return start

    @property
    def numbers(self) -> NDArray[np.float32]:
        """All of them."""
        return np.concatenate(self._parts)


def _terms(looked: Looked, ask: Ask, shown: tuple[Shown, ...]) -> list[Tensor | None]:
    made, played = structure(looked, ask.inside, ask.only), looked.played
    found: list[Tensor | None] = []
    with torch.inference_mode():
        for join in joins_of(made.columns, played):
            targets = shown[join.target].channels
            picture = range(looked.shape[1])
            sources = shown[join.source].channels if join.source >= 0 else picture
            size = math.prod(join.nodes[0].output.shape[2:]) * len(targets) * len(sources)
            found.append(gives(join, targets, sources) if size <= MOST_TERMS else None)
    return found


def _put_without(pile: _Pile, looked: Looked, ask: Ask, seen: Frame) -> dict[int, int]:
    """The scores without each map, where the network is small enough for all in one batch."""
    made = structure(looked, ask.inside, ask.only)
    lasts = {
        index: made.last[index]
        for index, column in enumerate(made.columns)
        if not column.is_vector and not made.columns[made.last[index]].is_vector
    }
    names = {last: made.columns[last].name for last in set(lasts.values())}
    layers = {name: made.columns[last].layer.shape[0] for last, name in names.items()}
    numbers = sum(math.prod(layer.shape) for layer in looked.layers)
    if seen.scores is None or not layers or numbers * sum(layers.values()) > MOST_OFF:
        return {}
    scores = without_each(looked.network.model, looked.batch, layers)
    starts = {last: pile.put(scores[name]) for last, name in names.items()}
    return {index: starts[last] for index, last in lasts.items()}
