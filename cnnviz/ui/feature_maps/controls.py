"""The controls of the feature maps page: what is looked at, and which map and cell of it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.ui import page
from cnnviz.ui.feature_maps.address import ADDRESS, NUMBER, SUM, VIEWS, Values
from cnnviz.ui.feature_maps.map_sheet import map_sheet, scale_switch, statistics_of
from cnnviz.ui.feature_maps.one_map import number_fields, show_lens
from cnnviz.ui.feature_maps.seen import Seen, choose_seen, chosen_map, maps_of, today
from cnnviz.ui.feature_maps.whole import switches

WITH_PAD = ("maps", "map", "off")  # views in which a drawn digit and what it does stand together


def places(
    values: Values,
) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Places for the network, for the main controls, the others, and the picture.

    On a phone the main controls stay at the top of the screen. The whole network takes all.
    """
    if values.view in WITH_PAD:
        return page.columns_with_pad()
    if values.view != "overview":
        main, more, right = page.stage_columns()
        return main, main, more, right
    bar = page.view_bar(ADDRESS, VIEWS)
    main = bar.container(key="overview_network", width=190)
    more = bar.popover("Picture", help="The picture it looks at, and its size.")
    with bar.popover("Show", help="Which maps stand first, and their colour scale."):
        switches()
    return main, main, more, st.container()


def choose(
    values: Values, first: DeltaGenerator, main: DeltaGenerator, more: DeltaGenerator
) -> Seen:
    """Network, picture and size; in views of one map its number and cell as well.

    Under the microscope the map itself stands first: on a phone it stays in reach of the sums.
    """
    numbers = more.container(key="map_numbers")
    seen = choose_seen(values, first, main if values.view in WITH_PAD else more, more)
    if values.view == "microscope":
        with main:
            _picker(values, seen)
    with numbers:
        if values.view == "maps":
            _number_of_the_map(seen)
        elif values.view in ("map", "microscope", "wants"):
            number_fields(values, seen, with_cell=values.view != "wants")
    if values.view not in ("filters", "overview", "wants", "trace"):
        with more:
            scale_switch()
    return seen


@st.fragment(key=NUMBER)
def _number_of_the_map(seen: Seen) -> None:
    """It follows the layer, which says how many maps there are."""
    values = ADDRESS.values()
    number_fields(values, today(values, seen), with_cell=False)


def _picker(values: Values, seen: Seen) -> None:
    """The chosen map, to pick a cell of it; where maps have one cell each, all of them."""
    count, height, width = maps_of(seen).shape
    if height * width > 1:
        show_lens(values, seen, "map", key="feature_maps_picker", live=SUM)
        return
    map_sheet(
        seen,
        list(range(count)),
        statistics_of(seen),
        key="feature_maps_features",
        selected=chosen_map(values, seen),
        noun="features",
        on_select=lambda channel: ADDRESS.set(map=channel, cell=(-1, -1), read=-1),
    )
