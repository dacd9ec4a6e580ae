"""Why not just connect every pixel to every neuron?"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.ui import page
from cnnviz.ui.mlp import matrix, neuron, size
from cnnviz.ui.mlp.address import ADDRESS, VIEWS
from cnnviz.ui.mlp.controls import LIVE, WHOLE
from cnnviz.ui.mlp.scripts import scripts
from cnnviz.ui.mlp.views import PRESETS, TRY, WHY

SHOWN = {"neuron": neuron, "size": size, "matrix": matrix}

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page, drawn again when a control has changed or the hand rests."""
    values = ADDRESS.values()
    view = values.view
    page.header("Why not just connect every pixel to every neuron?", ADDRESS, {"Presets": PRESETS})
    main, more, right = page.stage_columns()
    with more:
        SHOWN[view].more_controls(values)
    with right:
        page.view_bar(ADDRESS, VIEWS)
        live(main)
    page.why(WHY[view])
    page.things_to_try(ADDRESS, TRY[view])
    page.same_in_pytorch(scripts(ADDRESS.values()))
    ADDRESS.settle()


@st.fragment(key=LIVE)
def live(main: DeltaGenerator) -> None:
    """What follows the sliders while they are dragged: the picture and its numbers."""
    values = ADDRESS.values()
    shown = SHOWN[values.view]
    with main:
        shown.main_controls(values)
    shown.show(values)


explorer()
