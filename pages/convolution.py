"""What do kernel size, stride, padding and dilation do?"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.convolution.layer import problem
from cnnviz.ui import page
from cnnviz.ui.convolution import stage
from cnnviz.ui.convolution.address import ADDRESS, VIEWS
from cnnviz.ui.convolution.ahead import ahead_of_the_hand
from cnnviz.ui.convolution.controls import (
    CODE,
    LIVE,
    MOST,
    OF_THE_PICTURE,
    REST,
    WHOLE,
    check_places,
    main_sliders,
)
from cnnviz.ui.convolution.folded import more_controls
from cnnviz.ui.convolution.kernel import input_controls, kernel_controls, kernel_story
from cnnviz.ui.convolution.numbers import show_numbers, show_problem, show_small_kernels
from cnnviz.ui.convolution.picture import (
    choose_picture,
    layer_in_view,
    picture_switches,
    prepared,
)
from cnnviz.ui.convolution.scripts import scripts
from cnnviz.ui.convolution.small_kernels import small_kernels
from cnnviz.ui.convolution.views import PRESETS, TRY, WHY
from cnnviz.ui.pictures import Picture

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page, drawn again when a control has changed or the hand rests."""
    if ADDRESS.values().view == "grid":
        check_places(ADDRESS.values())
    values = ADDRESS.values()
    page.header(
        "What do kernel size, stride, padding and dilation do?", ADDRESS, {"Presets": PRESETS}
    )
    main, more, right = page.stage_columns()
    with more:
        if values.view != "channels":
            kernel_controls(values)
        if values.view == "grid":
            input_controls(values)
        picture = choose_picture(values)
        more_controls(values)
    with right:
        with page.view_bar(ADDRESS, VIEWS):
            picture_switches(values)
        live(main, picture)
        rest(picture)
        if values.view != "channels":
            kernel_story(values)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    code(picture)
    ADDRESS.settle()


@st.fragment(key=LIVE)
def live(main: DeltaGenerator, picture: Picture | None) -> None:
    """What follows the sliders while they are dragged: the picture and its numbers."""
    values = ADDRESS.values()
    shown = prepared(values, picture)
    layer = layer_in_view(values, shown)
    with main:
        main_sliders(values, ahead_of_the_hand(values, shown))
    if impossible := problem(layer, fixed=OF_THE_PICTURE if shown else (), most=MOST):
        show_problem(impossible, layer)
    else:
        stage.show(values, layer, shown)
        show_numbers(layer)
        show_small_kernels(layer)


@st.fragment(key=REST)
def rest(picture: Picture | None) -> None:
    """Pictures beside the main one, when the hand has come to rest."""
    small_kernels(ADDRESS.values(), picture)


@st.fragment(key=CODE)
def code(picture: Picture | None) -> None:
    """The scripts of this view, when the hand has come to rest."""
    page.same_in_pytorch(scripts(ADDRESS.values(), picture))


explorer()
