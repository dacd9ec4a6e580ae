"""Which pixels speak for a class, and can I believe the picture?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.heatmaps import stage
from cnnviz.ui.heatmaps.address import ADDRESS, VIEWS, Values
from cnnviz.ui.heatmaps.belief import belief
from cnnviz.ui.heatmaps.change.kinds import choose_kind, show_change
from cnnviz.ui.heatmaps.controls import choose_subject
from cnnviz.ui.heatmaps.scripts import scripts
from cnnviz.ui.heatmaps.subject import Subject, asked_anew
from cnnviz.ui.heatmaps.views import PRESETS, TRY, WHY
from cnnviz.ui.weights.suited import suit

ADDRESS.arrive()


@st.fragment(key=stage.WHOLE)
def explorer() -> None:
    """The whole page is one fragment; what follows a question are fragments of their own inside."""
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
            if values.view in stage.MAPS:
                stage.slow_work(subject)
            elif values.view == "change":
                choose_kind()
        if values.view in stage.MAPS:
            stage.answer(subject, ADDRESS.values())
        else:
            other_view(values, subject)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    code(subject)


def other_view(values: Values, subject: Subject) -> None:
    """Whether to believe the maps, or what happens to them when the picture changes."""
    with page.stage():
        if values.view == "belief":
            belief(values, subject)
        else:
            show_change(values, subject)
    if values.view == "belief":
        stage.explain_method(values, subject)
    stage.show_numbers(subject)


@st.fragment(key=stage.CODE)
def code(subject: Subject) -> None:
    """The scripts of this view: the last of all that follows a question."""
    values = ADDRESS.values()
    page.same_in_pytorch(scripts(values, asked_anew(subject, values)))
    ADDRESS.settle()


explorer()
