"""Why not just connect every pixel to every neuron?"""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.ui import page
from cnnviz.ui.mlp import depth, matrix, neuron, shift, size
from cnnviz.ui.mlp.address import ADDRESS, VIEWS
from cnnviz.ui.mlp.controls import LIVE, WHOLE
from cnnviz.ui.mlp.scripts import scripts
from cnnviz.ui.mlp.views import PRESETS, TRY, WHY

SHOWN = {"neuron": neuron, "depth": depth, "size": size, "shift": shift, "matrix": matrix}

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page, drawn again when a control has changed or the hand rests."""
    values = ADDRESS.values()
    view = values.view
    page.header("Why not just connect every pixel to every neuron?", ADDRESS, {"Presets": PRESETS})
    main, more, right = page.stage_columns()
    with more:
        chosen = SHOWN[view].more_controls(values)
    with right:
        page.view_bar(ADDRESS, VIEWS)
        live(main, chosen)
    page.why(WHY[view])
    page.things_to_try(ADDRESS, TRY[view])
    page.same_in_pytorch(scripts(ADDRESS.values()))
    ADDRESS.settle()


@st.fragment(key=LIVE)
def live(main: DeltaGenerator, chosen: Any) -> None:
    """What follows the sliders while they are dragged: the picture and its numbers."""
    values = ADDRESS.values()
    shown = SHOWN[values.view]
    with main:
        shown.main_controls(values)
    shown.show(values, chosen)


explorer()
