"""Understand convolutional neural networks by touching them: a small library and its Streamlit app."""
