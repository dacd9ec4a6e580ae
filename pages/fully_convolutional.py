"""Can I use the network on a picture of any size?"""

import streamlit as st
from PIL.Image import Image
from streamlit.delta_generator import DeltaGenerator

from cnnviz.fully_conv.class_map import field_of
from cnnviz.ui import page
from cnnviz.ui.fully_convolutional import map as map_view
from cnnviz.ui.fully_convolutional import size as size_view
from cnnviz.ui.fully_convolutional import surgery as surgery_view
from cnnviz.ui.fully_convolutional.address import ADDRESS, VIEWS
from cnnviz.ui.fully_convolutional.controls import (
    CODE,
    LIVE,
    choose_layer,
    choose_network,
    known_network,
    least_slider,
    size_slider,
    skip_toggle,
    unheard,
    unit_sliders,
)
from cnnviz.ui.fully_convolutional.networks import Pair, cost_of, load_pair
from cnnviz.ui.fully_convolutional.views import PRESETS, TRY, WHY, script, show_numbers

ADDRESS.arrive()


@st.fragment
def explorer() -> None:
    """The whole page is one fragment; what follows the size is one of its own inside."""
    values = ADDRESS.values()
    page.header("Can I use the network on a picture of any size?", ADDRESS, {"Presets": PRESETS})
    main, more, right = page.stage_columns()
    with more:
        model = known_network(values)
    pair = load_pair(model)
    view = values.view
    with main:
        if view == "surgery":
            unit_sliders(values, choose_layer(values), values.unit)
        elif view == "map":
            least_slider(values)
            skip_toggle(pair)
    with more:
        choose_network(model)
        scene = map_view.choose_scene(values, pair) if view == "map" else None
        if scene:
            unheard(values, pair, map_view.silent(values, pair, scene.image))
        picture = scene.image if scene else size_view.choose_picture(pair)
    with right:
        page.view_bar(ADDRESS, VIEWS)
        if view == "size":
            live(main, pair, picture)
        elif scene:
            map_view.show(values, pair, scene)
            numbers(pair, picture.size)
        else:
            picture = size_view.walked_over(picture, pair)
            surgery_view.show(values, pair, picture)
            numbers(pair, picture.size)
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    code(pair, picture.size)
    ADDRESS.settle()


@st.fragment(key=LIVE)
def live(main: DeltaGenerator, pair: Pair, picture: Image) -> None:
    """What follows the size while it is dragged."""
    values = ADDRESS.values()
    with main:
        size_slider(values, "Picture, pixels a side", "Height and width of the input.")
    size_view.show(values, pair, size_view.at_size(picture, pair, values.size))
    numbers(pair, (values.size, values.size))


def numbers(pair: Pair, size: tuple[int, int]) -> None:
    """What a picture of this width and height costs, where it is large enough."""
    width, height = size
    window, stride = field_of(pair.fully_conv)
    if min(size) >= window:
        show_numbers(cost_of(pair.name, height, width), height, width, window, stride)


@st.fragment(key=CODE)
def code(pair: Pair, size: tuple[int, int]) -> None:
    """The script of this view, when the hand has come to rest."""
    values = ADDRESS.values()
    width, height = (values.size, values.size) if values.view == "size" else size
    window, _ = field_of(pair.fully_conv)
    page.same_in_pytorch({"": script(values, pair, max(height, window), max(width, window))})


explorer()
