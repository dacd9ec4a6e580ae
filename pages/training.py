"""How do the filters get there?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.training.address import ADDRESS
from cnnviz.ui.training.controls import LIVE, WHOLE
from cnnviz.ui.training.scripts import scripts
from cnnviz.ui.training.stage import CONTROLS, SHOWN
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
    CONTROLS[values.view](values)
    live()
    page.why(WHY[values.view])
    page.things_to_try(ADDRESS, TRY)
    page.same_in_pytorch(scripts(ADDRESS.values()))
    ADDRESS.settle()


@st.fragment(key=LIVE)
def live() -> None:
    """What follows the run while it goes on."""
    values = ADDRESS.values()
    SHOWN[values.view](values)


explorer()
