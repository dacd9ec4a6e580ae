"""How does a network come to see the whole picture?"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.pooling.refusal import refusal
from cnnviz.ui import page
from cnnviz.ui.pictures import Picture
from cnnviz.ui.pooling import cost, field, grid, shift
from cnnviz.ui.pooling.address import ADDRESS, CODE, LIVE, VIEWS, WHOLE, settings_from
from cnnviz.ui.pooling.controls import grid_controls, operation_control, sliders, switches
from cnnviz.ui.pooling.numbers import show_numbers, show_problem
from cnnviz.ui.pooling.scripts import scripts
from cnnviz.ui.pooling.views import PRESETS, TRY, WHY

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page, drawn again when a control has changed or the hand rests."""
    values = ADDRESS.values()
    page.header("How does a network come to see the whole picture?", ADDRESS, {"Presets": PRESETS})
    main, more, right = page.stage_columns()
    with more:
        picture = shift.controls(values) if values.view == "shift" else None
        if values.view == "grid":
            switches(values)
            grid_controls(values)
    with right:
        page.view_bar(ADDRESS, VIEWS)
        looked = field.show(values, more) if values.view == "field" else live(main, picture)
    page.why(WHY[values.view])
    page.things_to_try(ADDRESS, TRY)
    code(looked)
    ADDRESS.settle()


@st.fragment(key=LIVE)
def live(main: DeltaGenerator, picture: Picture | None) -> None:
    """What follows the sliders while they are dragged: the picture and its numbers."""
    values = ADDRESS.values()
    if values.view == "cost":
        with main:
            cost.cost_sliders(values)
        cost.show(values)
        return
    if picture is not None:
        with main:
            shift.sliders(values)
        shift.show(values, picture)
        shift.charts(values, picture)
        return
    with main:
        operation_control()
        sliders(values)
    settings = settings_from(values)
    if found := refusal(settings):
        show_problem(settings, found)
    else:
        grid.show(values, settings)
        show_numbers(settings)


@st.fragment(key=CODE)
def code(looked: field.Looked | None) -> None:
    """The scripts of this view, when the hand has come to rest."""
    page.same_in_pytorch(scripts(ADDRESS.values(), looked))


explorer()
