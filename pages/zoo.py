"""What did ten years of architectures buy, and at what cost?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.zoo import stage
from cnnviz.ui.zoo.address import ADDRESS, VIEWS
from cnnviz.ui.zoo.compare import compare
from cnnviz.ui.zoo.controls import choose_compared, filters, main_controls, shown_entries
from cnnviz.ui.zoo.foreseen import look_ahead
from cnnviz.ui.zoo.views import PRESETS, TRY, WHY, scripts

ADDRESS.arrive()


@st.fragment
def zoo() -> None:
    """The whole page is one fragment: a filter repaints it and nothing else."""
    values = ADDRESS.values()
    page.header(
        "What did ten years of architectures buy, and at what cost?", ADDRESS, {"Presets": PRESETS}
    )
    main, more, right = page.stage_columns()
    is_compare = values.view == "compare"
    if is_compare:
        with main:
            choose_compared()
    else:
        with main:
            main_controls()
        with more:
            filters()
    entries = shown_entries(values)
    with right:
        bar = page.view_bar(ADDRESS, VIEWS)
        if is_compare:
            compare(values)
        elif not entries:
            stage.nothing_left()
        else:
            with bar:
                stage.newer_weights(entries)
            stage.picture(values, entries)
            stage.the_four()
            page.live_numbers(stage.numbers_of_the_chart(entries), key=stage.NUMBERS)
            stage.table(entries)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    page.same_in_pytorch(scripts(values, entries))
    if not is_compare:
        look_ahead(values)
    ADDRESS.settle()


zoo()
