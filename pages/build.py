"""How do layers become LeNet, ResNet18, or my own network?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.build_page import edit_network, inspect_network
from cnnviz.ui.build_state import ADDRESS
from cnnviz.ui.build_views import INSPECTED, STARTS, TRY, WHY

ADDRESS.arrive()


@st.fragment
def builder() -> None:
    """The whole page is one fragment."""
    values = ADDRESS.values()
    page.header(
        "How do layers become a network?", ADDRESS, {"Start from": STARTS, "Inspect": INSPECTED}
    )
    scripts = inspect_network(values["inspect"]) if values["inspect"] else edit_network()
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    page.same_in_pytorch(scripts)


builder()
