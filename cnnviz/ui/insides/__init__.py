"""What the app needs of Streamlit's insides: all of it is here, and may change with Streamlit.

Everything else uses Streamlit as it is documented. tests/ui/insides says what of it we rely on, so
that an update that changes it fails there and not on a page.
"""
