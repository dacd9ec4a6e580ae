"""A page that takes its time, so that a visitor is faster than its first run."""

import time
from dataclasses import dataclass

import streamlit as st

from cnnviz.ui.address import Address, note_arrival
from cnnviz.ui.parameters import flag, whole


@dataclass(frozen=True)
class Values:
    height: int = whole(6, 1, 9)
    bias: bool = flag(True)
    early: bool = flag(False)


ADDRESS = Address("slow", Values)
note_arrival("slow")
ADDRESS.arrive()


@st.fragment
def whole() -> None:
    values = ADDRESS.values()
    st.toggle("Early", key=ADDRESS.key("early"))
    if st.session_state.pop("slowly", True):
        time.sleep(1.2)
    st.number_input("Height", 1, 9, key=ADDRESS.key("height"))
    st.toggle("Bias", key=ADDRESS.key("bias"))
    st.button("Large and plain", on_click=lambda: large())
    st.text(ADDRESS.query_of(values) or "nothing but defaults")
    ADDRESS.settle()


def large() -> None:
    ADDRESS.set(height=9, bias=False)
    st.session_state["slowly"] = True


whole()
