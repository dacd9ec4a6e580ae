"""The receptive field of a unit: what it could see, what moves it, and how that comes about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
from numpy.typing import ArrayLike
from torch import Tensor, nn

from cnnviz.activations import record
from cnnviz.counting import counted, lines_words, place_words, size_words
from cnnviz.figures import pictures
from cnnviz.figures.receptive import recurrence_table
from cnnviz.figures.style import SEQUENTIAL, css_gradient
from cnnviz.pooling.field import (
    Fields,
    Stage,
    Step,
    descent,
    middle,
    nearest_unit,
    spatial_layers,
    stage_of,
    stages,
    way_to,
    without_strides,
)
from cnnviz.probes.receptive import Box, core_box, effective_receptive_field
from cnnviz.summary.extent import Extent
from cnnviz.ui import media, page
from cnnviz.ui.address import no_number, no_place
from cnnviz.ui.charts.line_chart import Chart, Line, line_chart
from cnnviz.ui.components import register
from cnnviz.ui.compute import computing
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.pooling.address import ADDRESS, SIDES, WHOLE, Values
from cnnviz.ui.pooling.subject import (
    SHIPPED,
    STACK,
    Subject,
    batch_of,
    fields_of,
    names,
    shown,
    subject,
    too_much,
)
from cnnviz.ui.sent import cell, one_of, stands_at, word
from cnnviz.ui.taking.offers import offer_numbers

FIELD = "pooling_field"  # key of the component
MOST_DOTS = 60  # that the chart of the growth has room for

_mount = register("pooling_field")


def controls(values: Values) -> Picture:
    """Network, picture, size and layer; a stack's layers where it is one's own."""
    titles = names(values)
    few = ", ".join([*SHIPPED, STACK])
    ADDRESS.only(network=None if values.network in titles else f"{few} and torchvision’s networks")
    st.selectbox(
        "Network",
        list(titles),
        key=ADDRESS.key("network"),
        format_func=lambda name: titles.get(name, name),
        help="Any of torchvision's convolutional networks too. Where weights are not on this "
        "machine, the theory is shown: it needs none.",
    )
    if values.network == STACK:
        st.text_input(
            "Layers",
            key=ADDRESS.key("stack"),
            help="From the picture on: conv3 is a 3×3 convolution, conv3s2 with stride 2, conv3d2 "
            "with dilation 2; pool2 and avg2 pool 2×2 at stride 2; up3s2 is a transposed "
            "convolution.",
        )
    picture = picture_chooser(ADDRESS)
    st.selectbox(
        "Input size",
        SIDES,
        key=ADDRESS.key("size"),
        format_func=lambda side: f"{side} × {side}",
        help="Pixels a side that the picture is brought to. Only the layers up to the chosen one "
        "are run, so a network of one input size can be asked at any.",
    )
    return picture


def layer_controls(values: Values, fields: Fields, chosen: Stage) -> None:
    """Any layer by name, and which of its maps."""
    offered = spatial_layers(fields)
    st.selectbox(
        "Layer",
        offered,
        index=offered.index(chosen.name),
        key=f"pooling_layer_{values.network}_{chosen.name}",
        on_change=_take_layer,
        args=(f"pooling_layer_{values.network}_{chosen.name}",),
        help="The cards beside the picture are the network's parts; here is every layer.",
    )
    if values.map >= chosen.shape[0]:
        ADDRESS.set(map=-1)
    st.number_input(
        "Map (−1: the strongest)",
        -1,
        chosen.shape[0] - 1,
        key=ADDRESS.key("map"),
        help="Which of the layer's maps the unit is in. −1: the one that answers most there.",
    )


def _take_layer(key: str) -> None:
    ADDRESS.set(layer=stands_at(key), unit=(-1, -1), map=-1)


def show(values: Values, left: Any) -> Looked | None:
    """The whole view: cards, picture, crop, gradient; the recurrence and the growth below."""
    with left:
        picture = controls(values)
    try:
        looked = look(values, picture)
    except ValueError as error:
        page.problem(f"This cannot be looked into: {error}.")
        return None
    _check(values, looked.stage)
    if values.layer and looked.stage.name != values.layer:
        st.caption(f"{looked.chosen.title} has no layer {values.layer}: {looked.stage.name} it is.")
    with left:
        layer_controls(values, looked.fields, looked.stage)
    _field(looked, picture, values.size)
    if looked.found:
        title = f"what moves the unit {looked.unit} of {looked.stage.name}"
        offer_numbers(title, ADDRESS, lambda: _numbers(values, picture))
    return looked


def _numbers(values: Values, picture: Picture) -> dict[str, ArrayLike]:
    """The map that the unit is in, and how much every pixel of the picture moves it."""
    found = look(values, picture).found
    assert found is not None
    return {"map": found.maps, "effect": found.effect, "unit": found.unit}


def _check(values: Values, stage: Stage) -> None:
    """Say what the address asks for and the network or the layer does not have."""
    ADDRESS.only(layer=None if values.layer == stage.name else f"a layer {stage.name} instead")
    count, rows, columns = stage.shape
    ADDRESS.only(map=no_number(values.map, count, "map"), unit=no_place(values.unit, rows, columns))


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


def _field(looked: Looked, picture: Picture, side: int) -> None:
    chosen, stage, unit, found = looked.chosen, looked.stage, looked.unit, looked.found
    steps = _way(chosen.key, stage.name, side, chosen.channels, chosen.model)
    data = _data(looked, picture, side) | _walk(steps, looked.cards, unit)

    number, shape, name = (found.map if found else -1), stage.shape[1:], stage.name
    units = {card.name: _same_place(stage, unit, card) for card in looked.cards}

    def unit_chosen() -> None:
        if chosen_unit := word(FIELD, "unit", cell(shape)):
            ADDRESS.set(unit=chosen_unit, map=number, layer=name)
            run_again(WHOLE)

    def layer_chosen() -> None:
        if layer := word(FIELD, "layer", one_of(units)):
            ADDRESS.set(layer=layer, map=-1, unit=units[layer])
            run_again(WHOLE)

    _mount(
        data=data, key=FIELD, on_unit_change=unit_chosen, on_layer_change=layer_chosen,
        height="content",
    )  # fmt: skip
    last = looked.cards[-1].name
    whole = _way(chosen.key, last, side, chosen.channels, chosen.model)
    _below(steps, whole if whole[: len(steps)] == steps else steps, stage, unit)


@kept
def _way(key: str, layer: str, side: int, channels: int, _model: nn.Module) -> list[Step]:
    return way_to(_model, layer, (1, channels, side, side))


def _below(steps: list[Step], whole: list[Step], stage: Stage, unit: tuple[int, int]) -> None:
    """The recurrence with today's numbers, and how the field grows with and without strides.

    Args:
        steps: up to the layer that is looked at.
        whole: on to the network's end, where the way there goes through that layer.
    """
    table, chart = st.columns([2.4, 1], gap="small")
    with table:
        found = recurrence_table(steps, stage.field, unit)
        st.html(f'<div class="cnnviz scroll" tabindex="0">{found}</div>')
    if len(whole) > 1:
        with chart, st.container(border=True):
            line_chart(_growth(whole, len(steps), stage.name), key="pooling_growth")


def _growth(steps: list[Step], here: int, name: str) -> Chart:
    """Pixels seen after each layer of the network, with its strides and as if all were 1.

    Args:
        steps: to its end.
        here: how many of them lead to the layer that is looked at, which is marked.
        name: of that layer.
    """
    sizes = [1, *(step.after[0].size for step in steps)]
    plain = [1, *(size[0] for size in without_strides(steps))]
    ends = [(0, "picture"), (len(steps), "last layer")]
    is_apart = 0.3 < here / len(steps) < 0.7  # else its name would stand over an end's
    title = f"{name}: {sizes[here]}"
    return Chart(
        title="Same kernels, longer jumps",
        note="pixels seen; dashed: every stride 1",
        lines=[
            Line(
                str(sizes[-1]),
                "amber",
                list(enumerate(sizes)),
                has_dots=len(steps) <= MOST_DOTS,
            ),
            Line(str(plain[-1]), "grey", list(enumerate(plain)), is_dashed=True),
        ],
        x_ticks=[ends[0], (here, title), ends[1]] if is_apart else ends,
        y_ticks=[(at, str(at)) for at in (0, round(max(sizes) / 2), max(sizes))],
        height=120,
        names_width=36,
        mark=here,
        alt=f"Pixels seen grow from 1 to {sizes[-1]} over {counted(len(steps), 'layer')} ({title});"
        f" with every stride 1 they would be {plain[-1]}.",
    )


def _same_place(stage: Stage, unit: tuple[int, int], other: Stage) -> tuple[int, int]:
    """The unit of another layer that looks at the same place."""
    extents = stage.field.extents
    assert extents is not None
    rows, columns = (float(middle(e, i)) for e, i in zip(extents, unit, strict=True))
    return nearest_unit(other.field, other.shape[1:], (rows, columns))


def _unit_or_middle(unit: tuple[int, int], shape: tuple[int, int]) -> tuple[int, int]:
    is_there = all(0 <= i < n for i, n in zip(unit, shape, strict=True))
    return unit if is_there else (shape[0] // 2, shape[1] // 2)


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


def _data(looked: Looked, picture: Picture, side: int) -> dict[str, Any]:
    cards, stage, unit, found = looked.cards, looked.stage, looked.unit, looked.found
    photo = pictures.encode_photo(shown(looked.chosen, picture.image, side))
    extents = stage.field.extents
    assert extents is not None
    box = _box(extents, unit)
    size = f"{box[2] - box[0]} × {box[3] - box[1]}"
    others = [card for card in cards if card.name != stage.name]
    return {
        "photo": media.url(photo.data, photo.mimetype, f"{FIELD}.photo"),
        "height": side,
        "width": side,
        "alt": f"{picture.alt}. The unit in {place_words(*unit)} of {stage.name} could see "
        f"{size} pixels, {lines_words('row', box[0], box[2])} and "
        f"{lines_words('column', box[1], box[3])}. The arrow keys move the unit.",
        "crop_alt": f"The {size} pixels that the unit could see, enlarged.",
        "cards": [
            _card(card, _same_place(stage, unit, card), card.name == stage.name) for card in cards
        ],
        "others": [_other(card, _same_place(stage, unit, card), size) for card in others],
        "unit": list(unit),
        "rows": _windows(extents[0], stage.shape[1]),
        "columns": _windows(extents[1], stage.shape[2]),
        "label": size,
        "words": [stage.field.reason or "Nothing outside can move it."],
        "why_not": looked.why_not,
        "caption": _caption(stage, found),
        "map_title": f"{stage.name}, map {found.map}" if found else stage.name,
        **_found(found, box, unit, stage),
    }


def _caption(stage: Stage, found: UnitFound | None) -> str:
    jumps = stage.field.jump
    apart = (
        f"One unit further is {' × '.join(map(str, dict.fromkeys(jumps)))} pixels. "
        if jumps
        else ""
    )
    if found is None:
        return apart
    core = found.core
    return f"{apart}Dashed: {core.height} × {core.width} pixels hold 90 % of the effect."


def _found(
    found: UnitFound | None, box: list[int], unit: tuple[int, int], stage: Stage
) -> dict[str, Any]:
    if found is None:
        return {"core": None, "gradient": None, "map": None}
    high = float(found.effect.max()) or 1.0
    low, top = pictures.ends(found.maps)
    low = min(low, 0.0)
    colours = css_gradient(SEQUENTIAL)
    picture = pictures.sequential_png(found.effect, 0, high)
    one_map = pictures.sequential_png(found.maps, low, top if top > low else low + 1)
    return {
        "core": _edges(found.core) if found.core.area else None,
        "gradient": {
            "url": media.url(picture, "image/png", f"{FIELD}.effect"),
            "high": pictures.nice_limit(high),
            "colours": colours,
            "profile": _profile(found.effect, box),
            "alt": f"How much each pixel moves the unit, from 0 to {high:.3g}; "
            f"{found.core.height} × {found.core.width} pixels hold 90 % of it.",
        },
        "map": {
            "url": media.url(one_map, "image/png", f"{FIELD}.map"),
            "low": pictures.nice_limit(low),
            "high": pictures.nice_limit(top),
            "colours": colours,
            "value": f"unit = {found.value:.4g}".replace("-", "−"),
            "alt": f"Map {found.map} of {stage.name}, {low:.3g} to {top:.3g}; the unit {unit} is "
            f"{found.value:.4g}.",
        },
    }


def _profile(effect: Tensor, box: list[int]) -> list[float]:
    """The effect of each column of the box, 0 outside the picture."""
    sums = effect.sum(dim=0).tolist()
    inside = range(len(sums))
    return [float(f"{sums[x]:.3g}") if x in inside else 0.0 for x in range(box[1], box[3])]


def _edges(box: Box) -> list[int]:
    return [box.top, box.left, box.bottom, box.right]


def _windows(extent: Extent, count: int) -> list[list[int]]:
    """First pixel and one after the last for every unit along an axis; equal where it sees none."""
    ends = (extent.at(i) for i in range(count))
    return [[first, last + 1] if first <= last else [0, 0] for first, last in ends]


def _box(extents: tuple[Extent, ...], unit: tuple[int, int]) -> list[int]:
    rows, columns = (_windows(e, i + 1)[i] for e, i in zip(extents, unit, strict=True))
    return [rows[0], columns[0], rows[1], columns[1]]


def _card(card: Stage, unit: tuple[int, int], is_chosen: bool) -> dict[str, Any]:
    extents, field = card.field.extents, card.field
    assert extents is not None
    size = size_words(field.size) if field.size else "varies"
    jump, offset = (_both(pair) for pair in (field.jump, field.offset))
    title = card.name.rpartition(".")[2] if card.name.count(".") > 1 else card.name
    return {
        "name": card.name,
        "title": title,
        "size": size,
        "jump": jump,
        "offset": offset,
        "box": _box(extents, unit),
        "chosen": is_chosen,
        "help": f"{card.name}: "
        + (field.reason or f"sees {size} pixels, jump {jump}, offset {offset}"),
    }


def _both(pair: tuple[Any, ...] | None) -> str:
    return " × ".join(str(one) for one in dict.fromkeys(pair or ())).replace("-", "−") or "–"


def _other(card: Stage, unit: tuple[int, int], size: str) -> dict[str, Any]:
    extents = card.field.extents
    assert extents is not None
    label = (
        str(card.field.size[0]) if card.field.size and f"{card.field.size[0]} ×" not in size else ""
    )
    return {"box": _box(extents, unit), "label": label}


def _walk(steps: list[Step], cards: list[Stage], unit: tuple[int, int]) -> dict[str, Any]:
    """The way down, map by map; the line says what is read of the maps that have a card."""
    frames = descent(steps, unit)
    if not frames:
        return {"walk": [], "walked": "No walk: a layer on the way reads no regular windows."}
    told = [
        {"label": f"{_cells(frame.cells)} cells of {frame.name}'s input" if i else "1 unit",
         "pixels": list(frame.pixels)}
        for i, frame in enumerate(frames)
    ]  # fmt: skip
    named = [card.field.extents for card in cards]
    below = zip(reversed(steps), frames[1:], strict=True)
    passed = [_cells(frame.cells) for step, frame in below if step.before in named]
    parts = [
        "1 unit",
        *(f"{cells} cells" for cells in passed),
        f"{_cells(frames[-1].cells)} pixels",
    ]
    return {"walk": told, "walked": "Walk down: " + " → ".join(parts)}


def _cells(cells: tuple[int, int]) -> str:
    return f"{cells[0]}²" if cells[0] == cells[1] else f"{cells[0]}×{cells[1]}"
