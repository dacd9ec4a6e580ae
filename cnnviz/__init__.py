"""A small library, and the Streamlit app on it, to understand convolutional neural networks."""
