"""One response view, of a case that is typed in."""

import json

import streamlit as st

from cnnviz.figures.pictures import photo
from cnnviz.ui.convolution.input_picture import input_picture
from cnnviz.ui.convolution.response import FilterResponse, response_view
from tests.support.response_case import case

query = json.loads(st.text_input("Case", "{}"))
factor = 1 + st.slider("Strength", 0, 5, 0)
chosen = case(query)

reports = "reports" in query
keep = st.session_state.__setitem__
response_view(
    FilterResponse(
        input_picture(chosen.picture, photo(chosen.picture[0]) if "normalised" in query else None),
        chosen.response * factor,
        chosen.settings,
        chosen.weight * factor,
        alt="Response of a random filter.",
        bias=chosen.bias * factor,
        title="random",
        cell=st.session_state.get("cell") if reports else None,
    ),
    key="response",
    on_pin=(lambda cell: keep("cell", cell)) if reports else None,
)
st.text(f"pinned {st.session_state.get('cell')}")
st.text(f"ran with strength {factor}")
