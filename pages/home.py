"""What can I explore, and in which order?"""

import streamlit as st

st.title("cnnviz")
