"""What does each layer see?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.feature_maps import stage
from cnnviz.ui.feature_maps.address import ADDRESS, CODE, VIEWS, WHOLE
from cnnviz.ui.feature_maps.controls import choose, places
from cnnviz.ui.feature_maps.foreseen import show_strip
from cnnviz.ui.feature_maps.scripts import scripts
from cnnviz.ui.feature_maps.seen import Seen, today
from cnnviz.ui.feature_maps.views import PRESETS, TRY, WHY
from cnnviz.ui.weights.suited import suit

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page is one fragment; what follows a moving hand is one of its own inside."""
    if not ADDRESS.values().network:  # one from the page that builds them stays
        suit(ADDRESS)
    values = ADDRESS.values()
    page.header(
        "What does each layer see?",
        ADDRESS,
        {"Presets": PRESETS},
        note="The address of this page is this view; a picture of your own is not part of it",
    )
    *controls, right = places(values)
    seen = choose(values, *controls)
    with right:
        if values.view != "overview":
            show_strip(seen)
            page.view_bar(ADDRESS, VIEWS)
        stage.show(values, seen)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    code(seen)


@st.fragment(key=CODE)
def code(seen: Seen) -> None:
    """The scripts of this view: the last of all that follows a layer."""
    values = ADDRESS.values()
    page.same_in_pytorch(scripts(values, today(values, seen)))
    ADDRESS.settle()


explorer()
