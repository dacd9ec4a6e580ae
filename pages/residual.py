"""Why do skip connections let networks be deep?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.residual.address import ADDRESS, VIEWS
from cnnviz.ui.residual.block import CODE
from cnnviz.ui.residual.identity import WHOLE
from cnnviz.ui.residual.places import Places
from cnnviz.ui.residual.stage import Scripts, show
from cnnviz.ui.residual.views import PRESETS, TRY, WHY

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page is one fragment."""
    values = ADDRESS.values()
    page.header(
        "Why do skip connections let networks be deep?",
        ADDRESS,
        {"Presets": PRESETS},
        note="The address of this page is this view; a picture of your own is not part of it",
    )
    main, more, right = page.stage_columns()
    with right:
        bar = page.view_bar(ADDRESS, VIEWS)
    scripts = show(values, Places(main, more, bar, right))
    page.why(WHY[values.view])
    page.things_to_try(ADDRESS, TRY)
    code(scripts)
    ADDRESS.settle()


@st.fragment(key=CODE)
def code(scripts: Scripts) -> None:
    """The scripts of this view, when the hand has come to rest."""
    page.same_in_pytorch(scripts())


explorer()
