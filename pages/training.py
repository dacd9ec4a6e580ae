"""How do the filters get there?"""

import streamlit as st

from cnnviz.ui import page
from cnnviz.ui.training.address import ADDRESS, Values
from cnnviz.ui.training.controls import CODE, LIVE, OF_THE_PAGE, WHOLE
from cnnviz.ui.training.missing import ask_again, say_what_is_gone, say_what_is_missing
from cnnviz.ui.training.scripts import scripts
from cnnviz.ui.training.stage import CONTROLS, SHOWN
from cnnviz.ui.training.views import PRESETS, TRY, WHY
from cnnviz.ui.training.visitors import know_again, note_runs

ADDRESS.arrive()


@st.fragment(key=WHOLE)
def explorer() -> None:
    """The whole page, drawn again when a control has changed."""
    values = ADDRESS.values()
    say_what_is_missing(values)
    note_runs()
    page.header(
        "How do the filters get there?",
        ADDRESS,
        {"Presets": PRESETS},
        note="The address of this page says how to train; a run itself is yours alone",
    )
    know_again(ask_again, say_what_is_gone)
    CONTROLS[values.view](values)
    live(values)
    page.why(WHY[values.view])
    page.things_to_try(ADDRESS, TRY)
    code()


@st.fragment(key=LIVE)
def live(made_of: Values) -> None:
    """What follows the run while it goes on, and how to train.

    Where another control of the page, which was `made_of` these values, has moved together with
    that, the page is made anew.
    """
    values = ADDRESS.values()
    if any(getattr(values, name) != getattr(made_of, name) for name in OF_THE_PAGE):
        st.rerun()
    SHOWN[values.view](values)


@st.fragment(key=CODE)
def code() -> None:
    """The scripts of this view: the last of all that follows a control."""
    page.same_in_pytorch(scripts(ADDRESS.values()))
    ADDRESS.settle()


explorer()
