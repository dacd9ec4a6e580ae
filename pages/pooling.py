"""How does a network come to see the whole picture?"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.pooling.refusal import refusal
from cnnviz.ui import page
from cnnviz.ui.pictures import Picture
from cnnviz.ui.pooling import cost, field, grid, picture, shift
from cnnviz.ui.pooling.address import ADDRESS, CODE, LIVE, VIEWS, WHOLE, Values, settings_from
from cnnviz.ui.pooling.ahead import ahead_of_the_hand
from cnnviz.ui.pooling.controls import (
    OF_THE_PICTURE,
    grid_controls,
    operation_control,
    sliders,
    switches,
)
from cnnviz.ui.pooling.numbers import show_numbers, show_problem
from cnnviz.ui.pooling.scripts import field_scripts, scripts
from cnnviz.ui.pooling.views import PRESETS, TRY, WHY
from cnnviz.ui.weights.suited import suit

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page, drawn again when a control has changed or the hand rests."""
    suit(ADDRESS, "network", for_digits="")
    values = ADDRESS.values()
    page.header("How does a network come to see the whole picture?", ADDRESS, {"Presets": PRESETS})
    main, more, right = page.stage_columns()
    with more:
        chosen = picture_controls(values)
        if values.view in ("grid", "picture"):
            switches(values)
        if values.view == "grid":
            grid_controls(values)
    with right:
        page.view_bar(ADDRESS, VIEWS)
        told = {}
        if values.view == "field":
            told = field_scripts(values, field.show(values, more))
        else:
            live(main, chosen)
    page.why(WHY[values.view])
    page.things_to_try(ADDRESS, TRY)
    code(chosen, told)
    ADDRESS.settle()


def picture_controls(values: Values) -> Picture | None:
    """The picture, in the views that have one of their own."""
    if values.view == "shift":
        return shift.controls(values)
    return picture.controls() if values.view == "picture" else None


@st.fragment(key=LIVE)
def live(main: DeltaGenerator, chosen: Picture | None) -> None:
    """What follows the sliders while they are dragged: the picture and its numbers."""
    values = ADDRESS.values()
    if values.view == "cost":
        with main:
            cost.cost_sliders(values)
        cost.show(values)
    elif values.view == "shift" and chosen:
        with main:
            shift.sliders(values)
        shift.show(values, chosen)
        shift.charts(values, chosen)
    else:
        layer_view(values, main, chosen)


def layer_view(values: Values, main: DeltaGenerator, chosen: Picture | None) -> None:
    """The layer on the grid or on a picture, or why it cannot be."""
    with main:
        operation_control()
        sliders(values, ahead_of_the_hand(values, chosen))
    settings = picture.layer_of(values, chosen) if chosen else settings_from(values)
    if found := refusal(settings):
        show_problem(settings, found, fixed=OF_THE_PICTURE if chosen else ())
        return
    if chosen:
        picture.show(values, settings, chosen)
    else:
        grid.show(values, settings)
    show_numbers(settings)


@st.fragment(key=CODE)
def code(chosen: Picture | None, told: dict[str, str]) -> None:
    """The scripts of this view, when the hand has come to rest."""
    page.same_in_pytorch(told or scripts(ADDRESS.values(), chosen))


explorer()
