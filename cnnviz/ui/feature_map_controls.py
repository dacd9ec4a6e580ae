"""The controls of the feature maps page: what is looked at, and which map and cell of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.ui.feature_map_mosaic import scale_switch
from cnnviz.ui.feature_map_one import number_fields, show_lens
from cnnviz.ui.feature_map_seen import Seen, choose_seen


def choose(values: Mapping[str, Any], main: DeltaGenerator, more: DeltaGenerator) -> Seen:
    """Network, picture and size; in views of one map its number and cell as well.

    Under the microscope the map itself stands first: on a phone it stays in reach of the sums.
    """
    with more:
        seen = choose_seen(values)
        if values["view"] != "filters":
            scale_switch()
    if values["view"] == "microscope":
        with main:
            show_lens(values, seen, "map", key="feature_maps_picker", is_live=True)
    if values["view"] in ("map", "microscope"):
        with more if values["view"] == "map" else main, st.container(key="map_numbers"):
            number_fields(values, seen)
    return seen
