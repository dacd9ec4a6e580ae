"""Can I use the network on a picture of any size?"""

from collections.abc import Callable, Mapping

import streamlit as st
from PIL.Image import Image
from streamlit.delta_generator import DeltaGenerator

from cnnviz.fully_conv.class_map import field_of
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.ui import page
from cnnviz.ui.fully_convolutional import map as map_view
from cnnviz.ui.fully_convolutional import size as size_view
from cnnviz.ui.fully_convolutional import surgery as surgery_view
from cnnviz.ui.fully_convolutional.address import ADDRESS, VIEWS, Values
from cnnviz.ui.fully_convolutional.controls import (
    CODE,
    LIVE,
    PHOTO,
    WHOLE,
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
from cnnviz.ui.fully_convolutional.photo import map as photo_map
from cnnviz.ui.fully_convolutional.photo import size as photo_size
from cnnviz.ui.fully_convolutional.photo import surgery as photo_surgery
from cnnviz.ui.fully_convolutional.photo import words as photo_words
from cnnviz.ui.fully_convolutional.photo.controls import choose_class, live_controls
from cnnviz.ui.fully_convolutional.photo.seen import Seen, at_side
from cnnviz.ui.fully_convolutional.views import PRESETS, TRY, WHY, numbers_of, script
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.weights.suited import suit

Columns = tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]
PHOTO_VIEWS: Mapping[str, Callable[[Values, Seen], None]] = {
    "map": photo_map.show,
    "size": photo_size.show,
    "surgery": photo_surgery.show,
}

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page is one fragment; what follows the size is one of its own inside."""
    suit(ADDRESS, with_digit={"source": "picture", "size": 40})
    values = ADDRESS.values()
    page.header("Can I use the network on a picture of any size?", ADDRESS, {"Presets": PRESETS})
    columns = page.stage_columns()
    with columns[1]:
        model = known_network(values)
    if model in PHOTOGRAPHS:
        whole_photo(values, model, columns)
    else:
        with_lenet(values, model, columns)
    ADDRESS.settle()


def with_lenet(values: Values, model: str, columns: Columns) -> None:
    """LeNet and its twin over a canvas or a picture."""
    main, more, right = columns
    pair = load_pair(model)
    ADDRESS.only(class_idx=None if values.class_idx < len(pair.classes) else "classes 0 to 9")
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


def whole_photo(values: Values, model: str, columns: Columns) -> None:
    """A network for photos over a whole photo."""
    main, more, right = columns
    sliders, classes = main.container(), main.container()  # a thousand classes follow no hand
    with more:
        choose_network(model)
        picture = picture_chooser(ADDRESS)
    with right:
        page.view_bar(ADDRESS, VIEWS)
        live_photo(sliders, model, picture)
        if values.view == "size":
            photo_size.at_each_size(seen_now(model, picture))
        photo_words.show_numbers(seen_now(model, picture))
    if values.view != "size":
        with classes:
            choose_class(seen_now(model, picture))
    page.why(photo_words.WHY)
    page.things_to_try(ADDRESS, TRY)
    seen = seen_now(model, picture)
    page.same_in_pytorch({"": photo_words.script(ADDRESS.values(), seen)})


def seen_now(model: str, picture: Picture) -> Seen:
    """The photo at today's size."""
    return Seen(model, picture, at_side(picture, ADDRESS.values().side))


@st.fragment(key=PHOTO)
def live_photo(sliders: DeltaGenerator, model: str, picture: Picture) -> None:
    """What follows the size of the photo while it is dragged."""
    values, seen = ADDRESS.values(), seen_now(model, picture)
    foresee = photo_map.foreseen(values, seen) if values.view == "map" else None
    with sliders:
        live_controls(values, picture, lambda: run_again(WHOLE), foresee)
    PHOTO_VIEWS[values.view](values, seen)


@st.fragment(key=LIVE)
def live(main: DeltaGenerator, pair: Pair, picture: Image) -> None:
    """What follows the size while it is dragged."""
    values = ADDRESS.values()
    with main:
        foresee = size_view.foreseen(values, pair, picture)
        size_slider(values, "Picture, pixels a side", "Height and width of the input.", foresee)
    size_view.show(values, pair, picture)


def numbers(pair: Pair, size: tuple[int, int]) -> None:
    """What a picture of this width and height costs, where it is large enough."""
    width, height = size
    window, stride = field_of(pair.fully_conv)
    if min(size) >= window:
        cost = cost_of(pair.name, height, width)
        page.numbers(*numbers_of(cost, height, width, window, stride))


@st.fragment(key=CODE)
def code(pair: Pair, size: tuple[int, int]) -> None:
    """The script of this view, when the hand has come to rest."""
    values = ADDRESS.values()
    width, height = (values.size, values.size) if values.view == "size" else size
    window, _ = field_of(pair.fully_conv)
    page.same_in_pytorch({"": script(values, pair, max(height, window), max(width, window))})


explorer()
