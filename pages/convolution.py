"""What do kernel size, stride, padding and dilation do?"""

import streamlit as st

from cnnviz.convolution import problem
from cnnviz.ui import convolution_stage as stage
from cnnviz.ui import page
from cnnviz.ui.convolution_controls import (
    ADDRESS,
    OF_THE_PICTURE,
    VIEWS,
    main_sliders,
    more_controls,
    settings_from,
)
from cnnviz.ui.convolution_kernel import kernel_controls, kernel_story
from cnnviz.ui.convolution_numbers import show_numbers, show_problem
from cnnviz.ui.convolution_picture import choose_picture, picture_layer, picture_switches
from cnnviz.ui.convolution_scripts import scripts
from cnnviz.ui.convolution_views import PRESETS, TRY, WHY

ADDRESS.arrive()


@st.fragment
def explorer() -> None:
    """The whole page is one fragment: a drag repaints it and nothing else."""
    values = ADDRESS.values()
    page.header(
        "What do kernel size, stride, padding and dilation do?", ADDRESS, {"Presets": PRESETS}
    )
    main, more, right = page.stage_columns()
    with main:
        main_sliders(values)
    with more:
        kernel_controls(values)
        shown = choose_picture(values) if values["view"] != "grid" else None
        more_controls(values)
    layer = picture_layer(values, shown) if shown else settings_from(values)
    with right:
        with page.view_bar(VIEWS):
            if shown:
                picture_switches(values)
        impossible = problem(layer, fixed=OF_THE_PICTURE if shown else ())
        if impossible:
            show_problem(impossible)
        else:
            stage.show(values, layer, shown)
            show_numbers(layer)
            kernel_story(values)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    if not impossible:
        page.same_in_pytorch(scripts(values, layer, shown))


explorer()
