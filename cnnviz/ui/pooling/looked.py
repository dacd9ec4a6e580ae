"""What the view of a receptive field looks into: network, layers, a unit and what moves it."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.pooling.field import Fields, Stage, middle, nearest_unit, stage_of, stages
from cnnviz.probes.receptive import core_box, effective_receptive_field
from cnnviz.ui.compute import computing
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import Picture
from cnnviz.ui.pooling.address import Values
from cnnviz.ui.pooling.subject import Subject, batch_of, fields_of, subject, too_much


@dataclass(frozen=True)
class Looked:
    """What the view looks into: the network, what its layers see, the layer, the unit, its picture.

    Attributes:
        chosen: the network.
        fields: of its layers.
        cards: the layers with a card.
        stage: the layer.
        unit: (row, column).
        found: the unit with what moves it; None where only theory is shown.
        why_not: why then.
        picture: that is looked at.
    """

    chosen: Subject
    fields: Fields
    cards: list[Stage]
    stage: Stage
    unit: tuple[int, int]
    found: UnitFound | None
    why_not: str
    picture: Picture


class UnitFound:
    """One unit, the map it is in, and how much every pixel moves it.

    Attributes:
        unit: (row, column).
        map: which of the layer's maps.
        maps: that map's values (rows, columns).
        value: of the unit.
        effect: (height, width) of the picture, Σ |∂ unit / ∂ pixel|.
        core: the box with nine tenths of it.
    """

    def __init__(self, unit: tuple[int, int], number: int, values: Tensor, effect: Tensor) -> None:
        self.unit, self.map, self.maps, self.effect = unit, number, values, effect
        self.value = float(values[unit])
        self.core = core_box(effect)


def look(values: Values, picture: Picture) -> Looked:
    """What today's values look into.

    Raises:
        ValueError: there is no such network, or it has no layer with rows and columns.
    """
    chosen, side = subject(values), values.size
    fields = fields_of(chosen.key, side, chosen.channels, chosen.model)
    cards = stages(chosen.model, fields)
    stage = stage_of(values.layer, fields) or (cards[len(cards) // 2] if cards else None)
    if stage is None:
        raise ValueError(f"{chosen.title} has no layer with rows and columns at this size")
    cards = with_card(cards, stage)
    why_not = chosen.theory or too_much(chosen.key, stage.name, side, chosen.channels, chosen.model)
    found = None
    if not why_not:
        with computing():
            found = unit_found(chosen, picture, side, stage, values.map, values.unit)
    unit = found.unit if found else _unit_or_middle(values.unit, stage.shape[1:])
    return Looked(chosen, fields, cards, stage, unit, found, why_not, picture)


def with_card(cards: list[Stage], stage: Stage) -> list[Stage]:
    """The cards, with one for the layer that is looked at where it has none."""
    if any(card.name == stage.name for card in cards):
        return cards
    before = sum(_seen(card) <= _seen(stage) for card in cards)
    return [*cards[:before], stage, *cards[before:]]


def _seen(stage: Stage) -> int:
    """Pixels along both axes that a unit could see at most."""
    return sum(extent.size for extent in stage.field.extents or ())


def unit_found(
    chosen: Subject, picture: Picture, side: int, stage: Stage, number: int, unit: tuple[int, int]
) -> UnitFound:
    """The unit that is asked for; where none is, the one that answers most."""
    batch = _batch(chosen.key, picture.digest, side, chosen, picture)
    maps = _maps(chosen.key, picture.digest, side, stage.name, chosen.model, batch)
    if not all(0 <= i < n for i, n in zip(unit, maps.shape[1:], strict=True)):
        unit = _strongest(maps, number)
    if not 0 <= number < len(maps):
        number = int(maps[:, unit[0], unit[1]].argmax())
    effect = _effect(
        chosen.key, picture.digest, side, stage.name, number, unit, chosen.model, batch
    )
    return UnitFound(unit, number, maps[number], effect)


def _strongest(maps: Tensor, number: int) -> tuple[int, int]:
    """Where the maps answer most, away from the border where padding does."""
    edge = [n // 8 for n in maps.shape[1:]]
    inside = maps[:, edge[0] : maps.shape[1] - edge[0], edge[1] : maps.shape[2] - edge[1]]
    one = inside[number] if 0 <= number < len(maps) else inside.amax(dim=0)
    row, column = divmod(int(one.argmax()), one.shape[1])
    return row + edge[0], column + edge[1]


def _unit_or_middle(unit: tuple[int, int], shape: tuple[int, int]) -> tuple[int, int]:
    is_there = all(0 <= i < n for i, n in zip(unit, shape, strict=True))
    return unit if is_there else (shape[0] // 2, shape[1] // 2)


def same_place(stage: Stage, unit: tuple[int, int], other: Stage) -> tuple[int, int]:
    """The unit of another layer that looks at the same place."""
    extents = stage.field.extents
    assert extents is not None
    rows, columns = (float(middle(e, i)) for e, i in zip(extents, unit, strict=True))
    return nearest_unit(other.field, other.shape[1:], (rows, columns))


@kept
def _batch(key: str, digest: str, side: int, _chosen: Subject, _picture: Picture) -> Tensor:
    return batch_of(_chosen, _picture.image, side)


@kept
def _maps(
    key: str, digest: str, side: int, layer: str, _model: nn.Module, _batch: Tensor
) -> Tensor:
    """(maps, rows, columns) of one layer, of a pass that ends there; only read."""
    return record(_model, _batch, [layer])[layer][0]


@kept
def _effect(
    key: str, digest: str, side: int, layer: str, number: int, unit: tuple[int, int],
    _model: nn.Module, _batch: Tensor,
) -> Tensor:  # fmt: skip
    return effective_receptive_field(_model, _batch, layer, number, *unit)
