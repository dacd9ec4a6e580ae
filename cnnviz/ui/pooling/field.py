"""The receptive field of a unit: what it could see, what moves it, and how that comes about."""

from __future__ import annotations

from typing import Any

import streamlit as st
from numpy.typing import ArrayLike
from torch import nn

from cnnviz.counting import counted
from cnnviz.figures.receptive import recurrence_table
from cnnviz.pooling.field import Fields, Stage, Step, spatial_layers, way_to, without_strides
from cnnviz.ui import page
from cnnviz.ui.address import no_number, no_place
from cnnviz.ui.charts.line_chart import Chart, Line, line_chart
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.pooling.address import ADDRESS, SIDES, WHOLE, Values
from cnnviz.ui.pooling.field_data import FIELD, seen_data, walk_data
from cnnviz.ui.pooling.looked import Looked, look, same_place
from cnnviz.ui.pooling.subject import SHIPPED, STACK, names
from cnnviz.ui.sent import cell, one_of, stands_at, word
from cnnviz.ui.taking.offers import offer_numbers
from cnnviz.ui.weights.asked import forget

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
        on_change=forget,
        args=(ADDRESS, ("layer", "map", "unit")),
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


def _field(looked: Looked, picture: Picture, side: int) -> None:
    chosen, stage, unit, found = looked.chosen, looked.stage, looked.unit, looked.found
    steps = _way(chosen.key, stage.name, side, chosen.channels, chosen.model)
    data = seen_data(looked, picture, side) | walk_data(steps, looked.cards, unit)

    number, shape, name = (found.map if found else -1), stage.shape[1:], stage.name
    units = {card.name: same_place(stage, unit, card) for card in looked.cards}

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
