"""Which pixels speak for a class, and can I believe the picture?"""

import streamlit as st

from cnnviz.ui import heatmap_stage as stage
from cnnviz.ui import page
from cnnviz.ui.heatmap_controls import ADDRESS, choose_subject
from cnnviz.ui.heatmap_scripts import script
from cnnviz.ui.heatmap_views import PRESETS, TRY, WHY

ADDRESS.arrive()


@st.fragment
def explorer() -> None:
    """The whole page is one fragment."""
    values = ADDRESS.values()
    page.header(
        "Which pixels speak for a class, and can I believe the picture?",
        ADDRESS,
        {"Presets": PRESETS},
        note="The address of this page is this view; a picture of your own is not part of it",
    )
    main, _, right = page.stage_columns()
    with main:
        subject = choose_subject(values)
    with right:
        with page.stage():
            stage.side_by_side(values, subject)
        stage.chosen_method(values)
        page.numbers(stage.strip(subject, values))
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    page.same_in_pytorch({"The chosen heatmap": script(values, subject)})


explorer()
