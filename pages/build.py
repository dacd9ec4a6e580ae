"""How do layers become LeNet, ResNet18, or my own network?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.build.address import ADDRESS, OWN_FILE
from cnnviz.ui.build.inspected import inspect_network, question, say_if_unknown
from cnnviz.ui.build.own import own_network
from cnnviz.ui.build.unheard import catch_up
from cnnviz.ui.build.views import BROUGHT, INSPECTED, STARTS, TRY, WHY
from cnnviz.ui.build.workbench import WHOLE, edit_network

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def builder() -> None:
    """The whole page, drawn again when another network is opened or the hands rest."""
    catch_up()
    values = ADDRESS.values()
    say_if_unknown(values.inspect)
    page.header(
        question(values.inspect),
        ADDRESS,
        {"Start from": STARTS, "Inspect": INSPECTED, "Your own": BROUGHT},
    )
    if values.inspect == OWN_FILE:
        scripts = own_network()
    else:
        scripts = inspect_network(values.inspect) if values.inspect else edit_network()
    page.why(WHY)
    page.things_to_try(ADDRESS, TRY)
    page.same_in_pytorch(scripts)
    ADDRESS.settle()


builder()
