"""A page with nothing but the grid: settings from the address, and what the grid tells it."""

import json

import streamlit as st
import torch

from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.worked_example import worked_example
from cnnviz.ui.convolution.grid import conv_grid

st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
st.html("<style>.stMainBlockContainer { padding: 1rem; }</style>")
given = json.loads(st.query_params.get("given", "{}"))
extra = {name: given.pop(name, None) for name in ("card_width", "weight", "label", "pinned")}
bias = given.pop("bias_value", 0)
state = st.session_state
state.setdefault("weights", extra["weight"])
state.setdefault("channel", 0)
state.setdefault("input", None)
state.setdefault("heard", [])


def heard(name: str):
    def hear(value: object) -> None:
        state.heard.append([name, value])
        if name in ("weights", "channel", "input"):
            state[name] = value

    return hear


if st.checkbox("One channel"):
    given["in_channels"] = 1
more_stride = st.slider("More stride", 0, 3, key="more_stride")
pairs = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
stride = tuple(step + more_stride for step in pairs.pop("stride", (1, 1)))
weight = None if state.weights is None else torch.tensor(state.weights, dtype=torch.float64)
settings = ConvSettings(**(given | pairs | {"stride": stride}))
image = None if state.input is None else torch.tensor(state.input, dtype=torch.float64)
example = worked_example(settings, weight, state.channel, bias=bias, image=image).to_json()
example |= {"kernel_label": extra["label"] or "", "pinned": extra["pinned"]}
with st.container(width=extra["card_width"] or "stretch"):
    result = conv_grid(
        example,
        key="grid",
        on_pin=heard("pinned"),
        on_weights=heard("weights"),
        on_channel=heard("channel"),
        on_input=heard("input"),
        on_stand=heard("stand"),
    )
st.text(json.dumps({"heard": state.heard, "pinned": result.pinned}))
