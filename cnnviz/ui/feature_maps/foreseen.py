"""The strip of layers, and what the next ones lead to, computed when a hand comes near it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from cnnviz.activations import Layer
from cnnviz.ui.feature_maps.address import ADDRESS, STRIP, Values
from cnnviz.ui.feature_maps.all_maps import MOSAIC, all_maps_ahead
from cnnviz.ui.feature_maps.map_sheet import NUMBERS, numbers_of
from cnnviz.ui.feature_maps.seen import Seen, is_pass_large, today
from cnnviz.ui.feature_maps.strip import near_layers, of_layer, strip, strip_data
from cnnviz.ui.foresight.views import Foreseen, View, views_of

_IS_NEAR = "feature_maps_is_near"


@st.fragment(key=STRIP)
def show_strip(seen: Seen) -> None:
    """The strip; a hand that comes near it runs nothing else."""
    seen = today(ADDRESS.values(), seen)
    strip(seen, _foreseen(seen), on_near=_note_hand)


def _note_hand() -> None:
    st.session_state[_IS_NEAR] = True


def _foreseen(seen: Seen) -> Foreseen:
    """The maps of the next layers, where a hand has just come near."""
    values, is_near = ADDRESS.values(), st.session_state.pop(_IS_NEAR, False)
    if values.view != "maps" or is_pass_large(seen):
        return Foreseen(None)
    others = ADDRESS.query_of(replace(values, **of_layer("")))
    context = f"{seen.key} {seen.picture.digest} {others}"
    if not is_near:
        return Foreseen(context)
    near = {layer.name: layer for layer in near_layers(seen)}
    return Foreseen(context, views_of(near, lambda name: _view(values, seen, near[name])))


def _view(values: Values, seen: Seen, layer: Layer) -> View:
    then, asked = replace(seen, layer=layer), replace(values, **of_layer(layer.name))
    return {
        MOSAIC: all_maps_ahead(asked, then),
        STRIP: strip_data(then),
        NUMBERS: {"html": numbers_of(then)},
    }
