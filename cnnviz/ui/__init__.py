"""The only part of cnnviz that imports streamlit."""
