"""Which pixels speak for a class, and can I believe the picture?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.heatmaps import stage
from cnnviz.ui.heatmaps.address import ADDRESS, VIEWS
from cnnviz.ui.heatmaps.belief import belief
from cnnviz.ui.heatmaps.change.kinds import choose_kind, show_change
from cnnviz.ui.heatmaps.controls import choose_subject
from cnnviz.ui.heatmaps.scripts import scripts
from cnnviz.ui.heatmaps.views import PRESETS, TRY, WHY
from cnnviz.ui.weights.suited import suit

ADDRESS.arrive()


@st.fragment(key=stage.WHOLE)
def explorer() -> None:
    """The whole page is one fragment; the maps are one of their own inside."""
    suit(ADDRESS)
    values = ADDRESS.values()
    page.header(
        "Which pixels speak for a class, and can I believe the picture?",
        ADDRESS,
        {"Presets": PRESETS},
        note="The address of this page is this view; a picture of your own is not part of it",
    )
    *controls, right = page.columns_with_pad()
    subject = choose_subject(values, *controls)
    with right:
        with page.view_bar(ADDRESS, VIEWS):
            if values.view in ("maps", "large"):
                stage.slow_work(subject)
            elif values.view == "change":
                choose_kind()
        with page.stage():
            if values.view == "belief":
                belief(values, subject)
            elif values.view == "change":
                show_change(values, subject)
            else:
                stage.show_maps(subject)
        if values.view != "change":
            stage.explain_method(values, subject)
        stage.show_numbers(subject)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    page.same_in_pytorch(scripts(values, subject))
    ADDRESS.settle()


explorer()
