"""cnnviz: understand convolutional networks by touching them. Start: streamlit run app.py."""

import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # visitors share the cores; torch reads it once

import streamlit as st

from cnnviz.ui.address import note_arrival
from cnnviz.ui.contents import SECTIONS

ROOT = Path(__file__).parent

st.set_page_config(
    page_title="cnnviz",
    page_icon=str(ROOT / "assets" / "favicon.png"),
    layout="wide",
    initial_sidebar_state=224,
)
st.html(ROOT / "assets" / "app.css")

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
note_arrival(page.url_path or "home")
page.run()
