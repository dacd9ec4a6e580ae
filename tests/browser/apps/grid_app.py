"""A page with nothing but the grid; settings come from the address, what it hears is written down."""

import json

import streamlit as st
import torch

from cnnviz.convolution_settings import ConvSettings
from cnnviz.ui.grid import conv_grid
from cnnviz.worked_example import worked_example

st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
st.html("<style>.stMainBlockContainer { padding: 1rem; }</style>")
given = json.loads(st.query_params.get("given", "{}"))
given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
card = {name: given.pop(name, None) for name in ("width_px", "weight", "label", "pinned", "bias_value")}
state = st.session_state
state.setdefault("weights", card["weight"])
state.setdefault("channel", 0)
state.setdefault("heard", [])


def heard(name: str):
    def hear(value: object) -> None:
        state.heard.append([name, value])
        if name in ("weights", "channel"):
            state[name] = value

    return hear


given["stride"] = (st.slider("Stride", 1, 4, given.get("stride", (1, 1))[0], key="stride"),) * 2
weight = None if state.weights is None else torch.tensor(state.weights, dtype=torch.float64)
example = worked_example(
    ConvSettings(**given), weight, state.channel, bias=card["bias_value"] or 0
).to_json()
example |= {"kernel_label": card["label"] or "", "pinned": card["pinned"]}
with st.container(width=card["width_px"] or "stretch"):
    result = conv_grid(
        example,
        key="grid",
        on_pin=heard("pinned"),
        on_weights=heard("weights"),
        on_channel=heard("channel"),
    )
st.code(json.dumps({"heard": state.heard, "pinned": result.pinned}), language=None)
