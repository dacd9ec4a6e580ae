"""What did ten years of architectures buy, and at what cost?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.zoo import stage
from cnnviz.ui.zoo.address import ADDRESS, CODE, VIEWS, WHOLE
from cnnviz.ui.zoo.compare import compare
from cnnviz.ui.zoo.controls import choose_compared, filters, main_controls, shown_entries
from cnnviz.ui.zoo.foreseen import look_ahead
from cnnviz.ui.zoo.views import PRESETS, TRY, WHY, scripts

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def zoo() -> None:
    """The whole page is one fragment; what the filters change are fragments of their own inside."""
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
    with right:
        bar = page.view_bar(ADDRESS, VIEWS)
        if is_compare:
            compare(values)
        else:
            with bar:
                stage.newer_weights()
            stage.what_is_left()
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    if not is_compare:
        look_ahead()
    code()


@st.fragment(key=CODE)
def code() -> None:
    """The scripts of this view: the last of all that follows a filter."""
    values = ADDRESS.values()
    page.same_in_pytorch(scripts(values, shown_entries(values)))
    ADDRESS.settle()


zoo()
