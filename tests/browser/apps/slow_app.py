"""A page that takes its time, so that a visitor is faster than its first run."""

import time

import streamlit as st

from cnnviz.ui import address
from cnnviz.ui.address import Address, note_arrival

ADDRESS = Address(
    "slow",
    [
        address.whole("height", 6, 1, 9),
        address.flag("bias", True),
        address.flag("early", False),
    ],
)
note_arrival("slow")
ADDRESS.arrive()


@st.fragment
def whole() -> None:
    values = ADDRESS.values()
    st.toggle("Early", key="early")
    if st.session_state.pop("slowly", True):
        time.sleep(2)
    st.number_input("Height", 1, 9, key="height")
    st.toggle("Bias", key="bias")
    st.button("Large and plain", on_click=lambda: large())
    st.code(ADDRESS.query_of(values) or "nothing but defaults", language=None)
    ADDRESS.settle()


def large() -> None:
    ADDRESS.set(height=9, bias=False)
    st.session_state["slowly"] = True


whole()
