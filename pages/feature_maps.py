"""What does each layer see?"""

import streamlit as st

from cnnviz.ui import feature_map_stage as stage
from cnnviz.ui import page
from cnnviz.ui.feature_map_controls import ADDRESS, choose_seen
from cnnviz.ui.feature_map_views import PRESETS, TRY, WHY, script

ADDRESS.arrive()


@st.fragment
def explorer() -> None:
    """The whole page is one fragment."""
    values = ADDRESS.values()
    page.header(
        "What does each layer see?",
        ADDRESS,
        {"Presets": PRESETS},
        note="The address of this page is this view; a picture of your own is not part of it",
    )
    main, _, right = page.stage_columns()
    with main:
        seen = choose_seen(values)
    with right:
        stage.strip(seen)
        statistics = stage.statistics_of(seen)
        with page.stage():
            stage.all_maps(values, seen, statistics)
            stage.order_bar(statistics)
        with st.container(border=True):
            stage.one_map(values, seen)
        page.numbers(stage.numbers(seen, statistics))
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    page.same_in_pytorch({"These maps": script(values, seen)})


explorer()
