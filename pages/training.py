"""How do the filters get there?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.training.address import ADDRESS
from cnnviz.ui.training.controls import LIVE, WHOLE, controls
from cnnviz.ui.training.live import show_live
from cnnviz.ui.training.views import PRESETS, TRY, WHY
from cnnviz.ui.training.visitors import know_again

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page, drawn again when a control has changed."""
    values = ADDRESS.values()
    page.header(
        "How do the filters get there?",
        ADDRESS,
        {"Presets": PRESETS},
        note="The address of this page says how to train; a run itself is yours alone",
    )
    know_again()
    controls(values)
    live()
    page.why(WHY[values.view])
    page.things_to_try(ADDRESS, TRY)
    ADDRESS.settle()


@st.fragment(key=LIVE)
def live() -> None:
    """What follows the run while it goes on."""
    show_live(ADDRESS.values())


explorer()
