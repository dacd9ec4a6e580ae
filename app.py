"""cnnviz: understand convolutional networks by touching them. Start: streamlit run app.py.

Streamlit imports this file once, for the server (`app`), and runs it for every visitor.
"""

import os
import sys
from pathlib import Path

import streamlit as st

from cnnviz.ui.address import note_arrival
from cnnviz.ui.contents import SECTIONS
from cnnviz.ui.handover import note_end
from cnnviz.ui.home import the_way_on
from cnnviz.ui.insides.drawn import (
    copy_places_once,
    keep_units_with_numbers,
    know_components_by_key,
    remember_theme,
    tell_plain_data,
)
from cnnviz.ui.insides.files import let_pictures_stay
from cnnviz.ui.insides.heard import hear_components_plainly, hear_in_order, ignore_malformed_widgets
from cnnviz.ui.insides.messages import keep_views_whole, leave_together, refer_to_what_is_kept
from cnnviz.ui.insides.runs import (
    leave_pages_behind,
    let_runs_go,
    look_for_what_is_new,
    run_once_for_a_callback,
    run_within,
)
from cnnviz.ui.serving import server
from cnnviz.ui.serving.cold_start import import_page
from cnnviz.ui.serving.frames import warn_in_a_line
from cnnviz.ui.serving.metrics import count
from cnnviz.ui.serving.one_by_one import line
from cnnviz.without_compiler import leave_out_compiler

os.environ.setdefault("OMP_NUM_THREADS", "1")  # visitors share the cores; torch reads it once
sys.setswitchinterval(0.0005)  # seconds: answers leave while another visitor's are computed
leave_out_compiler()
ignore_malformed_widgets()
let_pictures_stay()
let_runs_go()
leave_pages_behind()
look_for_what_is_new()
hear_in_order()
hear_components_plainly()
keep_units_with_numbers()
tell_plain_data()
know_components_by_key()
remember_theme()
run_within(line().turn)
run_once_for_a_callback()
warn_in_a_line()
copy_places_once()
leave_together()
refer_to_what_is_kept()
keep_views_whole()
ROOT = Path(__file__).parent


def run_for_a_visitor() -> None:
    """The frame, and in it the page that the address names."""
    count("runs")
    st.set_page_config(
        page_icon=str(ROOT / "assets" / "favicon.png"), layout="wide", initial_sidebar_state=224
    )
    page = st.navigation(
        {
            section: [
                st.Page(
                    ROOT / "pages" / f"{entry.name}.py",
                    title=entry.title,
                    icon=entry.icon,
                    default=entry.name == "home",
                )
                for entry in entries
            ]
            for section, entries in SECTIONS.items()
        },
        expanded=True,
    )
    st.set_page_config(page_title=f"{page.title} · cnnviz")  # thirty tabs are told apart
    note_arrival(page.url_path or "home")
    import_page(ROOT / "pages" / f"{page.url_path or 'home'}.py")
    page.run()
    the_way_on(page.url_path or "home")
    note_end(page.url_path or "home")


if __name__ == "__main__":
    run_for_a_visitor()
else:
    app = st.App(
        __file__,
        lifespan=server.alive,
        routes=server.ROUTES,
        middleware=server.MIDDLEWARE,
        on_script_error=server.say_what_happened,
    )
