"""The small apps of this folder, each at the name of its file, by one server."""

from pathlib import Path

import streamlit as st


def home() -> None:
    st.text("Small apps")


APPS = [st.Page(path, url_path=path.stem) for path in Path(__file__).parent.glob("*_app.py")]
st.navigation([st.Page(home, default=True), *APPS], position="hidden").run()
