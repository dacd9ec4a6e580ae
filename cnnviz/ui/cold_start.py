"""The first visit to a cold server goes through app.py too.

Until some session has run `st.navigation`, Streamlit treats the folder pages/ as an app of its
own: a deep link then runs the page's file alone, without app.py, its menu and its style.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def through_app() -> None:
    """Start this run again through app.py if Streamlit runs the page's file by itself."""
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
