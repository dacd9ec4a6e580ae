"""Can I use the network on a picture of any size?"""

import streamlit as st

from cnnviz.fully_conv.class_map import field_of
from cnnviz.ui import page
from cnnviz.ui.fully_convolutional import map as map_view
from cnnviz.ui.fully_convolutional import size as size_view
from cnnviz.ui.fully_convolutional import surgery as surgery_view
from cnnviz.ui.fully_convolutional.address import ADDRESS, VIEWS
from cnnviz.ui.fully_convolutional.controls import (
    choose_layer,
    choose_network,
    known_network,
    least_slider,
    size_slider,
    skip_toggle,
    unheard,
    unit_sliders,
)
from cnnviz.ui.fully_convolutional.networks import cost_of, load_pair
from cnnviz.ui.fully_convolutional.views import PRESETS, TRY, WHY, script, show_numbers

ADDRESS.arrive()


@st.fragment
def explorer() -> None:
    """The whole page is one fragment: a drag repaints it and nothing else."""
    values = ADDRESS.values()
    page.header("Can I use the network on a picture of any size?", ADDRESS, {"Presets": PRESETS})
    main, more, right = page.stage_columns()
    with more:
        model = known_network(values)
    pair = load_pair(model)
    view = values.view
    with main:
        if view == "size":
            size_slider(values, "Picture, pixels a side", "Height and width of the input.")
        elif view == "surgery":
            unit_sliders(values, choose_layer(values), values.unit)
        else:
            least_slider(values)
            skip_toggle(pair)
    with more:
        choose_network(model)
        scene = map_view.choose_scene(values, pair) if view == "map" else None
        if scene:
            unheard(values, pair, map_view.silent(values, pair, scene.image))
        picture = scene.image if scene else size_view.choose_picture(values, pair, view)
    with right:
        page.view_bar(ADDRESS, VIEWS)
        if scene:
            map_view.show(values, pair, scene)
        elif view == "size":
            size_view.show(values, pair, picture)
        else:
            surgery_view.show(values, pair, picture)
        width, height = picture.size
        window, stride = field_of(pair.fully_conv)
        if min(width, height) >= window:
            show_numbers(cost_of(pair.name, height, width), height, width, window, stride)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    page.same_in_pytorch({"": script(values, pair, max(height, window), max(width, window))})
    ADDRESS.settle()


explorer()
